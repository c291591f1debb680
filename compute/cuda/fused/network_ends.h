#pragma once
// Kernels of the network's full-size ends: the pass that writes its input together with its first layer
// (1x1, to 16 channels), and its last two layers (1x1, through 16 channels) together with the pass that
// reads its output. A family provides its part in a struct `Ends`:
//   using View = its view struct;
//   static Size size(const View&);                                          its grid, within the padded one
//   static void input(const View&, int x, int y, float* low, float* high);  the 32 input channels of a pixel
//   static void output(const View&, int x, int y, const float* low, const float* high);  takes the
//   last layer's 32 values of a pixel
// Only .cu files include this.

#include "compute/cuda/family.h"
#include "compute/cuda/fused/operands.h"
#include "compute/cuda/launch.h"

namespace compute::cuda {

// The per-pixel code has a thread for each pixel; for the products a warp works on its 32 pixels. A pixel
// has a stride of 40 halfs, so that 8 rows of an operand meet every bank once.
inline constexpr int pixels_of_block = 128, end_halfs = 40, end_channels = 2 * block_channels;

/// Loads the A operand of 16 of the warp's pixels, for channels from 16 * k.
__device__ inline void load_pixels(std::uint32_t (&a)[4], const f16* warp_pixels, int half_warp, int k,
                                   int lane) {
  load_a(a, warp_pixels + (16 * half_warp + (lane & 15)) * end_halfs + 16 * k + (lane >> 4) * 8);
}

/// Multiplies the 32 channels of 16 of the warp's pixels by the weights of a 1x1 layer with 16 outputs.
__device__ inline void multiply_pixels(float (&sums)[2][4], const f16* warp_pixels, int half_warp,
                                       const f16* fragments, int lane) {
#pragma unroll
  for (int k = 0; k < 2; ++k) {
    std::uint32_t a[4];
    load_pixels(a, warp_pixels, half_warp, k, lane);
    const uint4 b = load_b(fragments, tiles::fragment(block_channels, 1, k, 0, 0, lane));
#pragma unroll
    for (int column = 0; column < 2; ++column) multiply(sums[column], a, column_of(b, column));
  }
}

template <typename Ends>
__global__ void __launch_bounds__(pixels_of_block)
    squeeze_kernel(const __grid_constant__ typename Ends::View view, const SqueezeArguments arguments,
                   std::int64_t count) {
  alignas(16) __shared__ f16 staged[pixels_of_block * end_halfs];
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * pixels_of_block;
  const std::int64_t p = first + threadIdx.x;
  const int x = static_cast<int>(p % arguments.padded.width),
            y = static_cast<int>(p / arguments.padded.width);
  float low[block_channels] = {}, high[block_channels] = {};
  const Size size = Ends::size(view);
  if (x < size.width && y < size.height) Ends::input(view, x, y, low, high);  // else zeros
  auto* mine = reinterpret_cast<std::uint32_t*>(staged + threadIdx.x * end_halfs);
#pragma unroll
  for (int i = 0; i < block_channels / 2; ++i) {
    mine[i] = pixel::pack_halfs(low[2 * i], low[2 * i + 1]);
    mine[block_channels / 2 + i] = pixel::pack_halfs(high[2 * i], high[2 * i + 1]);
  }
  __syncwarp();
  const f16* warp_pixels = staged + warp * 32 * end_halfs;
#pragma unroll
  for (int half_warp = 0; half_warp < 2; ++half_warp) {
    float sums[2][4] = {};
    multiply_pixels(sums, warp_pixels, half_warp, arguments.fragments, lane);
#pragma unroll
    for (int column = 0; column < 2; ++column)
#pragma unroll
      for (int i = 0; i < 4; i += 2) {
        const std::int64_t at = first + warp * 32 + 16 * half_warp + tiles::c_row(lane, i);
        const int channel = 8 * column + tiles::c_column(lane, 0);
        if (at >= count) continue;
        *reinterpret_cast<std::uint32_t*>(arguments.out + at * block_channels + channel) =
            pixel::pack_halfs(fmaxf(sums[column][i] + arguments.bias[channel], 0.0f),
                              fmaxf(sums[column][i + 1] + arguments.bias[channel + 1], 0.0f));
      }
  }
}

/// Stages a pixel's 16 channels of one part as two vectors.
__device__ inline void stage_part(const tiles::Part& part, int x, int y, f16* to) {
  const auto* from = reinterpret_cast<const tiles::Halfs8*>(
      part.data +
      (static_cast<std::int64_t>(y >> part.shift) * part.width + (x >> part.shift)) * block_channels);
  auto* halfs = reinterpret_cast<tiles::Halfs8*>(to);
  halfs[0] = from[0];
  halfs[1] = from[1];
}

template <typename Ends>
__global__ void __launch_bounds__(pixels_of_block)
    head_kernel(const __grid_constant__ typename Ends::View view,
                const __grid_constant__ HeadArguments arguments, std::int64_t count) {
  constexpr int head_stride = end_channels + 1;  // in floats; odd, so that a warp's pixels meet all banks
  alignas(16) __shared__ f16 staged[pixels_of_block * end_halfs];
  __shared__ float heads[pixels_of_block * head_stride];
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const std::int64_t p = static_cast<std::int64_t>(blockIdx.x) * pixels_of_block + threadIdx.x;
  const int x = static_cast<int>(p % arguments.padded.width),
            y = static_cast<int>(p / arguments.padded.width);
  f16* mine = staged + threadIdx.x * end_halfs;
  if (p < count) {
    stage_part(arguments.parts[0], x, y, mine);
    stage_part(arguments.parts[1], x, y, mine + block_channels);
  } else {
    const tiles::Halfs8 zeros{};
    for (int i = 0; i < end_channels / 8; ++i) reinterpret_cast<tiles::Halfs8*>(mine)[i] = zeros;
  }
  __syncwarp();
  const f16* warp_pixels = staged + warp * 32 * end_halfs;
#pragma unroll
  for (int half_warp = 0; half_warp < 2; ++half_warp) {
    float mixed[2][4] = {};
    multiply_pixels(mixed, warp_pixels, half_warp, arguments.mix, lane);
    // The lanes of a product's result already hold what the next product needs as its first operand.
    std::uint32_t a[4];
#pragma unroll
    for (int column = 0; column < 2; ++column) {
      const int channel = 8 * column + tiles::c_column(lane, 0);
      const float bias0 = arguments.mix_bias[channel], bias1 = arguments.mix_bias[channel + 1];
#pragma unroll
      for (int i = 0; i < 4; i += 2)
        a[2 * column + i / 2] = pixel::pack_halfs(fmaxf(mixed[column][i] + bias0, 0.0f),
                                                  fmaxf(mixed[column][i + 1] + bias1, 0.0f));
    }
#pragma unroll
    for (int column = 0; column < end_channels / 8; ++column) {
      float sums[4] = {};
      const uint4 b = load_b(arguments.head, tiles::fragment(end_channels, 1, 0, 0, column & ~1, lane));
      multiply(sums, a, column_of(b, column % 2));
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int channel = 8 * column + tiles::c_column(lane, i);
        heads[(warp * 32 + 16 * half_warp + tiles::c_row(lane, i)) * head_stride + channel] =
            sums[i] + arguments.head_bias[channel];
      }
    }
  }
  __syncwarp();
  const Size size = Ends::size(view);
  if (x >= size.width || y >= size.height) return;
  const float* h = heads + threadIdx.x * head_stride;
  Ends::output(view, x, y, h, h + block_channels);
}

