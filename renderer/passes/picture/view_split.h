#pragma once
// Compares two pictures: a divider between them, and a magnifier over both.

#include "renderer/frame_context.h"

namespace renderer {

/// All numbers are in output pixels.
struct SplitView {
  std::int32_t divider = 0;     ///< x of the first pixel of the right side
  std::int32_t line = 0;        ///< half the width of the line between them; 0: no line
  std::int32_t lens_side = 0;   ///< side of a square pane; 0: no magnifier
  std::int32_t lens_panes = 1;  ///< 2: left and right
  float lens_center[2] = {0, 0};
  float zoom = 1;
};

class ViewSplitPass {
 public:
  ViewSplitPass(const gpu::Device& device, core::Size size);
  /// Combines two pictures into result(); both may be the same image.
  void record(VkCommandBuffer commands, const FrameContext& frame, const gpu::Image& left,
              const gpu::Image& right, const SplitView& view) const;
  const gpu::Image& result() const { return result_; }

 private:
  gpu::ComputePipeline pipeline_;
  gpu::Image result_;
};

}  // namespace renderer
