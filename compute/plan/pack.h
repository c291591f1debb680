#pragma once
// Repacks weights from the interface's [out][in][k][k] floats for kernels. It is plain C++, so any machine
// can test it.

#include <cstddef>
#include <span>
#include <vector>

#include "compute/backend.h"

namespace compute {

/// Rounds up to a multiple of 16.
inline int padded16(int channels) {
  return (channels + block_channels - 1) / block_channels * block_channels;
}

/// Rounds each value to the nearest half.
std::vector<f16> to_halfs(std::span<const float> values);

/// Packs as [out][k][k][in], with out and in padded to 16 with zeros: cuDNN's filter by pixels.
std::size_t pixel_weight_count(const ConvolutionSpec& spec);
std::vector<f16> pack_by_pixel(const ConvolutionSpec& spec, std::span<const float> weights);

/// Packs in the order of tiles::fragment(), padded likewise: the B operands of mma.m16n8k16.
std::size_t fragment_count(const ConvolutionSpec& spec);
std::vector<f16> pack_fragments(const ConvolutionSpec& spec, std::span<const float> weights);

/// Packs as [out / 16][in / 4][k][k][4][16], padded likewise: what a work group of the Vulkan backend reads
/// in one piece.
std::vector<float> pack_by_block(const ConvolutionSpec& spec, std::span<const float> weights);

}  // namespace compute
