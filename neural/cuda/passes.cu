// The per-pixel passes on the GPU: the CPU's own functions, one thread a pixel.

#include "neural/cuda/kernels.h"
#include "neural/cuda/launch.h"
#include "neural/debug_view.h"
#include "neural/run_pass.h"

namespace neural::cuda {
namespace {

constexpr int tile_width = 32, tile_height = 4;

// The view (some 500 bytes) travels as a parameter: every thread reads it from the constant bank.
#define NEURASTER_KERNEL(name, function)                                                   \
  __global__ void __launch_bounds__(tile_width* tile_height)                               \
      name##_kernel(const __grid_constant__ StepView<float> view, int width, int height) { \
    const int x = static_cast<int>(blockIdx.x * tile_width + threadIdx.x);                 \
    const int y = static_cast<int>(blockIdx.y * tile_height + threadIdx.y);                \
    if (x < width && y < height) pixel::function<float>(view, x, y);                       \
  }
NEURASTER_KERNEL(clean, clean)
NEURASTER_KERNEL(neighbourhood, neighbourhood)
NEURASTER_KERNEL(history, history)
NEURASTER_KERNEL(warp, warp)
NEURASTER_KERNEL(features, features)
NEURASTER_KERNEL(controls, controls)
NEURASTER_KERNEL(reconstruct, reconstruct)
NEURASTER_KERNEL(history_backward, history_backward)
NEURASTER_KERNEL(warp_backward, warp_backward)
NEURASTER_KERNEL(features_backward, features_backward)
NEURASTER_KERNEL(controls_backward, controls_backward)
NEURASTER_KERNEL(reconstruct_backward, reconstruct_backward)
#undef NEURASTER_KERNEL

__global__ void __launch_bounds__(tile_width* tile_height)
    draw_view_kernel(const __grid_constant__ StepView<float> view, DebugView which, f16* rgba) {
  const int x = static_cast<int>(blockIdx.x * tile_width + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * tile_height + threadIdx.y);
  if (x < view.output.width && y < view.output.height) pixel::draw_view<float>(view, which, rgba, x, y);
}

using Kernel = void (*)(const StepView<float>, int, int);

dim3 blocks_of(const Size& grid) {
  return {static_cast<unsigned>((grid.width + tile_width - 1) / tile_width),
          static_cast<unsigned>((grid.height + tile_height - 1) / tile_height)};
}

cudaError_t launch_pass(Kernel kernel, Pass pass, const StepView<float>& view, cudaStream_t stream) {
  const Size grid = pixel::grid_of(pass, view);
  if (grid.width <= 0 || grid.height <= 0) return cudaSuccess;
  return launch(kernel, blocks_of(grid), dim3(tile_width, tile_height), stream, view, grid.width,
                grid.height);
}

}  // namespace

cudaError_t run_pass(Pass pass, const StepView<float>& view, cudaStream_t stream) {
  static constexpr Kernel kernels[] = {clean_kernel,    neighbourhood_kernel, history_kernel,    warp_kernel,
                                       features_kernel, controls_kernel,      reconstruct_kernel};
  return launch_pass(kernels[static_cast<int>(pass)], pass, view, stream);
}

cudaError_t run_pass_backward(Pass pass, const StepView<float>& view, cudaStream_t stream) {
  static constexpr Kernel kernels[] = {nullptr,
                                       nullptr,
                                       history_backward_kernel,
                                       warp_backward_kernel,
                                       features_backward_kernel,
                                       controls_backward_kernel,
                                       reconstruct_backward_kernel};
  const Kernel kernel = kernels[static_cast<int>(pass)];
  return kernel ? launch_pass(kernel, pass, view, stream) : cudaSuccess;  // the first two are of inputs only
}

cudaError_t draw_view(DebugView which, const StepView<float>& view, f16* rgba, cudaStream_t stream) {
  return launch(draw_view_kernel, blocks_of(view.output), dim3(tile_width, tile_height), stream, view, which,
                rgba);
}

}  // namespace neural::cuda
