// The loss of a window on the GPU: one thread for each pixel runs the functions of pixel/loss.h.

#include "compute/cuda/family.h"
#include "compute/cuda/launch.h"
#include "neural/train/pixel/loss.h"

namespace neural::cuda {
namespace {

using View = LossView<float>;
constexpr int threads = 128;

__global__ void error_kernel(const __grid_constant__ View view) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
  if (i < view.pixels) pixel::loss_error(view, static_cast<int>(blockIdx.y), i);
}

/// The pixels of a warp share one entry of `shares`, so that the sum has one fixed order.
__global__ void gradient_kernel(const __grid_constant__ View view) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
  const int frame = static_cast<int>(blockIdx.y);
  float share = i < view.pixels ? pixel::loss_gradient(view, frame, i) : 0.0f;
  for (int step = loss_block / 2; step > 0; step /= 2) share += __shfl_down_sync(0xffffffffu, share, step);
  if (threadIdx.x % loss_block == 0 && i < view.pixels)
    view.shares[frame * view.blocks() + i / loss_block] = static_cast<double>(share);
}

template <auto kernel>
cudaError_t over_window(const void* its_view, cudaStream_t stream) {
  const View& view = *static_cast<const View*>(its_view);
  const dim3 grid(static_cast<unsigned>((view.pixels + threads - 1) / threads),
                  static_cast<unsigned>(view.frames));
  return compute::cuda::launch(kernel, grid, threads, stream, view);
}

constexpr compute::cuda::CudaPass passes[] = {{"error", over_window<error_kernel>},
                                              {"gradient", over_window<gradient_kernel>}};
const compute::cuda::CudaFamily family{"loss", "f32", sizeof(View), passes};
const compute::Registry<compute::cuda::CudaFamily>::Entry entry(family);

}  // namespace
}  // namespace neural::cuda
