#pragma once
// Shows what the G-buffer and the lighting know of each surface instead of the picture.

#include "renderer/frame_source.h"
#include "renderer/passes/scene/light_maps.h"

namespace renderer {

class ViewSurfacePass {
 public:
  explicit ViewSurfacePass(const gpu::Device& device);
  /// Reads the G-buffer and draws a value of it into the picture of the frame's outputs; the sky is black.
  void record(VkCommandBuffer commands, const FrameContext& frame, const LightMaps& light,
              SurfaceValue value) const;

 private:
  gpu::ComputePipeline pipeline_;
};

}  // namespace renderer
