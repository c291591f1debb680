#pragma once
// A pass family compiled for Vulkan: its compute shaders as SPIR-V and, for a family beside a network,
// shaders that include the network's first and last layers.
//
// A shader includes compute/vulkan/pass.glsl and declares the view's fields, in order, as a uniform block
// with scalar layout at set 0, binding 0; pointers are buffer references. The view's bytes are copied there.

#include <cstdint>
#include <span>
#include <string_view>

#include "compute/passes.h"
#include "compute/types.h"

namespace compute::vulkan {

using Spirv = std::span<const std::uint32_t>;

/// One invocation a pixel, in the work groups of group.h.
struct VulkanPass {
  std::string_view name;
  Spirv spirv;                               ///< empty: another pass does its work, and run() does nothing
  Size (*grid)(const void* view) = nullptr;  ///< in pixels
};

/// Shaders that end with compute/vulkan/fused/network_ends.glsl.
struct VulkanEnds {
  Spirv squeeze, head;
  Size (*grid)(const void* view) = nullptr;  ///< the pixels that have an input and an output
};

struct VulkanFamily {
  std::string_view name, view;
  std::size_t view_bytes = 0;
  std::span<const VulkanPass> passes;
  const VulkanEnds* ends = nullptr;  ///< null: there is nothing to fuse
};

/// The grid of a pass, for VulkanPass, by the family's grid_of(pass, view).
template <auto pass, typename View>
Size pass_grid(const void* view) {
  return grid_of(pass, *static_cast<const View*>(view));
}

}  // namespace compute::vulkan
