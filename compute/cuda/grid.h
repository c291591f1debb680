#pragma once
// Launches passes over a grid with one thread for each pixel. Only .cu files include it.

#include "compute/cuda/family.h"
#include "compute/cuda/launch.h"
#include "compute/types.h"

namespace compute::cuda {

inline constexpr int tile_width = 32, tile_height = 4;

/// Returns the number of thread blocks that cover the grid.
inline dim3 tiles_of(Size grid) {
  return {static_cast<unsigned>((grid.width + tile_width - 1) / tile_width),
          static_cast<unsigned>((grid.height + tile_height - 1) / tile_height)};
}

/// Launches kernel(view, width, height) over the grid.
template <typename View>
cudaError_t launch_over(Size grid, void (*kernel)(const View, int, int), const View& view,
                        cudaStream_t stream) {
  if (grid.width <= 0 || grid.height <= 0) return cudaSuccess;
  return launch(kernel, tiles_of(grid), dim3(tile_width, tile_height), stream, view, grid.width, grid.height);
}

/// Launches a pass's kernel over its grid, which the family's grid_of(pass, view) tells.
template <auto pass, auto kernel, typename View>
cudaError_t over_grid(const void* view, cudaStream_t stream) {
  const View& v = *static_cast<const View*>(view);
  return launch_over<View>(grid_of(pass, v), kernel, v, stream);
}

}  // namespace compute::cuda

/// Defines name##_kernel<View>(view, width, height), which calls function(view, x, y) at every place of a
/// grid. The view (some 500 bytes) is passed as a parameter, so that every thread reads it from the
/// constant bank. The compiler limits registers so that `blocks` blocks fit in a multiprocessor.
#define NEURASTER_GRID_KERNEL(name, function, blocks)                                              \
  template <typename View>                                                                         \
  __global__ void __launch_bounds__(compute::cuda::tile_width* compute::cuda::tile_height, blocks) \
      name##_kernel(const __grid_constant__ View view, int width, int height) {                    \
    const int x = static_cast<int>(blockIdx.x * compute::cuda::tile_width + threadIdx.x);          \
    const int y = static_cast<int>(blockIdx.y * compute::cuda::tile_height + threadIdx.y);         \
    if (x < width && y < height) function(view, x, y);                                             \
  }
