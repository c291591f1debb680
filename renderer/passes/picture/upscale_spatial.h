#pragma once
// Nearest, bilinear and Catmull-Rom, with the jitter subtracted.

#include "renderer/frame_context.h"

namespace renderer {

class UpscaleSpatialPass {
 public:
  explicit UpscaleSpatialPass(const gpu::Device& device);
  /// settings.upscaler chooses the filter.
  void record(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  gpu::ComputePipeline pipelines_[3];
};

}  // namespace renderer
