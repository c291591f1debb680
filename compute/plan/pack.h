#pragma once
// Weights from the interface's [out][in][k][k] floats to what kernels read. Plain C++: tested on any machine.

#include <cstddef>
#include <span>
#include <vector>

#include "compute/backend.h"

namespace compute {

inline int padded16(int channels) {
  return (channels + block_channels - 1) / block_channels * block_channels;
}

std::vector<f16> to_halfs(std::span<const float> values);

/// [out][k][k][in], out and in padded to 16 with zeros: cuDNN's filter by pixels.
std::size_t pixel_weight_count(const ConvolutionSpec& spec);
std::vector<f16> pack_by_pixel(const ConvolutionSpec& spec, std::span<const float> weights);

/// In the order of tiles::fragment, padded likewise: B operands of mma.m16n8k16.
std::size_t fragment_count(const ConvolutionSpec& spec);
std::vector<f16> pack_fragments(const ConvolutionSpec& spec, std::span<const float> weights);

}  // namespace compute
