#pragma once
// Upscales by nearest, bilinear or Catmull-Rom filter, and subtracts the jitter.

#include "renderer/frame_context.h"

namespace renderer {

class UpscaleSpatialPass {
 public:
  explicit UpscaleSpatialPass(const gpu::Device& device);
  /// Writes the frame's output image; settings.upscaler chooses the filter.
  void record(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  gpu::ComputePipeline pipelines_[3];
};

}  // namespace renderer
