#pragma once
// Temporal anti-aliasing and upscaling: the classical method that the network is compared with.

#include "renderer/frame_context.h"

namespace renderer {

class UpscaleTaauPass {
 public:
  explicit UpscaleTaauPass(const gpu::Device& device);
  /// Writes the frame's output image. Where `view` is given, it also draws a view into it: `kind` 0 shows the
  /// warped history, 1 the disocclusion, 2 the new sample's weight, 3 how far the history was clamped.
  void record(VkCommandBuffer commands, const FrameContext& frame, const gpu::Image* view = nullptr,
              std::int32_t kind = 0) const;

 private:
  gpu::ComputePipeline prepare_;
  gpu::ComputePipeline upscale_[2];  ///< without and with a view
};

}  // namespace renderer
