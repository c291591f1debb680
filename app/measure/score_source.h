#pragma once
// Scores what fills the frame, before any upscaler: a field's frames, and the rasterizer's beside them,
// against the truth at their own size.

#include <functional>

#include "app/measure/camera_run.h"
#include "app/report/evaluation.h"

namespace app {

/// A run of settings.run.frames random views that no learning of this seed has seen (ViewFinder), each after
/// a cut, in place of the path. Throws core::Error.
CameraRun held_out_run(const gpu::Device& device, const scene::Scene& scene, const Settings& settings);

/// Scores settings.source along the path, without the first unscored_frames: its pictures at render size
/// against references of that size, and depth and motion of its frames against the rasterizer's. `steps` are
/// how many calls of `drawn` there will be for `frames`. Throws core::Error.
SourceScore score_source(const gpu::Device& device, const scene::Scene& scene, Settings settings,
                         const CameraRun& path, const std::function<void()>& drawn);
constexpr std::size_t source_steps(std::size_t frames, std::size_t unscored) {
  return 4 * frames - unscored;
}

}  // namespace app
