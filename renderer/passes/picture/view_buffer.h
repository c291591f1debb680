#pragma once
// Shows a buffer of the frame instead of its picture.

#include "renderer/frame_context.h"

namespace renderer {

/// How the texels of a buffer become colours; the shader uses the same numbers.
enum class Shading : std::int32_t {
  light,   ///< scene-referred colour, through the tone curve
  depth,   ///< reversed: white is near, black is the sky
  motion,  ///< direction as hue, length as brightness
  grey,    ///< the first channel, 0 to 1
  values,  ///< three channels, 0 to 1
  nothing
};

class ViewBufferPass {
 public:
  explicit ViewBufferPass(const gpu::Device& device);
  /// Draws the top-left `source_size` texels of `source` into the picture of the frame's outputs.
  void record(VkCommandBuffer commands, const FrameContext& frame, const gpu::Image& source,
              core::Size source_size, Shading shading) const;
  /// The same into any rgba8 image of this size, under this name of the pass.
  void record(VkCommandBuffer commands, const FrameContext& frame, const gpu::Image& source,
              core::Size source_size, Shading shading, const gpu::Image& target, core::Size size,
              const char* name) const;

 private:
  gpu::ComputePipeline pipeline_;
};

}  // namespace renderer
