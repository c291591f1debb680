#pragma once
// Draws the thin G-buffer: base colour, normal, motion id and depth of the opaque and alpha-tested chunks.

#include "renderer/passes/scene/mesh_pipelines.h"

namespace renderer {

class GbufferPass {
 public:
  GbufferPass(const gpu::Device& device, const GpuScene& scene);
  /// Draws the frame's opaque draws into the G-buffer and depth(), which it clears.
  void record(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  MeshPipelines pipelines_;
};

}  // namespace renderer
