#pragma once
// Launches a kernel as a function call that returns the result of the launch. The tests compile the kernels
// against another launch.h (tests/gpu/simulator), which runs them on the processor.

#include <cuda_runtime_api.h>

#include <type_traits>

namespace compute::cuda {

/// Does kernel<<<blocks, threads, 0, stream>>>(arguments...).
template <typename... Parameters>
cudaError_t launch(void (*kernel)(Parameters...), dim3 blocks, dim3 threads, cudaStream_t stream,
                   std::type_identity_t<Parameters>... arguments) {
  void* addresses[] = {&arguments...};
  return cudaLaunchKernel(reinterpret_cast<const void*>(kernel), blocks, threads, addresses, 0, stream);
}

/// Launches with all blocks on the device at once, so that they can wait for one another.
template <typename... Parameters>
cudaError_t launch_cooperative(void (*kernel)(Parameters...), dim3 blocks, dim3 threads, cudaStream_t stream,
                               std::type_identity_t<Parameters>... arguments) {
  void* addresses[] = {&arguments...};
  return cudaLaunchCooperativeKernel(reinterpret_cast<const void*>(kernel), blocks, threads, addresses, 0,
                                     stream);
}

/// Fills in how many of the kernel's blocks one multiprocessor of the current device runs at once.
template <typename... Parameters>
cudaError_t blocks_at_once(int* count, void (*kernel)(Parameters...), int threads) {
  return cudaOccupancyMaxActiveBlocksPerMultiprocessor(count, reinterpret_cast<const void*>(kernel), threads,
                                                       0);
}

}  // namespace compute::cuda
