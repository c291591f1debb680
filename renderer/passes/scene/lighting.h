#pragma once
// Computes deferred lighting, sky, ambient occlusion and motion vectors.

#include "renderer/frame_context.h"
#include "renderer/passes/scene/light_maps.h"

namespace renderer {

class LightingPass {
 public:
  LightingPass(const gpu::Device& device, const GpuScene& scene);
  /// Reads the G-buffer and writes targets.color (exposed) and targets.motion for every pixel.
  void record(VkCommandBuffer commands, const FrameContext& frame, const LightMaps& light) const;

 private:
  gpu::ComputePipeline pipeline_;
};

}  // namespace renderer
