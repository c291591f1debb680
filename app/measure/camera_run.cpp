#include "app/measure/camera_run.h"

#include <algorithm>

namespace app {

CameraRun make_camera_run(const scene::Scene& scene, const RunSettings& run, int warmup) {
  CameraRun path{.warmup = warmup, .frames = {}};
  double before = run.start;
  for (int n = -warmup; n < run.frames; ++n) {
    FrameRequest request;
    request.seconds = run.start + (run.still ? 0 : std::max(0, n) * run.frame_seconds);
    request.frame_seconds = static_cast<float>(run.frame_seconds);
    request.cut = n > 0 && scene::camera_cuts(scene.camera, before, request.seconds);
    before = request.seconds;
    path.frames.push_back(request);
  }
  return path;
}

CameraRun make_tour(const scene::Scene& scene, const RunSettings& run, int pictures, int warmup) {
  CameraRun path{.warmup = warmup, .frames = {}};
  const double duration = scene::camera_duration(scene.camera);
  const double step = duration > 0 ? duration / pictures : run.frame_seconds;
  for (int n = 0; n < pictures; ++n)
    for (int frame = 0; frame <= warmup; ++frame) {
      FrameRequest request;
      request.seconds = run.start + n * step;
      request.frame_seconds = static_cast<float>(run.frame_seconds);
      request.cut = n > 0 && frame == 0;
      path.frames.push_back(request);
    }
  return path;
}

}  // namespace app
