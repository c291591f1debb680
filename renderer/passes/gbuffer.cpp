#include "renderer/passes/gbuffer.h"

#include <array>

#include "renderer/passes/mesh_pipelines.h"
#include "spirv/gbuffer_frag.h"
#include "spirv/gbuffer_vert.h"

namespace renderer {

GbufferPass::GbufferPass(const gpu::Device& device, const GpuScene& scene) {
  const std::array<VkDescriptorType, 2> types{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER,
                                              VK_DESCRIPTOR_TYPE_STORAGE_BUFFER};
  frame_layout_ =
      gpu::make_set_layout(device, types, VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, true);
  layout_ = gpu::make_layout(device, {frame_layout_.get(), scene.material_layout()},
                             VK_SHADER_STAGE_FRAGMENT_BIT, sizeof(shared::MaterialConstants));
  gpu::GraphicsDesc desc;
  desc.vertex = gbuffer_vert;
  desc.fragment = gbuffer_frag;
  desc.layout = layout_.get();
  desc.color_formats = {VK_FORMAT_R8G8B8A8_SRGB, VK_FORMAT_R16G16B16A16_SFLOAT, VK_FORMAT_R8_UINT};
  desc.depth_format = VK_FORMAT_D32_SFLOAT;
  pipelines_ = make_variants(device, desc, scene.variants(false));
}

void GbufferPass::record(VkCommandBuffer commands, const FrameContext& frame) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "gbuffer");
  gpu::barrier(commands, gpu::Access::all, gpu::Access::attachment);
  const Targets& targets = frame.targets;
  // Lighting reads depth first: what no chunk covers is sky, and colours there are never looked at.
  std::array colors{attachment(targets.base_color, VK_ATTACHMENT_LOAD_OP_DONT_CARE),
                    attachment(targets.normal, VK_ATTACHMENT_LOAD_OP_DONT_CARE),
                    attachment(targets.motion_id, VK_ATTACHMENT_LOAD_OP_CLEAR)};
  auto depth = attachment(frame.depth(), VK_ATTACHMENT_LOAD_OP_CLEAR);
  depth.clearValue.depthStencil.depth = 0;
  VkRenderingInfo info{};
  info.sType = VK_STRUCTURE_TYPE_RENDERING_INFO;
  info.renderArea = {{0, 0}, {frame.width(), frame.height()}};
  info.layerCount = 1;
  info.colorAttachmentCount = static_cast<std::uint32_t>(colors.size());
  info.pColorAttachments = colors.data();
  info.pDepthAttachment = &depth;
  vkCmdBeginRendering(commands, &info);
  gpu::set_viewport(commands, frame.width(), frame.height());
  const std::array bindings{gpu::uniform(frame.buffers.constants), gpu::storage(frame.buffers.objects)};
  gpu::push(frame.device, commands, VK_PIPELINE_BIND_POINT_GRAPHICS, layout_.get(), bindings);
  frame.scene.bind_geometry(commands);
  draw_list(commands, frame.scene, layout_.get(), pipelines_, frame.draws.opaque);
  vkCmdEndRendering(commands);
  gpu::barrier(commands, gpu::Access::attachment, gpu::Access::all);
}

}  // namespace renderer
