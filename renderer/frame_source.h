#pragma once
// The interface of whatever fills a frame: the rasterizer, or a learned scene in its place. Nothing that
// reads the shared frame knows which.

#include "renderer/frame_context.h"

namespace renderer {

/// The parts of the FrameContext that a source needs when it records.
struct FrameSourceNeeds {
  bool draw_lists = false;  ///< FrameContext::draws: what the camera sees, culled and sorted
};

/// What can be shown of the surfaces that a source drew.
enum class SurfaceValue : std::int32_t {
  normal,     ///< of the world, -1 to 1
  albedo,     ///< base colour
  roughness,  ///< 0 to 1
  shadow,     ///< the share of the sun that arrives
  occlusion   ///< the share of the sky's light that arrives
};

/// The thread that draws calls all functions, in this order for each frame.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  /// Returns what must be in the FrameContext for record().
  virtual FrameSourceNeeds needs() const = 0;
  /// Runs before a frame begins. It adopts the settings, which may wait for the device, and after a `cut` it
  /// forgets what it has kept of earlier frames. Throws core::Error where the device has no room.
  virtual void prepare(const RenderSettings& settings, bool cut) = 0;
  /// Records the work that fills frame n at frame.info.render: targets.color, depth() of the slot, motion and
  /// reactive, in the formats and with the signs of core::FrameIo (SharedFrame::record_fill copies them as
  /// they are), and the picture's luminance in buffers.luminance. Any later command may read these.
  virtual void record(VkCommandBuffer commands, const FrameContext& frame) = 0;
  /// Records a value of the surfaces of the frame that was recorded last into the picture of frame.outputs;
  /// returns false where the source knows no such value, and records nothing.
  virtual bool record_surface(VkCommandBuffer /*commands*/, const FrameContext& /*frame*/,
                              SurfaceValue) const {
    return false;
  }
};

}  // namespace renderer
