#pragma once
// The fused network.

#include "compute/cuda/family.h"
#include "compute/cuda/tensors.h"
#include "compute/plan/network_plan.h"

namespace compute::cuda {

/// Returns null where the plan does not have the shape that the kernels are made for.
std::unique_ptr<FusedNetwork> make_fused_network(
    ContextPtr context, const NetworkEnds& ends, const NetworkPlan& plan,
    std::span<const std::shared_ptr<ParameterOf<float>>> parameters);

}  // namespace compute::cuda
