#include "renderer/scene_renderer.h"

namespace renderer {

SceneRenderer::SceneRenderer(const gpu::Device& device, GpuScene& scene, const RenderSettings& settings)
    : device_(device),
      scene_(scene),
      shadow_(std::make_unique<ShadowPass>(device, scene, settings.shadow.resolution)),
      lamp_shadow_(device, scene),
      gbuffer_(device, scene),
      sky_(device, scene),
      bounce_(device),
      lighting_(device, scene),
      transparent_(device, scene),
      exposure_(device),
      view_surface_(device) {
  if (scene.cpu().water.size > 0) water_.emplace(device, scene);
}

void SceneRenderer::prepare(const RenderSettings& settings, bool cut) {
  scene_.set_anisotropy(device_, settings.anisotropy);
  if (shadow_->resolution() != settings.shadow.resolution) {
    device_.wait_idle();
    shadow_ = std::make_unique<ShadowPass>(device_, scene_, settings.shadow.resolution);
  }
  if (cut) shadow_->invalidate();
  lamp_shadow_.prepare(device_, scene_);
  bounce_.prepare(device_, scene_, settings);
}

void SceneRenderer::record(VkCommandBuffer commands, const FrameContext& frame) {
  sky_.record(commands, frame);
  shadow_->record(commands, frame);
  lamp_shadow_.record(commands, frame);
  record_scene(commands, frame);
  exposure_.record(commands, frame);
}

bool SceneRenderer::record_surface(VkCommandBuffer commands, const FrameContext& frame,
                                   SurfaceValue value) const {
  view_surface_.record(commands, frame, light(), value);
  return true;
}

void SceneRenderer::record_scene(VkCommandBuffer commands, const FrameContext& frame) const {
  gbuffer_.record(commands, frame);
  lighting_.record(commands, frame, light());
  const bool water = water_ && frame.water && !frame.draws.water.empty();
  if (water) water_->record(commands, frame, light());
  transparent_.record(commands, frame, light(), water);
}

}  // namespace renderer
