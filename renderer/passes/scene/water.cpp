#include "renderer/passes/scene/water.h"

#include "spirv/gbuffer_vert.h"
#include "spirv/water_frag.h"

namespace renderer {
namespace {

gpu::GraphicsDesc describe() {
  gpu::GraphicsDesc desc;
  desc.vertex = gbuffer_vert;
  desc.fragment = water_frag;
  desc.color_formats = {VK_FORMAT_R16G16B16A16_SFLOAT, VK_FORMAT_R16G16_SFLOAT, VK_FORMAT_R8_UNORM};
  return desc;
}

void copy(VkCommandBuffer commands, const FrameContext& frame, const gpu::Image& from, const gpu::Image& to) {
  VkImageCopy region{};
  region.srcSubresource = {from.aspect(), 0, 0, 1};
  region.dstSubresource = {to.aspect(), 0, 0, 1};
  region.extent = {frame.width(), frame.height(), 1};
  vkCmdCopyImage(commands, from.get(), VK_IMAGE_LAYOUT_GENERAL, to.get(), VK_IMAGE_LAYOUT_GENERAL, 1,
                 &region);
}

}  // namespace

WaterPass::WaterPass(const gpu::Device& device, const GpuScene& scene)
    : pipelines_(
          device, scene,
          LightMaps::after({VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER,
                            VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                            VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER}),
          describe(), true) {}

/// What is drawn over cannot be read as well, so colour and depth are copied first.
void WaterPass::record(VkCommandBuffer commands, const FrameContext& frame, const LightMaps& light) const {
  gpu::PassScope scope(frame.device, commands, frame.timer, "water");
  const Targets& targets = frame.targets;
  // It is not given back: the next surface overwrites the old contents.
  if (frame.water->exported)
    gpu::transfer_ownership(frame.device, commands, {frame.water->values}, gpu::Transfer::acquire);
  gpu::barrier(commands, gpu::Access::all, gpu::Access::transfer);
  copy(commands, frame, targets.color, targets.under_water);
  copy(commands, frame, frame.depth(), targets.under_water_depth);
  gpu::barrier(commands, gpu::Access::transfer, gpu::Access::all);
  begin_rendering(commands, frame,
                  {attachment(targets.color, VK_ATTACHMENT_LOAD_OP_LOAD),
                   attachment(targets.motion, VK_ATTACHMENT_LOAD_OP_LOAD),
                   attachment(targets.reactive, VK_ATTACHMENT_LOAD_OP_CLEAR)},
                  attachment(frame.depth(), VK_ATTACHMENT_LOAD_OP_LOAD));
  pipelines_.draw(commands, frame,
                  light.after({gpu::uniform(frame.buffers.constants), gpu::uniform(frame.buffers.motions),
                               gpu::sampled(targets.under_water, targets.nearest),
                               gpu::sampled(targets.under_water_depth, targets.nearest),
                               gpu::storage(*frame.water->values)},
                              frame.scene),
                  frame.buffers.blended_indices, frame.draws.water);
  vkCmdEndRendering(commands);
  scope.end();
  gpu::barrier(commands, gpu::Access::attachment, gpu::Access::all);
}

}  // namespace renderer
