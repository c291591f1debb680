#pragma once
// The exposure from frame to frame. It follows the measured luminance and comes to rest where nothing moves
// in a comparison, because the reference that accumulates there needs one exposure.

#include <optional>

#include "renderer/frame_context.h"
#include "renderer/passes/scene/exposure.h"

namespace app {

class ExposureRest {
 public:
  /// Returns whether a frame with these settings needs a look at the scene before it is drawn: the first one,
  /// and the first one after a cut, where the eye does not adapt slowly but starts anew.
  bool needs_look(const renderer::ExposureSettings& settings, bool cut) const {
    return (!known_ || cut) && settings.automatic;
  }
  /// Starts fully adapted to the first look, which was measured into `buffers`. The GPU must be done with it.
  void start(const renderer::ExposureSettings& settings, const renderer::FrameBuffers& buffers,
             float frame_seconds);
  /// Follows the measurement of a frame that the GPU is done with. Does nothing before the first look or at
  /// rest.
  void follow(const renderer::ExposureSettings& settings, const renderer::FrameBuffers& buffers,
              float frame_seconds);
  /// Returns the factor that colours are multiplied by. `scene_ev` is the scene's own, in stops.
  float exposure(const renderer::ExposureSettings& settings, float scene_ev) const {
    return eye_.exposure(settings, scene_ev);
  }

  /// Call it after each frame. `still`: the frame shows the same as the last one; `ratio`: its exposure over
  /// the last one's.
  void frame_drawn(bool comparing, bool still, float ratio, float frame_seconds);
  /// Returns whether nothing moves and the exposure has adapted.
  bool resting() const { return resting_; }

 private:
  renderer::AutoExposure eye_;
  bool known_ = false, resting_ = false;
  double rested_seconds_ = 0;
};

}  // namespace app
