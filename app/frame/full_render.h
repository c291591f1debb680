#pragma once
// The scene once more at output resolution, beside the frame and in images of its own: `native` beside an
// upscaler, and the supersampled truth that grows while nothing moves.

#include <functional>

#include "renderer/frame_context.h"
#include "renderer/passes/picture/reference_accumulate.h"

namespace app {

/// Records the passes between shadows and upscaling.
using DrawScene = std::function<void(VkCommandBuffer, const renderer::FrameContext&)>;

/// Writes what differs for sample `index` (from 0) of the supersampled reference at output resolution.
void write_reference_sample(const renderer::FrameContext& frame, int index,
                            shared::FrameConstants& constants);

class FullRender {
 public:
  FullRender(const gpu::Device& device, const renderer::GpuScene& scene, core::Size output);

  /// After the frame's own rendering was recorded: its constants, draws and shadows are used again. Without
  /// jitter and bias, as `native` is.
  void record(VkCommandBuffer commands, const renderer::FrameContext& frame, const DrawScene& draw_scene);
  /// As sample `index` of the reference.
  void record_sample(VkCommandBuffer commands, const renderer::FrameContext& frame, int index,
                     const DrawScene& draw_scene);
  renderer::Targets& targets() { return targets_; }
  const renderer::Outputs& outputs() const { return outputs_; }

 private:
  using Adjust = std::function<void(const renderer::FrameContext&, shared::FrameConstants&)>;
  void record(VkCommandBuffer commands, const renderer::FrameContext& frame, const Adjust& adjust,
              const DrawScene& draw_scene);

  renderer::Targets targets_;
  renderer::Outputs outputs_;
  renderer::FrameBuffers buffers_[2];
  gpu::Timer timers_[2];  ///< its passes carry the names of the frame's own, which they are not part of
};

/// The reference of a view at rest, one sample a frame.
class LiveReference {
 public:
  LiveReference(const gpu::Device& device, const renderer::GpuScene& scene, core::Size output);

  void restart() { samples_ = 0; }
  int samples() const { return samples_; }
  /// One sample more; then output(0) of outputs() is the mean of all so far.
  void record(VkCommandBuffer commands, const renderer::FrameContext& frame, const DrawScene& draw_scene);
  FullRender& full() { return full_; }

 private:
  FullRender full_;
  renderer::ReferenceAccumulatePass accumulate_;
  int samples_ = 0;
};

}  // namespace app
