#include "renderer/passes/picture/composite.h"

#include <array>

#include "spirv/composite_comp.h"

namespace renderer {

CompositePass::CompositePass(const gpu::Device& device) {
  for (std::int32_t tone_curve = 0; tone_curve < 4; ++tone_curve)
    for (std::int32_t bloom = 0; bloom < 2; ++bloom)
      pipelines_[tone_curve][bloom] =
          gpu::ComputePipeline(device, composite_comp,
                               {VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                                VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
                               sizeof(shared::CompositeConstants), {tone_curve, bloom});
}

void CompositePass::record(VkCommandBuffer commands, const FrameContext& frame) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "composite");
  const Targets& t = frame.targets;
  const core::Size size = frame.info.output;
  const shared::CompositeConstants push{
      .size = {size.width, size.height},
      .bloom_strength = frame.settings.bloom.enabled ? frame.settings.bloom.strength : 0.0f};
  const std::array bindings{gpu::storage_image(frame.output()), gpu::sampled(t.bloom_up[0], t.linear),
                            gpu::storage_image(frame.outputs.picture)};
  pipelines_[static_cast<int>(frame.settings.tone_curve)][push.bloom_strength > 0].dispatch(
      commands, bindings, static_cast<std::uint32_t>(size.width), static_cast<std::uint32_t>(size.height),
      &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