inline unsigned end_blocks(std::int64_t count) {
  return static_cast<unsigned>((count + pixels_of_block - 1) / pixels_of_block);
}

/// Launches over the padded grid.
template <typename Ends>
cudaError_t run_squeeze(const typename Ends::View& view, const SqueezeArguments& arguments,
                        cudaStream_t stream) {
  const std::int64_t count = std::int64_t{arguments.padded.width} * arguments.padded.height;
  return launch(squeeze_kernel<Ends>, end_blocks(count), pixels_of_block, stream, view, arguments, count);
}
template <typename Ends>
cudaError_t run_head(const typename Ends::View& view, const HeadArguments& arguments, cudaStream_t stream) {
  const std::int64_t count = std::int64_t{arguments.padded.width} * arguments.padded.height;
  return launch(head_kernel<Ends>, end_blocks(count), pixels_of_block, stream, view, arguments, count);
}

/// Returns the launchers for a CudaFamily.
template <typename Ends>
inline constexpr NetworkEnds network_ends = {
    [](const void* view, const SqueezeArguments& arguments, cudaStream_t stream) {
      return run_squeeze<Ends>(*static_cast<const typename Ends::View*>(view), arguments, stream);
    },
    [](const void* view, const HeadArguments& arguments, cudaStream_t stream) {
      return run_head<Ends>(*static_cast<const typename Ends::View*>(view), arguments, stream);
    }};

}  // namespace compute::cuda
