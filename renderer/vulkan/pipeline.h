#pragma once
// Pipelines with push descriptors: a pass lists its resources at the call, and nothing is allocated a frame.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "renderer/vulkan/memory.h"

namespace gpu {

using Spirv = std::span<const std::uint32_t>;

/// One resource of a pass, in the order of the shader's bindings.
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

/// Pushes set 0. Every binding of the layout must be there: an unwritten one crashes lavapipe.
void push(const Device& device, VkCommandBuffer commands, VkPipelineBindPoint point, VkPipelineLayout layout,
          std::span<const Binding> bindings);

UniqueDescriptorSetLayout make_set_layout(const Device& device, std::span<const VkDescriptorType> types,
                                          VkShaderStageFlags stages, bool push);

/// A compute shader of 8x8 (or 64x1) groups with its layout.
class ComputePipeline {
 public:
  ComputePipeline() = default;
  ComputePipeline(const Device& device, Spirv code, std::initializer_list<VkDescriptorType> bindings,
                  std::uint32_t push_constant_bytes = 0, std::initializer_list<std::int32_t> constants = {});
  /// One thread a pixel of width x height, in groups of 8x8.
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
  Spirv vertex, fragment;  ///< no fragment: depth only
  VkPipelineLayout layout = VK_NULL_HANDLE;
  std::vector<VkVertexInputAttributeDescription> attributes;
  std::uint32_t vertex_stride = 0;
  std::vector<VkFormat> color_formats;
  /// Over what is there, by premultiplied alpha; all color formats alike (lavapipe 25 takes the first one's
  /// state for all).
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

void set_viewport(VkCommandBuffer commands, std::uint32_t width, std::uint32_t height);

}  // namespace gpu
