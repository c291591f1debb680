#include "renderer/passes/scene/lighting.h"

#include "spirv/lighting_comp.h"

namespace renderer {

LightingPass::LightingPass(const gpu::Device& device, const GpuScene& scene)
    : pipeline_(device, lighting_comp,
                LightMaps::after(
                    {VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER,
                     VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                     VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                     VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE}),
                0, {scene.sky().atmosphere(), scene.cpu().sway > 0}) {}

void LightingPass::record(VkCommandBuffer commands, const FrameContext& frame, const LightMaps& light) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "lighting");
  const Targets& t = frame.targets;
  const auto bindings =
      light.after({gpu::uniform(frame.buffers.constants), gpu::uniform(frame.buffers.motions),
                   gpu::sampled(t.base_color, t.nearest), gpu::sampled(t.surface, t.nearest),
                   gpu::sampled(t.motion_id, t.nearest), gpu::sampled(frame.depth(), t.nearest),
                   gpu::storage_image(t.color), gpu::storage_image(t.motion)},
                  frame.scene);
  pipeline_.dispatch(commands, bindings, frame.width(), frame.height());
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
