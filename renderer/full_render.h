#pragma once
// The scene once more at output resolution, beside the frame and in images of its own: `native` beside an
// upscaler, and the supersampled truth that grows while nothing moves.

#include <optional>

#include "renderer/frame_context.h"
#include "renderer/passes/picture/reference_accumulate.h"
#include "renderer/scene_renderer.h"

namespace renderer {

class FullRender {
 public:
  FullRender(const gpu::Device& device, const GpuScene& scene, core::Size output);

  /// After the frame's own rendering was recorded: its constants, draws and shadows are used again. Without
  /// jitter and bias, as `native` is.
  void record(VkCommandBuffer commands, const FrameContext& frame, const SceneRenderer& scene);
  /// As sample `index` of the reference, from 0. Returns the context that it was drawn with, valid until the
  /// next call.
  const FrameContext& record_sample(VkCommandBuffer commands, const FrameContext& frame, int index,
                                    const SceneRenderer& scene);
  Targets& targets() { return targets_; }
  const Outputs& outputs() const { return outputs_; }

 private:
  /// The frame at output resolution, with a copy of its constants that the caller may change.
  FrameContext& begin(const FrameContext& frame);
  static shared::FrameConstants& constants(const FrameContext& full);

  Targets targets_;
  Outputs outputs_;
  FrameBuffers buffers_[2];
  gpu::Timer timers_[2];  ///< its passes carry the names of the frame's own, which they are not part of
  std::optional<FrameContext> full_;
};

/// The reference of a view at rest, one sample a frame.
class LiveReference {
 public:
  LiveReference(const gpu::Device& device, const GpuScene& scene, core::Size output);

  void restart() { samples_ = 0; }
  int samples() const { return samples_; }
  /// One sample more; then output(0) of outputs() is the mean of all so far.
  void record(VkCommandBuffer commands, const FrameContext& frame, const SceneRenderer& scene);
  FullRender& full() { return full_; }

 private:
  FullRender full_;
  ReferenceAccumulatePass accumulate_;
  int samples_ = 0;
};

/// The supersampled reference of one frame, whole at once: for `evaluate` and training.
class FrameReference {
 public:
  FrameReference(const gpu::Device& device, core::Size output);

  /// After the frame, of output resolution, was rendered and the GPU has done so: draws it `samples` times
  /// into its own targets, waits for each, and leaves the mean in the frame's output image. Shadows and
  /// culling stay those of the frame; its constants are overwritten.
  void draw(const FrameContext& frame, int samples, const SceneRenderer& scene) const;

 private:
  ReferenceAccumulatePass accumulate_;
};

}  // namespace renderer
