// The per-pixel passes on the GPU: the CPU's own functions, one thread a pixel.

#include "compute/cuda/kernels.h"
#include "compute/cuda/launch.h"
#include "neural/upscale/debug_view.h"
#include "neural/upscale/dispatch.h"

namespace compute::cuda {
namespace {

constexpr int tile_width = 32, tile_height = 4;

// The view (some 500 bytes) travels as a parameter: every thread reads it from the constant bank.
#define NEURASTER_KERNEL(name)                                                                \
  template <typename S>                                                                       \
  __global__ void __launch_bounds__(tile_width* tile_height)                                  \
      name##_kernel(const __grid_constant__ StepView<float, S> view, int width, int height) { \
    const int x = static_cast<int>(blockIdx.x * tile_width + threadIdx.x);                    \
    const int y = static_cast<int>(blockIdx.y * tile_height + threadIdx.y);                   \
    if (x < width && y < height) neural::pixel::name<float>(view, x, y);                      \
  }
NEURASTER_KERNEL(clean)
NEURASTER_KERNEL(neighbourhood)
NEURASTER_KERNEL(history)
NEURASTER_KERNEL(warp)
NEURASTER_KERNEL(features)
NEURASTER_KERNEL(controls)
NEURASTER_KERNEL(reconstruct)
NEURASTER_KERNEL(history_backward)
NEURASTER_KERNEL(warp_backward)
NEURASTER_KERNEL(features_backward)
NEURASTER_KERNEL(controls_backward)
NEURASTER_KERNEL(reconstruct_backward)
#undef NEURASTER_KERNEL

template <typename S>
__global__ void __launch_bounds__(tile_width* tile_height)
    draw_view_kernel(const __grid_constant__ StepView<float, S> view, DebugView which, f16* rgba) {
  const int x = static_cast<int>(blockIdx.x * tile_width + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * tile_height + threadIdx.y);
  if (x < view.output.width && y < view.output.height)
    neural::pixel::draw_view<float>(view, which, rgba, x, y);
}

template <typename S>
using Kernel = void (*)(const StepView<float, S>, int, int);

dim3 blocks_of(const Size& grid) {
  return {static_cast<unsigned>((grid.width + tile_width - 1) / tile_width),
          static_cast<unsigned>((grid.height + tile_height - 1) / tile_height)};
}

template <typename S>
cudaError_t launch_pass(Kernel<S> kernel, Pass pass, const StepView<float, S>& view, cudaStream_t stream) {
  const Size grid = neural::pixel::grid_of(pass, view);
  if (grid.width <= 0 || grid.height <= 0) return cudaSuccess;
  return launch(kernel, blocks_of(grid), dim3(tile_width, tile_height), stream, view, grid.width,
                grid.height);
}

}  // namespace

template <typename S>
cudaError_t run_pass(Pass pass, const StepView<float, S>& view, cudaStream_t stream) {
  static constexpr Kernel<S> kernels[] = {clean_kernel<S>,      neighbourhood_kernel<S>, history_kernel<S>,
                                          warp_kernel<S>,       features_kernel<S>,      controls_kernel<S>,
                                          reconstruct_kernel<S>};
  return launch_pass(kernels[static_cast<int>(pass)], pass, view, stream);
}
template cudaError_t run_pass(Pass, const StepView<float>&, cudaStream_t);
template cudaError_t run_pass(Pass, const StepView<float, f16>&, cudaStream_t);

cudaError_t run_pass_backward(Pass pass, const StepView<float>& view, cudaStream_t stream) {
  static constexpr Kernel<float> kernels[] = {nullptr,  // the first two are of inputs only
                                              nullptr,
                                              history_backward_kernel<float>,
                                              warp_backward_kernel<float>,
                                              features_backward_kernel<float>,
                                              controls_backward_kernel<float>,
                                              reconstruct_backward_kernel<float>};
  const Kernel<float> kernel = kernels[static_cast<int>(pass)];
  return kernel ? launch_pass(kernel, pass, view, stream) : cudaSuccess;
}

template <typename S>
cudaError_t draw_view(DebugView which, const StepView<float, S>& view, f16* rgba, cudaStream_t stream) {
  return launch(draw_view_kernel<S>, blocks_of(view.output), dim3(tile_width, tile_height), stream, view,
                which, rgba);
}
template cudaError_t draw_view(DebugView, const StepView<float>&, f16*, cudaStream_t);
template cudaError_t draw_view(DebugView, const StepView<float, f16>&, f16*, cudaStream_t);

}  // namespace compute::cuda
