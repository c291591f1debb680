#pragma once
// The thin G-buffer: base colour, normal, motion id and depth of the opaque and alpha-tested chunks.

#include <map>

#include "renderer/frame_context.h"

namespace renderer {

class GbufferPass {
 public:
  GbufferPass(const gpu::Device& device, const GpuScene& scene);
  void record(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  gpu::UniqueDescriptorSetLayout frame_layout_;
  gpu::UniquePipelineLayout layout_;
  std::map<std::uint32_t, gpu::UniquePipeline> pipelines_;  ///< by GpuScene::variant
};

}  // namespace renderer
