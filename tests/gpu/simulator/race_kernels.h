#pragma once

#include <cuda_runtime_api.h>

/// Computes sums[b] of the 64 values of each block b; `waits` keeps the barrier. The result is that of the
/// launch.
cudaError_t sum_blocks(const float* values, float* sums, unsigned blocks, bool waits, cudaStream_t stream);
