#pragma once
// Glass and water, back to front over the lit picture; each marks its pixels reactive.

#include <map>

#include "renderer/frame_context.h"
#include "renderer/passes/shadow.h"

namespace renderer {

class TransparentPass {
 public:
  TransparentPass(const gpu::Device& device, const GpuScene& scene);
  /// Also clears the reactive image, so it runs every frame.
  void record(VkCommandBuffer commands, const FrameContext& frame, const ShadowPass& shadow) const;

 private:
  gpu::UniqueDescriptorSetLayout frame_layout_;
  gpu::UniquePipelineLayout layout_;
  std::map<std::uint32_t, gpu::UniquePipeline> pipelines_;
};

}  // namespace renderer
