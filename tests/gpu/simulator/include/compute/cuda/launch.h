#pragma once
// Replaces the product's launch.h: a kernel becomes a function that the simulator calls.

#include "runtime.h"

namespace compute::cuda {

template <typename... Parameters>
cudaError_t launch(void (*kernel)(Parameters...), dim3 blocks, dim3 threads, cudaStream_t stream,
                   std::type_identity_t<Parameters>... arguments) {
  return simulator::launch(reinterpret_cast<const void*>(kernel), blocks, threads, false, stream,
                           [=] { kernel(arguments...); });
}

template <typename... Parameters>
cudaError_t launch_cooperative(void (*kernel)(Parameters...), dim3 blocks, dim3 threads, cudaStream_t stream,
                               std::type_identity_t<Parameters>... arguments) {
  return simulator::launch(reinterpret_cast<const void*>(kernel), blocks, threads, true, stream,
                           [=] { kernel(arguments...); });
}

template <typename... Parameters>
cudaError_t blocks_at_once(int* count, void (*)(Parameters...), int) {
  *count = 1;
  return cudaSuccess;
}

}  // namespace compute::cuda
