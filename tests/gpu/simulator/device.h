#pragma once
// Included before everything else where a kernel's source is compiled for the processor: defines CUDA's names
// for what a thread can see and do. It comes after CUDA's own headers and tells the code that it is the
// device's.

#include <cuda_fp16.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>

#include "threads.h"

#undef __shared__
#undef __launch_bounds__
#define __shared__ static thread_local  // a block stays on one thread of the system
#define __launch_bounds__(...)
#define threadIdx (simulator::here.thread)
#define blockIdx (simulator::here.block)
#define blockDim (simulator::here.block_size)
#define gridDim (simulator::here.grid_size)
#define __CUDACC__ 1
#define __CUDA_ARCH__ 800
#define NEURASTER_ISA isa_simulated

namespace {
thread_local char own_memory;
[[maybe_unused]] const bool made_before_grids =
    (simulator::before_grids([] { *const_cast<volatile char*>(&own_memory) = 1; }), true);
}  // namespace

inline void __syncthreads() {
  simulator::wait_for_block();
}
inline void __syncwarp() {
  simulator::wait_for_warp();
}
inline float __shfl_down_sync(unsigned, float value, int distance) {
  const simulator::Shown* all = simulator::show_warp({{std::bit_cast<unsigned>(value)}});
  const unsigned lane = threadIdx.x % 32 + static_cast<unsigned>(distance);
  return lane < 32 ? std::bit_cast<float>(all[lane].words[0]) : value;
}
inline bool __any_sync(unsigned, bool here) {
  const simulator::Shown* all = simulator::show_warp({{here}});
  return std::any_of(all, all + 32, [](const simulator::Shown& lane) { return lane.words[0] != 0; });
}
inline float __fdividef(float a, float b) {
  return a / b;
}
inline int __float2int_rd(float x) {
  return static_cast<int>(std::floor(x));
}
inline __half2 __hfma2(__half2 a, __half2 b, __half2 c) {
  const float2 x = __half22float2(a), y = __half22float2(b), z = __half22float2(c);
  return __floats2half2_rn(std::fma(x.x, y.x, z.x), std::fma(x.y, y.y, z.y));
}
template <typename T>
T __ldg(const T* address) {
  return *address;
}
inline unsigned __float_as_uint(float x) {
  return std::bit_cast<unsigned>(x);
}
inline int __popc(unsigned x) {
  return std::popcount(x);
}
inline void atomicMax(unsigned* address, unsigned value) {
  std::atomic_ref<unsigned> here(*address);
  unsigned before = here.load(std::memory_order_relaxed);
  while (before < value && !here.compare_exchange_weak(before, value, std::memory_order_relaxed)) {
  }
}
template <typename T>
void atomicAdd(T* address, T value) {
  std::atomic_ref<T>(*address).fetch_add(value, std::memory_order_relaxed);
}
