#pragma once
// Draws a scene into targets: the frame itself, the frame once more at output resolution, and each sample of
// the supersampled reference all go through here.

#include <memory>

#include "renderer/frame_source.h"
#include "renderer/passes/scene/exposure.h"
#include "renderer/passes/scene/gbuffer.h"
#include "renderer/passes/scene/lighting.h"
#include "renderer/passes/scene/shadow.h"
#include "renderer/passes/scene/transparent.h"

namespace renderer {

/// The rasterizer.
class SceneRenderer final : public FrameSource {
 public:
  /// The scene must outlive it.
  SceneRenderer(const gpu::Device& device, GpuScene& scene, const RenderSettings& settings);

  FrameSourceNeeds needs() const override { return {.draw_lists = true}; }
  void prepare(const RenderSettings& settings, bool cut) override;
  /// Shadow, G-buffer, lighting, transparent, exposure.
  void record(VkCommandBuffer commands, const FrameContext& frame) override;
  /// The passes between shadow and exposure, with the shadows of the frame recorded last: for another picture
  /// of the same frame. The context may have other targets, another size and other constants.
  void record_scene(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  const gpu::Device& device_;
  GpuScene& scene_;
  std::unique_ptr<ShadowPass> shadow_;
  GbufferPass gbuffer_;
  LightingPass lighting_;
  TransparentPass transparent_;
  ExposurePass exposure_;
};

}  // namespace renderer
