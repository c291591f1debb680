#pragma once
// Writes the 8-bit picture: adds bloom, grades, applies the tone curve and encodes for the display.

#include "renderer/frame_context.h"

namespace renderer {

class CompositePass {
 public:
  explicit CompositePass(const gpu::Device& device);
  /// Writes frame.outputs.picture.
  void record(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  /// By tone curve, then without bloom, with bloom, and with bloom and a grade; separate because lavapipe
  /// runs both sides of every branch.
  gpu::ComputePipeline pipelines_[4][3];
};

}  // namespace renderer
