#pragma once
// The upscaler's passes on the GPU, by type: what the family's table calls, for the kernel studies too.

#include <cuda_runtime_api.h>

#include "compute/cuda/fused.h"
#include "neural/upscale/step_view.h"

namespace neural::cuda {

/// A pass over its whole grid, one thread a pixel. S is what the view stores: float or f16. Enqueues; the
/// result is that of the launch.
template <typename S>
cudaError_t run_pass(Pass pass, const StepView<float, S>& view, cudaStream_t stream);

/// `features` with the network's first layer, and its last layers with `controls`:
/// compute/cuda/network_ends.h.
cudaError_t run_squeeze(const StepView<float, f16>& view, const compute::cuda::SqueezeArguments& arguments,
                        cudaStream_t stream);
cudaError_t run_head(const StepView<float, f16>& view, const compute::cuda::HeadArguments& arguments,
                     cudaStream_t stream);

}  // namespace neural::cuda
