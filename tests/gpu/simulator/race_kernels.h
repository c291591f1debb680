#pragma once

#include <cuda_runtime_api.h>

/// sums[b] of the 64 values of each block b.
cudaError_t sum_blocks(const float* values, float* sums, unsigned blocks, bool waits, cudaStream_t stream);
