// All tensor kernels besides convolutions. Each element has one thread; memory bounds all of them.

#include <cuda_fp16.h>

#include "compute/cuda/kernels.h"
#include "compute/cuda/launch.h"

namespace compute::cuda {
namespace {

constexpr int block = 256;

__device__ std::int64_t thread_index() {
  return static_cast<std::int64_t>(blockIdx.x) * block + threadIdx.x;
}

/// Element i of a tensor, counted pixel by pixel with channels fastest: neighbouring threads touch
/// neighbouring channels of one pixel.
struct Element {
  int channel, y, x;
  __device__ Element(std::int64_t i, int channels, int width)
      : channel(static_cast<int>(i % channels)),
        y(static_cast<int>(i / channels / width)),
        x(static_cast<int>(i / channels % width)) {}
  __device__ std::int64_t in(const Layout& layout) const {
    return channel * layout.channel_step + y * layout.row_step + x * layout.pixel_step;
  }
  __device__ std::int64_t blocked(const Layout& layout) const {
    return ((static_cast<std::int64_t>(channel / block_channels) * layout.height + y) * layout.width + x) *
               block_channels +
           channel % block_channels;
  }
};

int padded_channels(const Layout& layout) {
  return (layout.channels + block_channels - 1) / block_channels * block_channels;
}
std::int64_t count_of(const Layout& layout, int channels) {
  return static_cast<std::int64_t>(channels) * layout.height * layout.width;
}
unsigned blocks_for(std::int64_t count) {
  return static_cast<unsigned>((count + block - 1) / block);
}

__device__ void store(float* to, float value) {
  *to = value;
}
__device__ void store(__half* to, float value) {
  *to = __float2half_rn(value);
}
__device__ float load(const float* from) {
  return *from;
}
__device__ float load(const __half* from) {
  return __half2float(*from);
}

template <typename T>
__global__ void from_blocked_kernel(const float* blocked, T* tensor, Layout layout, std::int64_t count) {
  const std::int64_t i = thread_index();
  if (i >= count) return;
  const Element e(i, layout.channels, layout.width);
  store(tensor + e.in(layout), blocked[e.blocked(layout)]);
}

template <typename T>
__global__ void to_blocked_kernel(const T* tensor, float* blocked, Layout layout, int padded,
                                  std::int64_t count) {
  const std::int64_t i = thread_index();
  if (i >= count) return;
  const Element e(i, padded, layout.width);
  blocked[e.blocked(layout)] = e.channel < layout.channels ? load(tensor + e.in(layout)) : 0.0f;
}

template <typename T>
__global__ void upsample_kernel(const T* source, Layout from, T* destination, Layout to, std::int64_t count) {
  const std::int64_t i = thread_index();
  if (i >= count) return;
  Element e(i, to.channels, to.width);
  const std::int64_t at = e.in(to);
  e.y /= 2;
  e.x /= 2;
  destination[at] = source[e.in(from)];
}

__global__ void upsample_backward_kernel(const float* g_destination, Layout to, float* g_source, Layout from,
                                         bool accumulate, std::int64_t count) {
  const std::int64_t i = thread_index();
  if (i >= count) return;
  const Element e(i, from.channels, from.width);
  const float* g =
      g_destination + e.channel * to.channel_step + 2 * e.y * to.row_step + 2 * e.x * to.pixel_step;
  const float sum = g[0] + g[to.pixel_step] + g[to.row_step] + g[to.row_step + to.pixel_step];
  float* target = g_source + e.in(from);
  *target = accumulate ? *target + sum : sum;
}

__global__ void copy_kernel(const __half* source, Layout from, __half* destination, Layout to,
                            std::int64_t count) {
  const std::int64_t i = thread_index();
  if (i >= count) return;
  const Element e(i, from.channels, from.width);
  destination[e.in(to)] = source[e.in(from)];
}

template <typename T>
__global__ void bias_kernel(T* y, const float* bias, Layout layout, bool relu, std::int64_t count) {
  const std::int64_t i = thread_index();
  if (i >= count) return;
  const Element e(i, layout.channels, layout.width);
  T* at = y + e.in(layout);
  const float value = load(at) + bias[e.channel];
  store(at, relu ? fmaxf(value, 0.0f) : value);
}

__global__ void mask_kernel(float* g, const float* y, std::int64_t count) {
  const std::int64_t i = thread_index();
  if (i < count && !(y[i] > 0)) g[i] = 0;
}

}  // namespace

cudaError_t from_blocked(const float* blocked, void* tensor, const Layout& layout, bool half,
                         cudaStream_t stream) {
  const std::int64_t count = count_of(layout, layout.channels);
  return half ? launch(from_blocked_kernel<__half>, blocks_for(count), block, stream, blocked,
                       static_cast<__half*>(tensor), layout, count)
              : launch(from_blocked_kernel<float>, blocks_for(count), block, stream, blocked,
                       static_cast<float*>(tensor), layout, count);
}

cudaError_t to_blocked(const void* tensor, float* blocked, const Layout& layout, bool half,
                       cudaStream_t stream) {
  const int padded = padded_channels(layout);
  const std::int64_t count = count_of(layout, padded);
  return half ? launch(to_blocked_kernel<__half>, blocks_for(count), block, stream,
                       static_cast<const __half*>(tensor), blocked, layout, padded, count)
              : launch(to_blocked_kernel<float>, blocks_for(count), block, stream,
                       static_cast<const float*>(tensor), blocked, layout, padded, count);
}

cudaError_t upsample(const void* source, const Layout& from, void* destination, const Layout& to, bool half,
                     cudaStream_t stream) {
  const std::int64_t count = count_of(to, to.channels);
  return half ? launch(upsample_kernel<__half>, blocks_for(count), block, stream,
                       static_cast<const __half*>(source), from, static_cast<__half*>(destination), to, count)
              : launch(upsample_kernel<float>, blocks_for(count), block, stream,
                       static_cast<const float*>(source), from, static_cast<float*>(destination), to, count);
}

cudaError_t upsample_backward(const float* g_destination, const Layout& to, float* g_source,
                              const Layout& from, bool accumulate, cudaStream_t stream) {
  const std::int64_t count = count_of(from, from.channels);
  return launch(upsample_backward_kernel, blocks_for(count), block, stream, g_destination, to, g_source, from,
                accumulate, count);
}

cudaError_t copy_halfs(const void* source, const Layout& from, void* destination, const Layout& to,
                       cudaStream_t stream) {
  const std::int64_t count = count_of(from, from.channels);
  return launch(copy_kernel, blocks_for(count), block, stream, static_cast<const __half*>(source), from,
                static_cast<__half*>(destination), to, count);
}

cudaError_t add_bias(void* y, const float* bias, const Layout& layout, bool half, bool relu,
                     cudaStream_t stream) {
  const std::int64_t count = count_of(layout, layout.channels);
  return half ? launch(bias_kernel<__half>, blocks_for(count), block, stream, static_cast<__half*>(y), bias,
                       layout, relu, count)
              : launch(bias_kernel<float>, blocks_for(count), block, stream, static_cast<float*>(y), bias,
                       layout, relu, count);
}

cudaError_t ask_kernel() {
  cudaFuncAttributes attributes;
  return cudaFuncGetAttributes(&attributes, reinterpret_cast<const void*>(mask_kernel));
}

cudaError_t mask_relu(float* g, const float* y, std::int64_t count, cudaStream_t stream) {
  return launch(mask_kernel, blocks_for(count), block, stream, g, y, count);
}

}  // namespace compute::cuda
