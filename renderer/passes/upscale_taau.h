#pragma once
// Temporal anti-aliasing and upscaling: the classical opponent of the network.

#include "renderer/frame_context.h"

namespace renderer {

class UpscaleTaauPass {
 public:
  explicit UpscaleTaauPass(const gpu::Device& device);
  void record(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  gpu::ComputePipeline pipeline_;
};

}  // namespace renderer
