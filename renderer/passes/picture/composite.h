#pragma once
// Bloom, tone curve and display encoding into the 8-bit picture.

#include "renderer/frame_context.h"

namespace renderer {

class CompositePass {
 public:
  explicit CompositePass(const gpu::Device& device);
  void record(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  /// By tone curve, without and with bloom: lavapipe runs both sides of every branch.
  gpu::ComputePipeline pipelines_[4][2];
};

}  // namespace renderer
