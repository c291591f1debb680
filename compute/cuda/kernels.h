#pragma once
// Launchers of our kernels. Each enqueues on the stream and returns the result of the launch.

#include <cuda_runtime_api.h>

#include <cstdint>

#include "compute/types.h"

namespace compute::cuda {

/// Asks the current device whether it can run this build's code.
cudaError_t ask_kernel();

/// Says where element (channel, y, x) of a tensor lies; steps are in elements.
struct Layout {
  int channels = 0, height = 0, width = 0;
  std::int64_t channel_step = 0, row_step = 0, pixel_step = 0;
};

// These convert between the interface's [channels / 16][height][width][16] floats and a tensor of floats or
// halfs. On the interface's side padding channels are zero.
cudaError_t from_blocked(const float* blocked, void* tensor, const Layout& layout, bool half, cudaStream_t);
cudaError_t to_blocked(const void* tensor, float* blocked, const Layout& layout, bool half, cudaStream_t);

/// Upsamples to twice the size by nearest neighbours; the backward form sums the gradients of each 2x2, in
/// f32.
cudaError_t upsample(const void* source, const Layout& from, void* destination, const Layout& to, bool half,
                     cudaStream_t stream);
cudaError_t upsample_backward(const float* g_destination, const Layout& to, float* g_source,
                              const Layout& from, bool accumulate, cudaStream_t stream);
/// Copies halfs to another layout with the same channels, rows and pixels.
cudaError_t copy_halfs(const void* source, const Layout& from, void* destination, const Layout& to,
                       cudaStream_t stream);
/// Computes y = y + bias, and then max(y, 0) where `relu` is set.
cudaError_t add_bias(void* y, const float* bias, const Layout& layout, bool half, bool relu, cudaStream_t);
/// Sets g to 0 where y is not positive.
cudaError_t mask_relu(float* g, const float* y, std::int64_t count, cudaStream_t stream);

}  // namespace compute::cuda
