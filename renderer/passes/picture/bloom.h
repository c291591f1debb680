#pragma once
// Bloom: averages the picture at a quarter of its size and four halvings below, and adds the levels up again.

#include "renderer/frame_context.h"

namespace renderer {

class BloomPass {
 public:
  explicit BloomPass(const gpu::Device& device);
  /// Reads the frame's output image and writes targets.bloom_up.
  void record(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  gpu::ComputePipeline down_, up_;
};

}  // namespace renderer
