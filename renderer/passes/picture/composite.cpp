#include "renderer/passes/picture/composite.h"

#include <array>
#include <cmath>

#include "core/light.h"
#include "spirv/composite_comp.h"

namespace renderer {

namespace {

/// The factors of a warmth: a grey surface keeps its luminance.
glm::vec3 balance_of(float warmth) {
  const glm::vec3 balance(std::exp2(0.45f * warmth), 1, std::exp2(-0.6f * warmth));
  return balance /
         glm::dot(balance, glm::vec3(core::luminance_red, core::luminance_green, core::luminance_blue));
}

}  // namespace

CompositePass::CompositePass(const gpu::Device& device) {
  for (std::int32_t tone_curve = 0; tone_curve < 4; ++tone_curve)
    for (std::int32_t kind = 0; kind < 3; ++kind)
      pipelines_[tone_curve][kind] =
          gpu::ComputePipeline(device, composite_comp,
                               {VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                                VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
                               sizeof(shared::CompositeConstants), {tone_curve, kind > 0, kind > 1});
}

void CompositePass::record(VkCommandBuffer commands, const FrameContext& frame) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "composite");
  const Targets& t = frame.targets;
  const core::Size size = frame.info.output;
  const GradeSettings& grade = frame.settings.grade;
  const shared::CompositeConstants push{
      .size = {size.width, size.height},
      .bloom_strength = frame.settings.bloom.enabled ? frame.settings.bloom.strength : 0.0f,
      .balance = balance_of(grade.warmth),
      .contrast = grade.contrast,
      .saturation = grade.saturation};
  const int kind = grade != GradeSettings{} ? 2 : push.bloom_strength > 0 ? 1 : 0;
  const std::array bindings{gpu::storage_image(frame.output()), gpu::sampled(t.bloom_up[0], t.linear),
                            gpu::storage_image(frame.outputs.picture)};
  pipelines_[static_cast<int>(frame.settings.tone_curve)][kind].dispatch(
      commands, bindings, static_cast<std::uint32_t>(size.width), static_cast<std::uint32_t>(size.height),
      &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
