#pragma once
// Draws glass and water that is not simulated, back to front over the lit picture; each marks its pixels
// reactive.

#include "renderer/passes/scene/light_maps.h"
#include "renderer/passes/scene/mesh_pipelines.h"

namespace renderer {

class TransparentPass {
 public:
  TransparentPass(const gpu::Device& device, const GpuScene& scene);
  /// Also clears the reactive image, unless the water pass has: every frame must run it.
  void record(VkCommandBuffer commands, const FrameContext& frame, const LightMaps& light,
              bool reactive_begun) const;

 private:
  MeshPipelines pipelines_;
};

}  // namespace renderer
