#pragma once
// Pipelines with push descriptors: a pass lists its resources when it is recorded, and no frame allocates
// descriptor sets. Errors throw core::Error.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "renderer/vulkan/memory.h"

namespace gpu {

using Spirv = std::span<const std::uint32_t>;

/// One resource of a pass. Passes list them in the order of the shader's bindings 0, 1, ...
struct Binding {
  VkDescriptorType type;
  VkDescriptorImageInfo image{};
  VkDescriptorBufferInfo buffer{};
};
Binding sampled(const Image& image, const UniqueSampler& sampler,
                VkImageLayout layout = VK_IMAGE_LAYOUT_GENERAL);
Binding storage_image(const Image& image);
Binding storage(const Buffer& buffer);
Binding uniform(const Buffer& buffer);

/// Records the resources of descriptor set 0. `bindings` must cover every binding of the layout: a missing
/// one crashes lavapipe.
void push(const Device& device, VkCommandBuffer commands, VkPipelineBindPoint point, VkPipelineLayout layout,
          std::span<const Binding> bindings);

/// Binding i has the type types[i]. `push` makes it a layout for push().
UniqueDescriptorSetLayout make_set_layout(const Device& device, std::span<const VkDescriptorType> types,
                                          VkShaderStageFlags stages, bool push);

/// A compute shader with its layout. Its work groups are 8x8 or 64x1. `constants` are specialization
/// constants 0, 1, ...
class ComputePipeline {
 public:
  ComputePipeline() = default;
  ComputePipeline(const Device& device, Spirv code, const std::vector<VkDescriptorType>& bindings,
                  std::uint32_t push_constant_bytes = 0, std::initializer_list<std::int32_t> constants = {});
  /// Records one thread for each pixel of width x height, in groups of 8x8. `constants` are the push
  /// constants: as many bytes as the constructor was given.
  void dispatch(VkCommandBuffer commands, std::span<const Binding> bindings, std::uint32_t width,
                std::uint32_t height, const void* constants = nullptr) const;

 private:
  const Device* device_ = nullptr;
  UniqueDescriptorSetLayout set_layout_;
  UniquePipelineLayout layout_;
  UniquePipeline pipeline_;
  std::vector<VkDescriptorType> types_;
  std::uint32_t push_bytes_ = 0;
};

struct GraphicsDesc {
  Spirv vertex, fragment;  ///< without a fragment shader only depth is written
  VkPipelineLayout layout = VK_NULL_HANDLE;
  std::vector<VkVertexInputAttributeDescription> attributes;
  std::uint32_t vertex_stride = 0;
  std::vector<VkFormat> color_formats;
  /// Blend over the present content by premultiplied alpha. It holds for all color formats, because lavapipe
  /// 25 uses the first one's state for all.
  bool blended = false;
  VkFormat depth_format = VK_FORMAT_UNDEFINED;
  VkCompareOp depth_compare = VK_COMPARE_OP_GREATER_OR_EQUAL;
  bool depth_write = true, depth_clamp = false, depth_bias = false;
  VkCullModeFlags cull = VK_CULL_MODE_NONE;
  std::vector<std::int32_t> constants;  ///< specialization constants 0, 1, ... of the fragment shader
};
UniquePipeline make_graphics_pipeline(const Device& device, const GraphicsDesc& desc);
UniquePipelineLayout make_layout(const Device& device, std::initializer_list<VkDescriptorSetLayout> sets,
                                 VkShaderStageFlags push_stages = 0, std::uint32_t push_bytes = 0);

/// Sets viewport and scissor to the whole of width x height.
void set_viewport(VkCommandBuffer commands, std::uint32_t width, std::uint32_t height);

}  // namespace gpu
