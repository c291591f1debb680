#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

namespace probe {

/// Adds to *wrong for each word that is not `expected`, then sets each word to `written`.
cudaError_t check_and_fill(std::uint32_t* words, std::size_t count, std::uint32_t expected,
                           std::uint32_t written, unsigned* wrong, cudaStream_t stream);
/// Runs one mma after another on registers, f16 with f32 sums, to measure the rate of the tensor cores.
cudaError_t multiply_many(int blocks, int rounds, float* sink, cudaStream_t stream);
/// Returns the number of its multiply-adds.
double products_of(int blocks, int rounds);

}  // namespace probe
