#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

namespace probe {

/// Each word that is not `expected` adds to *wrong; then it becomes `written`.
cudaError_t check_and_fill(std::uint32_t* words, std::size_t count, std::uint32_t expected,
                           std::uint32_t written, unsigned* wrong, cudaStream_t stream);
/// One mma after another on registers, f16 with f32 sums: the rate of the tensor cores that our kernels use.
cudaError_t multiply_many(int blocks, int rounds, float* sink, cudaStream_t stream);
/// Its multiply-adds.
double products_of(int blocks, int rounds);

}  // namespace probe
