#pragma once
// Draws the scene once more at output resolution, beside the frame and into its own images: as `native`
// beside an upscaler, and as the supersampled reference that accumulates while nothing moves.

#include <optional>

#include "renderer/frame_context.h"
#include "renderer/passes/picture/reference_accumulate.h"
#include "renderer/scene_renderer.h"

namespace renderer {

/// One full-size rendering beside the frame. Its constructor allocates; it throws core::Error.
class FullRender {
 public:
  FullRender(const gpu::Device& device, const GpuScene& scene, core::Size output);

  /// Records the rendering as `native` draws it, without jitter and mip bias. Call it after the frame's own
  /// rendering was recorded, whose draws and shadows it uses.
  void record(VkCommandBuffer commands, const FrameContext& frame, const SceneRenderer& scene);
  /// Records sample `index` of the reference, from 0. Returns the context that it was drawn with, which is
  /// valid until the next call.
  const FrameContext& record_sample(VkCommandBuffer commands, const FrameContext& frame, int index,
                                    const SceneRenderer& scene);
  Targets& targets() { return targets_; }
  const Outputs& outputs() const { return outputs_; }

 private:
  /// Returns the frame at output resolution, with a copy of its constants that the caller may change.
  FrameContext& begin(const FrameContext& frame);
  static shared::FrameConstants& constants(const FrameContext& full);

  Targets targets_;
  Outputs outputs_;
  FrameBuffers buffers_[2];
  gpu::Timer timers_[2];  ///< its passes have the names of the frame's own, so they need another timer
  std::optional<FrameContext> full_;
};

/// The reference of a view at rest; each frame adds one sample.
class LiveReference {
 public:
  LiveReference(const gpu::Device& device, const GpuScene& scene, core::Size output);

  /// Begins again with the first sample.
  void restart() { samples_ = 0; }
  int samples() const { return samples_; }
  /// Records one more sample; afterwards output(0) of outputs() is the mean of all samples so far.
  void record(VkCommandBuffer commands, const FrameContext& frame, const SceneRenderer& scene);
  FullRender& full() { return full_; }

 private:
  FullRender full_;
  ReferenceAccumulatePass accumulate_;
  int samples_ = 0;
};

/// The supersampled reference of one frame, drawn all at once, for `evaluate` and training.
class FrameReference {
 public:
  FrameReference(const gpu::Device& device, core::Size output);

  /// Draws the frame `samples` times into its own targets, waits for each, and leaves the mean in the frame's
  /// output image. The frame must have output resolution and be rendered, and the GPU must be done with it.
  /// Its shadows and culling are used as they are; its constants are overwritten.
  void draw(const FrameContext& frame, int samples, const SceneRenderer& scene) const;

 private:
  ReferenceAccumulatePass accumulate_;
};

}  // namespace renderer
