#pragma once
// The exposure of one frame after another. It follows the measured luminance and comes to rest where nothing
// moves in a comparison: the reference that grows there needs one exposure.

#include <optional>

#include "renderer/frame_context.h"
#include "renderer/passes/scene/exposure.h"

namespace app {

class ExposureRest {
 public:
  /// Whether a frame with these settings needs a look at the scene before it is drawn.
  bool needs_first_look(const renderer::ExposureSettings& settings) const {
    return !known_ && settings.automatic;
  }
  /// The first look: the eye starts adapted. `buffers` were measured, and the GPU is done.
  void start(const renderer::ExposureSettings& settings, const renderer::FrameBuffers& buffers,
             float frame_seconds);
  /// Follows what a frame measured that the GPU is done with; not before the first look, nor at rest.
  void follow(const renderer::ExposureSettings& settings, const renderer::FrameBuffers& buffers,
              float frame_seconds);
  float exposure(const renderer::ExposureSettings& settings, float scene_ev) const {
    return eye_.exposure(settings, scene_ev);
  }

  /// After each frame. `still`: it shows what the last one showed; `ratio`: its exposure over the last one's.
  void frame_drawn(bool comparing, bool still, float ratio, float frame_seconds);
  /// Nothing moves, and the eye has adapted.
  bool resting() const { return resting_; }

 private:
  renderer::AutoExposure eye_;
  bool known_ = false, resting_ = false;
  double rested_seconds_ = 0;
};

}  // namespace app
