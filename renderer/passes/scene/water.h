#pragma once
// Draws the simulated water over the lit picture: what lies under it, dimmed by depth, what it mirrors, foam.
// It is a surface as any other: it writes depth and motion.

#include "renderer/passes/scene/light_maps.h"
#include "renderer/passes/scene/mesh_pipelines.h"

namespace renderer {

class WaterPass {
 public:
  WaterPass(const gpu::Device& device, const GpuScene& scene);
  /// Also clears the reactive image. The frame must have a water surface, and its targets the images for it.
  void record(VkCommandBuffer commands, const FrameContext& frame, const LightMaps& light) const;

 private:
  MeshPipelines pipelines_;
};

}  // namespace renderer
