#pragma once
// Computes deferred lighting, sky, ambient occlusion and motion vectors.

#include "renderer/frame_context.h"
#include "renderer/passes/scene/shadow.h"

namespace renderer {

class LightingPass {
 public:
  explicit LightingPass(const gpu::Device& device);
  /// Reads the G-buffer and writes targets.color (exposed) and targets.motion for every pixel.
  void record(VkCommandBuffer commands, const FrameContext& frame, const ShadowPass& shadow) const;

 private:
  gpu::ComputePipeline pipeline_;
};

}  // namespace renderer
