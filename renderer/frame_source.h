#pragma once
// The seam to the left of the shared frame: who fills a frame. Today that is the rasterizer; a neural field
// can take its place here, and nobody to the right of the shared frame notices.

#include "renderer/frame_context.h"

namespace renderer {

/// What a source wants to find in the FrameContext when it records.
struct FrameSourceNeeds {
  bool draw_lists = false;  ///< FrameContext::draws: what the camera sees, culled and sorted
};

/// All functions are called on the thread that draws, in this order for each frame.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual FrameSourceNeeds needs() const = 0;
  /// Before a frame begins: follows the settings, which may wait for the device, and after a `cut` forgets
  /// what it has kept of the frames before. Throws core::Error where the device has no room.
  virtual void prepare(const RenderSettings& settings, bool cut) = 0;
  /// Records what fills frame n at frame.info.render: targets.color, depth() of the slot, motion and
  /// reactive, in the formats and with the signs of core::FrameIo (SharedFrame::record_fill copies them as
  /// they are), and the picture's luminance in buffers.luminance. After this any later command may read them.
  virtual void record(VkCommandBuffer commands, const FrameContext& frame) = 0;
};

}  // namespace renderer
