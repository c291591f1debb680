#include "renderer/passes/composite.h"

#include <array>

#include "spirv/composite_comp.h"

namespace renderer {

CompositePass::CompositePass(const gpu::Device& device)
    : pipeline_(device, composite_comp,
                {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                 VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
                16) {}

void CompositePass::record(VkCommandBuffer commands, const FrameContext& frame) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "composite");
  const Targets& t = frame.targets;
  const struct {
    std::int32_t width, height;
    float bloom;
    std::int32_t tone_curve;
  } push{frame.info.output.width, frame.info.output.height,
         frame.settings.bloom.enabled ? frame.settings.bloom.strength : 0.0f,
         static_cast<std::int32_t>(frame.settings.tone_curve)};
  const std::array bindings{gpu::sampled(frame.output(), t.nearest), gpu::sampled(t.bloom_up[0], t.linear),
                            gpu::storage_image(frame.outputs.picture)};
  pipeline_.dispatch(commands, bindings, static_cast<std::uint32_t>(push.width),
                     static_cast<std::uint32_t>(push.height), &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
