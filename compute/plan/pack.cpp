#include "compute/plan/pack.h"

#include "compute/plan/tiles.h"

namespace compute {
namespace {

/// Returns weight (o, i, tap), or zero in the padding.
float weight_of(const ConvolutionSpec& spec, std::span<const float> weights, int o, int i, int tap) {
  if (o >= spec.out || i >= spec.in) return 0;
  const int taps = spec.kernel * spec.kernel;
  return weights[static_cast<std::size_t>((o * spec.in + i) * taps + tap)];
}

}  // namespace

std::vector<f16> to_halfs(std::span<const float> values) {
  std::vector<f16> halfs;
  halfs.reserve(values.size());
  for (const float value : values) halfs.push_back(pixel::to_half(value));
  return halfs;
}

std::size_t pixel_weight_count(const ConvolutionSpec& spec) {
  return static_cast<std::size_t>(padded16(spec.out)) * static_cast<std::size_t>(padded16(spec.in)) *
         static_cast<std::size_t>(spec.kernel * spec.kernel);
}

std::vector<f16> pack_by_pixel(const ConvolutionSpec& spec, std::span<const float> weights) {
  std::vector<f16> packed;
  packed.reserve(pixel_weight_count(spec));
  for (int o = 0; o < padded16(spec.out); ++o)
    for (int tap = 0; tap < spec.kernel * spec.kernel; ++tap)
      for (int i = 0; i < padded16(spec.in); ++i)
        packed.push_back(pixel::to_half(weight_of(spec, weights, o, i, tap)));
  return packed;
}

std::size_t fragment_count(const ConvolutionSpec& spec) {
  return pixel_weight_count(spec);
}

std::vector<f16> pack_fragments(const ConvolutionSpec& spec, std::span<const float> weights) {
  const int out = padded16(spec.out), taps = spec.kernel * spec.kernel;
  std::vector<f16> packed(fragment_count(spec));
  for (int k_chunk = 0; k_chunk < padded16(spec.in) / tiles::chunk_channels; ++k_chunk)
    for (int tap = 0; tap < taps; ++tap)
      for (int column = 0; column < out / 8; ++column)
        for (int lane = 0; lane < 32; ++lane)
          for (int i = 0; i < 4; ++i)
            packed[static_cast<std::size_t>(tiles::fragment(out, taps, k_chunk, tap, column, lane) + i)] =
                pixel::to_half(weight_of(spec, weights, 8 * column + tiles::b_n(lane),
                                         tiles::chunk_channels * k_chunk + tiles::b_k(lane, i), tap));
  return packed;
}

std::vector<float> pack_by_block(const ConvolutionSpec& spec, std::span<const float> weights) {
  std::vector<float> packed;
  packed.reserve(pixel_weight_count(spec));
  for (int block = 0; block < padded16(spec.out); block += block_channels)
    for (int first = 0; first < padded16(spec.in); first += 4)
      for (int tap = 0; tap < spec.kernel * spec.kernel; ++tap)
        for (int i = first; i < first + 4; ++i)
          for (int o = block; o < block + block_channels; ++o)
            packed.push_back(weight_of(spec, weights, o, i, tap));
  return packed;
}

}  // namespace compute
