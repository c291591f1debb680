// The loss of a window on the GPU, one thread a pixel, by the functions of pixel_loss.h.

#include "compute/cuda/kernels.h"
#include "compute/cuda/launch.h"
#include "neural/train/pixel_loss.h"

namespace compute::cuda {
namespace {

constexpr int threads = 128;

__global__ void error_kernel(const __grid_constant__ LossView<float> view) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
  if (i < view.pixels) neural::pixel::loss_error(view, static_cast<int>(blockIdx.y), i);
}

__global__ void gradient_kernel(const __grid_constant__ LossView<float> view, double* sum) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
  float share = i < view.pixels ? neural::pixel::loss_gradient(view, static_cast<int>(blockIdx.y), i) : 0.0f;
  for (int step = 16; step > 0; step /= 2) share += __shfl_down_sync(0xffffffffu, share, step);
  if (threadIdx.x % 32 == 0) atomicAdd(sum, static_cast<double>(share));
}

}  // namespace

cudaError_t run_loss(const LossView<float>& view, double* sum, cudaStream_t stream) {
  const dim3 grid(static_cast<unsigned>((view.pixels + threads - 1) / threads),
                  static_cast<unsigned>(view.frames));
  cudaError_t result = cudaMemsetAsync(sum, 0, sizeof *sum, stream);
  if (result == cudaSuccess) result = launch(error_kernel, grid, threads, stream, view);
  if (result == cudaSuccess) result = launch(gradient_kernel, grid, threads, stream, view, sum);
  return result;
}

}  // namespace compute::cuda
