#include "renderer/passes/transparent.h"

#include <array>

#include "renderer/passes/mesh_pipelines.h"
#include "spirv/gbuffer_vert.h"
#include "spirv/transparent_frag.h"

namespace renderer {

TransparentPass::TransparentPass(const gpu::Device& device, const GpuScene& scene) {
  const std::array<VkDescriptorType, 3> types{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER,
                                              VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                                              VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER};
  frame_layout_ =
      gpu::make_set_layout(device, types, VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, true);
  layout_ = gpu::make_layout(device, {frame_layout_.get(), scene.material_layout()},
                             VK_SHADER_STAGE_FRAGMENT_BIT, sizeof(shared::MaterialConstants));
  gpu::GraphicsDesc desc;
  desc.vertex = gbuffer_vert;
  desc.fragment = transparent_frag;
  desc.layout = layout_.get();
  desc.color_formats = {VK_FORMAT_R16G16B16A16_SFLOAT, VK_FORMAT_R8_UNORM};
  desc.blends = {gpu::Blend::premultiplied, gpu::Blend::max};
  desc.depth_format = VK_FORMAT_D32_SFLOAT;
  desc.depth_write = false;
  pipelines_ = make_variants(device, desc, scene.variants(true));
}

void TransparentPass::record(VkCommandBuffer commands, const FrameContext& frame,
                             const ShadowPass& shadow) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "transparent");
  const Targets& targets = frame.targets;
  std::array colors{attachment(targets.color, VK_ATTACHMENT_LOAD_OP_LOAD),
                    attachment(targets.reactive, VK_ATTACHMENT_LOAD_OP_CLEAR)};
  const auto depth = attachment(frame.depth(), VK_ATTACHMENT_LOAD_OP_LOAD);
  VkRenderingInfo info{};
  info.sType = VK_STRUCTURE_TYPE_RENDERING_INFO;
  info.renderArea = {{0, 0}, {frame.width(), frame.height()}};
  info.layerCount = 1;
  info.colorAttachmentCount = static_cast<std::uint32_t>(colors.size());
  info.pColorAttachments = colors.data();
  info.pDepthAttachment = &depth;
  vkCmdBeginRendering(commands, &info);
  if (frame.settings.transparency && !frame.draws.blended.empty()) {
    gpu::set_viewport(commands, frame.width(), frame.height());
    const std::array bindings{gpu::uniform(frame.buffers.constants), gpu::storage(frame.buffers.objects),
                              gpu::sampled(shadow.map(), shadow.sampler())};
    gpu::push(frame.device, commands, VK_PIPELINE_BIND_POINT_GRAPHICS, layout_.get(), bindings);
    frame.scene.bind_geometry(commands);
    draw_list(commands, frame.scene, layout_.get(), pipelines_, frame.draws.blended);
  }
  vkCmdEndRendering(commands);
  gpu::barrier(commands, gpu::Access::attachment, gpu::Access::all);
}

}  // namespace renderer
