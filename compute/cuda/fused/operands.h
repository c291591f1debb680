#pragma once
// Small device functions that our tensor-core kernels share.

#include <cstdint>

#include "compute/cuda/tensor_cores.h"
#include "compute/pixel/half.h"

namespace compute::cuda {

/// Loads a B operand. Weights, unlike tensors, never change during a launch, so the read-only path is safe.
__device__ inline uint2 load_b(const f16* fragments, std::int64_t at) {
  return __ldg(reinterpret_cast<const uint2*>(fragments + at));
}

__device__ inline std::uint32_t pack(float low, float high) {
  return static_cast<std::uint32_t>(pixel::to_half(low)) | static_cast<std::uint32_t>(pixel::to_half(high))
                                                               << 16;
}

}  // namespace compute::cuda
