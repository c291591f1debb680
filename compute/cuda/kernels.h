#pragma once
// Launchers of our kernels: everything is enqueued on the stream, and the result is that of the launch.

#include <cuda_runtime_api.h>

#include <cstdint>

#include "compute/types.h"

namespace compute::cuda {

/// Where element (channel, y, x) of a tensor lies, in elements.
struct Layout {
  int channels = 0, height = 0, width = 0;
  std::int64_t channel_step = 0, row_step = 0, pixel_step = 0;
};

// Between the interface's [channels / 16][height][width][16] floats and a tensor of floats or halfs. Padding
// channels are zero on the interface's side.
cudaError_t from_blocked(const float* blocked, void* tensor, const Layout& layout, bool half, cudaStream_t);
cudaError_t to_blocked(const void* tensor, float* blocked, const Layout& layout, bool half, cudaStream_t);

/// Nearest, twice the size.
cudaError_t upsample(const void* source, const Layout& from, void* destination, const Layout& to, bool half,
                     cudaStream_t stream);
cudaError_t upsample_backward(const float* g_destination, const Layout& to, float* g_source,
                              const Layout& from, bool accumulate, cudaStream_t stream);
/// The same channels, rows and pixels in another layout.
cudaError_t copy_halfs(const void* source, const Layout& from, void* destination, const Layout& to,
                       cudaStream_t stream);
/// y = y + bias, and the larger of that and 0 with relu.
cudaError_t add_bias(void* y, const float* bias, const Layout& layout, bool half, bool relu, cudaStream_t);
/// g = 0 where y is not positive.
cudaError_t mask_relu(float* g, const float* y, std::int64_t count, cudaStream_t stream);

}  // namespace compute::cuda
