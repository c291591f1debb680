#include "kernels.h"

#include "compute/cuda/launch.h"
#include "compute/cuda/tensor_cores.h"

namespace probe {
namespace {

__global__ void check_kernel(std::uint32_t* words, std::size_t count, std::uint32_t expected,
                             std::uint32_t written, unsigned* wrong) {
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= count) return;
  if (words[i] != expected) atomicAdd(wrong, 1u);
  words[i] = written;
}

__global__ void multiply_kernel(int rounds, float* sink) {
  float c[8][4] = {};
  const std::uint32_t a[4] = {threadIdx.x, 1, 2, 3};
  const uint2 b = {threadIdx.x, 5};
  for (int round = 0; round < rounds; ++round)
#pragma unroll
    for (int i = 0; i < 8; ++i) compute::cuda::multiply(c[i], a, b);
  float sum = 0;
  for (const auto& row : c) sum += row[0] + row[1] + row[2] + row[3];
  if (sum == 12345.0f) *sink = sum;
}

}  // namespace

cudaError_t check_and_fill(std::uint32_t* words, std::size_t count, std::uint32_t expected,
                           std::uint32_t written, unsigned* wrong, cudaStream_t stream) {
  return compute::cuda::launch(check_kernel, static_cast<unsigned>((count + 255) / 256), 256, stream, words,
                               count, expected, written, wrong);
}

cudaError_t multiply_many(int blocks, int rounds, float* sink, cudaStream_t stream) {
  return compute::cuda::launch(multiply_kernel, static_cast<unsigned>(blocks), 256, stream, rounds, sink);
}
double products_of(int blocks, int rounds) {
  return static_cast<double>(blocks) * 8 /* warps */ * rounds * 8 * 16 * 8 * 16;
}

}  // namespace probe
