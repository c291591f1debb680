#pragma once
// The fused network: a dispatch for the first layer with the pass before it, one for each layer of the
// middle, and one for the last two layers with the pass after them.

#include "compute/plan/network_plan.h"
#include "compute/vulkan/family.h"
#include "compute/vulkan/tensors.h"

namespace compute::vulkan {

/// Returns null where the plan does not have the shape that the shaders are made for.
std::unique_ptr<FusedNetwork> make_fused_network(
    const ContextPtr& context, const VulkanFamily& family, const NetworkPlan& plan,
    std::span<const std::shared_ptr<ParameterOf<float>>> parameters);

}  // namespace compute::vulkan
