#pragma once
// Draws a path and records what each frame did and when.

#include <functional>
#include <vector>

#include "app/measure/camera_run.h"
#include "app/open/generator.h"
#include "app/report/report.h"
#include "app/settings/dynamic_resolution.h"

namespace app {

struct TimeOptions {
  const StageLog* stages = nullptr;  ///< the log that the frame's generator fills in; may be null
  DynamicResolutionSettings dynamic_resolution = {};
  /// Whether dynamic resolution holds the time of all processors together, which a busy machine disturbs
  /// less, instead of the wall-clock time.
  bool hold_processor_time = false;
};

/// Draws the path without waiting for single frames, as the window does, and returns the traces of the frames
/// after the warm-up. GPU passes are placed on the CPU's clock as TraceRecorder describes. With dynamic
/// resolution the time of a frame decides the scale of the next one. `drawn` is called after each frame.
std::vector<FrameTrace> time_frames(Frame& frame, const renderer::RenderSettings& settings,
                                    const CameraRun& path, const std::function<void()>& drawn,
                                    const TimeOptions& options = {});

}  // namespace app
