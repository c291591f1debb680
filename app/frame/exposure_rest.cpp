#include "app/frame/exposure_rest.h"

#include <cmath>

namespace app {

void ExposureRest::start(const renderer::ExposureSettings& settings, const renderer::FrameBuffers& buffers,
                         float frame_seconds) {
  buffers.luminance.invalidate();
  eye_.update(settings, *buffers.luminance.as<float>(), frame_seconds, true);
  known_ = true;
}

void ExposureRest::follow(const renderer::ExposureSettings& settings, const renderer::FrameBuffers& buffers,
                          float frame_seconds) {
  if (!known_ || resting_) return;
  buffers.luminance.invalidate();
  eye_.update(settings, *buffers.luminance.as<float>(), frame_seconds, false);
}

void ExposureRest::frame_drawn(bool comparing, bool still, float ratio, float frame_seconds) {
  rested_seconds_ = still ? rested_seconds_ + frame_seconds : 0;
  const float change = std::abs(ratio - 1);
  resting_ = comparing && still && (resting_ || change < 0.002f || rested_seconds_ > 2);
}

}  // namespace app
