#pragma once
// Runs a path and records what each frame did, and when.

#include <functional>
#include <vector>

#include "app/dynamic_resolution.h"
#include "app/generator.h"
#include "app/path.h"
#include "app/report.h"

namespace app {

/// Draws the path without waiting for single frames, as the window does, and returns the traces of the
/// frames after the warm-up. A GPU pass is placed on the CPU's clock: the first of a frame begins when it was
/// submitted or the frame before ended, whichever is later; the others follow by the GPU's own clock.
/// With dynamic resolution the wall clock decides each frame's scale. `drawn` is called once a frame;
/// `stages` is what the frame's host upscaler fills in.
std::vector<FrameTrace> time_frames(Frame& frame, const renderer::RenderSettings& settings, const Path& path,
                                    const std::function<void()>& drawn, const StageLog* stages = nullptr,
                                    const DynamicResolutionSettings& dynamic_resolution = {});

}  // namespace app
