#pragma once
// Accumulates the reference: jittered samples at output resolution, averaged as x / (1 + max rgb).

#include "renderer/frame_context.h"

namespace renderer {

class ReferenceAccumulatePass {
 public:
  ReferenceAccumulatePass(const gpu::Device& device, core::Size output);
  /// Adds targets.color as sample `sample_index` (from 0). The last of `sample_count` writes the frame's
  /// output image.
  void record(VkCommandBuffer commands, const FrameContext& frame, int sample_index, int sample_count) const;

 private:
  gpu::ComputePipeline pipeline_;
  gpu::Image sum_;
};

}  // namespace renderer
