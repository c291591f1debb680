#pragma once
// Draws a scene into targets: the frame itself, the frame once more at output resolution, and each sample of
// the supersampled reference.

#include <memory>
#include <optional>

#include "renderer/frame_source.h"
#include "renderer/passes/scene/exposure.h"
#include "renderer/passes/scene/gbuffer.h"
#include "renderer/passes/scene/lighting.h"
#include "renderer/passes/scene/transparent.h"
#include "renderer/passes/scene/view_surface.h"
#include "renderer/passes/scene/water.h"

namespace renderer {

/// The rasterizer as a frame source.
class SceneRenderer final : public FrameSource {
 public:
  /// The scene must outlive the object. Throws core::Error.
  SceneRenderer(const gpu::Device& device, GpuScene& scene, const RenderSettings& settings);

  FrameSourceNeeds needs() const override { return {.draw_lists = true}; }
  void prepare(const RenderSettings& settings, bool cut) override;
  /// Records all passes: sky (where its light has changed), shadow, lamp shadow, G-buffer, lighting, water,
  /// transparent, exposure.
  void record(VkCommandBuffer commands, const FrameContext& frame) override;
  bool record_surface(VkCommandBuffer commands, const FrameContext& frame, SurfaceValue value) const override;
  /// Records the passes between shadow and exposure for another picture of the same frame, with the shadows
  /// that were recorded last. The context may have other targets, another size and other constants.
  void record_scene(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  const gpu::Device& device_;
  GpuScene& scene_;
  LightMaps light() const { return {*shadow_, lamp_shadow_, sky_, bounce_}; }

  std::unique_ptr<ShadowPass> shadow_;
  LampShadowPass lamp_shadow_;
  GbufferPass gbuffer_;
  SkyPass sky_;
  BouncedLight bounce_;
  LightingPass lighting_;
  std::optional<WaterPass> water_;  ///< in scenes that have a place for it
  TransparentPass transparent_;
  ExposurePass exposure_;
  ViewSurfacePass view_surface_;
};

}  // namespace renderer
