#pragma once
// A pass family compiled for CUDA: launchers of its kernels and, for a family beside a network, kernels
// that include the network's first and last layers.

#include <cuda_runtime_api.h>

#include "compute/cuda/fused/kernels.h"
#include "compute/passes.h"

namespace compute::cuda {

/// Both functions enqueue on the stream and return the result of the launch.
struct CudaPass {
  std::string_view name;
  cudaError_t (*run)(const void* view, cudaStream_t stream) = nullptr;
  cudaError_t (*run_backward)(const void* view, cudaStream_t stream) = nullptr;  ///< null: no gradient
};

/// Launchers of the kernels in fused/network_start.h and network_ends.h; they enqueue and return the result
/// of the launch.
struct NetworkEnds {
  cudaError_t (*start)(const void* view, const StartArguments& arguments, cudaStream_t stream) = nullptr;
  cudaError_t (*head)(const void* view, const HeadArguments& arguments, cudaStream_t stream) = nullptr;
  /// The last layers and all passes after them, which keeps what the first of these passes makes to itself.
  cudaError_t (*finish)(const void* view, const HeadArguments& arguments, cudaStream_t stream) = nullptr;
};

struct CudaFamily {
  std::string_view name, view;
  std::size_t view_bytes = 0;
  std::span<const CudaPass> passes;
  const NetworkEnds* ends = nullptr;  ///< null: there is nothing to fuse
};

}  // namespace compute::cuda
