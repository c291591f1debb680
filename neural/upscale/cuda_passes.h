#pragma once
// Typed launchers of the upscaler's passes on the GPU, used by the family's table and by the kernel studies.

#include <cuda_runtime_api.h>

#include "compute/cuda/fused/kernels.h"
#include "neural/upscale/step_view.h"

namespace neural::cuda {

/// Enqueues a pass over its whole grid, one thread for each pixel, and returns the result of the launch. S is
/// the type that the view stores: float or f16.
template <typename S>
cudaError_t run_pass(Pass pass, const StepView<float, S>& view, cudaStream_t stream);

/// `features`, and mostly `warp`, with the network's first layers, and its last layers with `controls`: see
/// compute/cuda/fused/network_start.h and network_ends.h. Both enqueue and return the result of the launch.
cudaError_t run_start(const StepView<float, f16>& view, const compute::cuda::StartArguments& arguments,
                      cudaStream_t stream);
/// True where run_start() does the work of Pass::warp as well.
bool warps_at_start(const StepView<float, f16>& view);
cudaError_t run_head(const StepView<float, f16>& view, const compute::cuda::HeadArguments& arguments,
                     cudaStream_t stream);

}  // namespace neural::cuda
