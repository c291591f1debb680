#pragma once
// Compute pipelines. All have the same layout: the view's bytes as a uniform buffer with a dynamic offset at
// set 0, binding 0, constants (weights) likewise at binding 1, and up to 128 bytes of push constants.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <vector>

#include "compute/vulkan/device.h"
#include "compute/vulkan/family.h"

namespace compute::vulkan {

inline constexpr std::uint32_t push_bytes = 128;  ///< every device has as many
/// Bytes of the two uniform buffers that a shader sees.
inline constexpr std::uint32_t view_range = 4096, constants_range = 8192;

using Pipeline = Owned<VkPipeline, &Api::DestroyPipeline>;

/// Makes pipelines and keeps them: a second request for the same one costs nothing.
class Pipelines {
 public:
  explicit Pipelines(const Device& device);
  /// Returns the pipeline of a shader whose specialization constants 0, 1, ... have these values. `spirv`
  /// must outlive the object. Throws core::Error.
  VkPipeline get(Spirv spirv, std::initializer_list<std::int32_t> constants = {});
  VkPipelineLayout layout() const { return layout_.get(); }
  VkDescriptorSetLayout set_layout() const { return set_layout_.get(); }

 private:
  Pipeline make(Spirv spirv, std::span<const std::int32_t> constants) const;
  const Device& device_;
  Owned<VkDescriptorSetLayout, &Api::DestroyDescriptorSetLayout> set_layout_;
  Owned<VkPipelineLayout, &Api::DestroyPipelineLayout> layout_;
  std::map<std::pair<const std::uint32_t*, std::vector<std::int32_t>>, Pipeline> made_;
};

}  // namespace compute::vulkan
