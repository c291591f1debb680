#include "renderer/passes/scene/gbuffer.h"

#include "spirv/gbuffer_frag.h"
#include "spirv/gbuffer_vert.h"

namespace renderer {
namespace {

gpu::GraphicsDesc describe() {
  gpu::GraphicsDesc desc;
  desc.vertex = gbuffer_vert;
  desc.fragment = gbuffer_frag;
  desc.color_formats = {VK_FORMAT_R8G8B8A8_SRGB, VK_FORMAT_R32G32_UINT, VK_FORMAT_R8_UINT};
  return desc;
}

}  // namespace

GbufferPass::GbufferPass(const gpu::Device& device, const GpuScene& scene)
    : pipelines_(device, scene, {VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER}, describe(), false) {}

void GbufferPass::record(VkCommandBuffer commands, const FrameContext& frame) const {
  gpu::PassScope scope(frame.device, commands, frame.timer, "gbuffer");
  gpu::barrier(commands, gpu::Access::all, gpu::Access::attachment);
  const Targets& targets = frame.targets;
  auto depth = attachment(frame.depth(), VK_ATTACHMENT_LOAD_OP_CLEAR);
  depth.clearValue.depthStencil.depth = 0;
  // Lighting reads depth first: pixels without a chunk are sky, and their colours are never read.
  begin_rendering(commands, frame,
                  {attachment(targets.base_color, VK_ATTACHMENT_LOAD_OP_DONT_CARE),
                   attachment(targets.surface, VK_ATTACHMENT_LOAD_OP_DONT_CARE),
                   attachment(targets.motion_id, VK_ATTACHMENT_LOAD_OP_CLEAR)},
                  depth);
  pipelines_.draw(commands, frame, {gpu::uniform(frame.buffers.constants)}, frame.scene.indices(),
                  frame.draws.opaque);
  vkCmdEndRendering(commands);
  scope.end();
  gpu::barrier(commands, gpu::Access::attachment, gpu::Access::all);
}

}  // namespace renderer
