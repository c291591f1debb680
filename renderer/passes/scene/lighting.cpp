#include "renderer/passes/scene/lighting.h"

#include <array>

#include "spirv/lighting_comp.h"

namespace renderer {

LightingPass::LightingPass(const gpu::Device& device, const GpuScene& scene)
    : pipeline_(device, lighting_comp,
                {VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER,
                 VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                 VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                 VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE,
                 VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                 VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER},
                0, {scene.sky().atmosphere()}) {}

void LightingPass::record(VkCommandBuffer commands, const FrameContext& frame, const ShadowPass& shadow,
                          const SkyPass& sky) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "lighting");
  const Targets& t = frame.targets;
  const std::array bindings{gpu::uniform(frame.buffers.constants),
                            gpu::uniform(frame.buffers.motions),
                            gpu::sampled(t.base_color, t.nearest),
                            gpu::sampled(t.surface, t.nearest),
                            gpu::sampled(t.motion_id, t.nearest),
                            gpu::sampled(frame.depth(), t.nearest),
                            gpu::sampled(shadow.map(), shadow.sampler()),
                            gpu::storage_image(t.color),
                            gpu::storage_image(t.motion),
                            gpu::sampled(sky.map(), sky.sampler()),
                            frame.scene.ambient()};
  pipeline_.dispatch(commands, bindings, frame.width(), frame.height());
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
