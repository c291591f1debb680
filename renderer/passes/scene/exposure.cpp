#include "renderer/passes/scene/exposure.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "spirv/exposure_comp.h"

namespace renderer {

ExposurePass::ExposurePass(const gpu::Device& device)
    : pipeline_(device, exposure_comp,
                {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER},
                sizeof(shared::ExposureConstants)) {}

void ExposurePass::record(VkCommandBuffer commands, const FrameContext& frame) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "exposure");
  const std::array bindings{gpu::sampled(frame.targets.color, frame.targets.nearest),
                            gpu::storage(frame.buffers.luminance)};
  const core::Size size = frame.info.render;
  const shared::ExposureConstants push{.size = {size.width, size.height}, .exposure = frame.info.exposure};
  pipeline_.dispatch(commands, bindings, 1, 1, &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::host_read);
}

void AutoExposure::update(const ExposureSettings& settings, float mean_log2_luminance, float seconds,
                          bool adapted) {
  if (!std::isfinite(mean_log2_luminance)) return;
  // The two sliders can cross; then the lower limit wins.
  const float most = std::max(settings.min_ev, settings.max_ev);
  const float target = std::clamp(std::log2(settings.key) - mean_log2_luminance, settings.min_ev, most);
  ev_ += (target - ev_) * (adapted ? 1.0f : 1.0f - std::exp(-settings.speed * seconds));
}

float AutoExposure::exposure(const ExposureSettings& settings, float scene_ev) const {
  return std::exp2(scene_ev + settings.ev + (settings.automatic ? ev_ : 0.0f));
}

}  // namespace renderer
