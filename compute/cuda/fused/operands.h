#pragma once
// Small device functions that our tensor-core kernels share.

#include <cstdint>

#include "compute/cuda/tensor_cores.h"
#include "compute/pixel/half.h"

namespace compute::cuda {

/// Loads the B operands of two columns. Weights, unlike tensors, never change during a launch, so the
/// read-only path is safe.
__device__ inline uint4 load_b(const f16* fragments, int at) {
  return __ldg(reinterpret_cast<const uint4*>(fragments + at));
}
/// Returns the operand of one of the two.
__device__ inline uint2 column_of(uint4 pair, int column) {
  return column == 0 ? uint2{pair.x, pair.y} : uint2{pair.z, pair.w};
}

}  // namespace compute::cuda
