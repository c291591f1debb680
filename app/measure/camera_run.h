#pragma once
// The frames of a run without a window: what each of them shows, and where the camera cuts.

#include <vector>

#include "app/frame/frame.h"
#include "app/settings/settings.h"

namespace app {

/// A run along the camera path: first `warmup` frames that all show the start, then run.frames frames, of
/// which frame n shows the time start + n * frame_seconds, or the start too with run.still.
struct CameraRun {
  int warmup = 0;
  std::vector<FrameRequest> frames;  ///< warm-up frames first
  /// The number of frames after the warm-up.
  std::size_t count() const { return frames.size() - static_cast<std::size_t>(warmup); }
};
CameraRun make_camera_run(const scene::Scene& scene, const RunSettings& run, int warmup);

/// Pictures spread over the whole camera path: for each of them `warmup` frames and then the picture's, all
/// at one time, the first a cut. `CameraRun::warmup` is that of each picture. Where the camera is fixed, the
/// times are run.frame_seconds apart.
CameraRun make_tour(const scene::Scene& scene, const RunSettings& run, int pictures, int warmup);

}  // namespace app
