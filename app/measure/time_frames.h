#pragma once
// Runs a path and records what each frame did, and when.

#include <functional>
#include <vector>

#include "app/measure/camera_run.h"
#include "app/open/generator.h"
#include "app/report/report.h"
#include "app/settings/dynamic_resolution.h"

namespace app {

struct TimeOptions {
  const StageLog* stages = nullptr;  ///< what the frame's generator on the host fills in
  DynamicResolutionSettings dynamic_resolution = {};
  /// What dynamic resolution holds: the wall clock, or the time of all processors together, which a busy
  /// machine disturbs less.
  bool hold_processor_time = false;
};

/// Draws the path without waiting for single frames, as the window does, and returns the traces of the
/// frames after the warm-up. A GPU pass is placed on the CPU's clock: the first of a frame begins when it was
/// submitted or the frame before ended, whichever is later; the others follow by the GPU's own clock. With
/// dynamic resolution what a frame took decides the next one's scale. `drawn` is called once a frame.
std::vector<FrameTrace> time_frames(Frame& frame, const renderer::RenderSettings& settings, const Path& path,
                                    const std::function<void()>& drawn, const TimeOptions& options = {});

}  // namespace app
