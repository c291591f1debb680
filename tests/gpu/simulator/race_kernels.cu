// Sums a block's values in shared memory in two ways: with the barrier, and without it.

#include "compute/cuda/launch.h"
#include "race_kernels.h"

namespace {

__global__ void sum_kernel(const float* values, float* sums, bool waits) {
  __shared__ float shared[64];
  shared[threadIdx.x] = values[blockIdx.x * 64 + threadIdx.x];
  if (waits) __syncthreads();
  if (threadIdx.x != 0) return;
  float sum = 0;
  for (const float value : shared) sum += value;
  sums[blockIdx.x] = sum;
}

}  // namespace

cudaError_t sum_blocks(const float* values, float* sums, unsigned blocks, bool waits, cudaStream_t stream) {
  return compute::cuda::launch(sum_kernel, blocks, 64, stream, values, sums, waits);
}
