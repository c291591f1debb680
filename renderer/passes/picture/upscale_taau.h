#pragma once
// Temporal anti-aliasing and upscaling: the classical opponent of the network.

#include "renderer/frame_context.h"

namespace renderer {

class UpscaleTaauPass {
 public:
  explicit UpscaleTaauPass(const gpu::Device& device);
  /// Where `view` is given, the pass also draws there what it thinks: `kind` 0 the warped history, 1 where it
  /// was hidden, 2 the new sample's weight, 3 how far history was clamped.
  void record(VkCommandBuffer commands, const FrameContext& frame, const gpu::Image* view = nullptr,
              std::int32_t kind = 0) const;

 private:
  gpu::ComputePipeline prepare_;
  gpu::ComputePipeline upscale_[2];  ///< without and with a view
};

}  // namespace renderer
