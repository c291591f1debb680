#pragma once
// What the two passes that draw materials share: a pipeline a material variant.

#include <map>

#include "renderer/gpu_scene.h"

namespace renderer {

/// Completes `base` (shaders, formats, layout) for each variant.
inline std::map<std::uint32_t, gpu::UniquePipeline> make_variants(const gpu::Device& device,
                                                                  gpu::GraphicsDesc base,
                                                                  std::span<const std::uint32_t> variants) {
  base.attributes = GpuScene::vertex_attributes();
  base.vertex_stride = sizeof(scene::Vertex);
  std::map<std::uint32_t, gpu::UniquePipeline> pipelines;
  for (const std::uint32_t variant : variants) {
    base.cull = variant & 16 ? VK_CULL_MODE_NONE : VK_CULL_MODE_BACK_BIT;
    base.constants.clear();
    for (int bit = 0; bit < 5; ++bit) base.constants.push_back(variant >> bit & 1);
    pipelines.emplace(variant, gpu::make_graphics_pipeline(device, base));
  }
  return pipelines;
}

/// Draws chunks in order, switching pipeline and material only where they change.
inline void draw_list(VkCommandBuffer commands, const GpuScene& scene, VkPipelineLayout layout,
                      const std::map<std::uint32_t, gpu::UniquePipeline>& pipelines,
                      std::span<const Draw> draws) {
  constexpr std::uint32_t none = ~0u;
  std::uint32_t variant = none, material = none;
  for (const Draw& draw : draws) {
    const scene::Chunk& chunk = scene.cpu().chunks[draw.chunk];
    if (scene.variant(chunk.material) != variant) {
      variant = scene.variant(chunk.material);
      vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, pipelines.at(variant).get());
    }
    if (chunk.material != material) {
      material = chunk.material;
      const VkDescriptorSet set = scene.material_set(material);
      vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, layout, 1, 1, &set, 0, nullptr);
      const shared::MaterialConstants constants = scene.constants(material);
      vkCmdPushConstants(commands, layout, VK_SHADER_STAGE_FRAGMENT_BIT, 0, sizeof constants, &constants);
    }
    scene.draw(commands, chunk);
  }
}

inline VkRenderingAttachmentInfo attachment(const gpu::Image& image, VkAttachmentLoadOp load) {
  VkRenderingAttachmentInfo info{};
  info.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO;
  info.imageView = image.view();
  info.imageLayout = VK_IMAGE_LAYOUT_GENERAL;
  info.loadOp = load;
  info.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
  return info;
}

}  // namespace renderer
