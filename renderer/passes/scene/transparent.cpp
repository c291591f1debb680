#include "renderer/passes/scene/transparent.h"

#include "spirv/gbuffer_vert.h"
#include "spirv/transparent_frag.h"

namespace renderer {
namespace {

gpu::GraphicsDesc describe() {
  gpu::GraphicsDesc desc;
  desc.vertex = gbuffer_vert;
  desc.fragment = transparent_frag;
  desc.color_formats = {VK_FORMAT_R16G16B16A16_SFLOAT, VK_FORMAT_R8_UNORM};
  desc.blended = true;
  desc.depth_write = false;
  return desc;
}

}  // namespace

TransparentPass::TransparentPass(const gpu::Device& device, const GpuScene& scene)
    : pipelines_(device, scene,
                 LightMaps::after({VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER,
                                   VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER}),
                 describe(), true) {}

void TransparentPass::record(VkCommandBuffer commands, const FrameContext& frame, const LightMaps& light,
                             bool reactive_begun) const {
  gpu::PassScope scope(frame.device, commands, frame.timer, "transparent");
  const Targets& targets = frame.targets;
  begin_rendering(commands, frame,
                  {attachment(targets.color, VK_ATTACHMENT_LOAD_OP_LOAD),
                   attachment(targets.reactive,
                              reactive_begun ? VK_ATTACHMENT_LOAD_OP_LOAD : VK_ATTACHMENT_LOAD_OP_CLEAR)},
                  attachment(frame.depth(), VK_ATTACHMENT_LOAD_OP_LOAD));
  if (frame.settings.transparency && !frame.draws.blended.empty())
    pipelines_.draw(commands, frame,
                    light.after({gpu::uniform(frame.buffers.constants), gpu::uniform(frame.buffers.motions),
                                 gpu::sampled(targets.motion, targets.nearest)},
                                frame.scene),
                    frame.buffers.blended_indices, frame.draws.blended);
  vkCmdEndRendering(commands);
  scope.end();
  gpu::barrier(commands, gpu::Access::attachment, gpu::Access::all);
}

}  // namespace renderer
