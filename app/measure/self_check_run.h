#pragma once
// Runs the self-check of neural/check/self_check.h along a camera path, without a window.

#include <functional>
#include <string>
#include <vector>

#include "app/measure/camera_run.h"
#include "neural/check/self_check.h"

namespace app {

/// Draws up to `frames` frames of the path and returns the findings of the check, each kind of mistake once.
/// `drawn` is called after each frame.
std::vector<neural::Finding> check_path(const gpu::Device& device, const scene::Scene& scene,
                                        const Settings& settings, const CameraRun& path, std::size_t frames,
                                        const std::function<void()>& drawn);

/// One line for each finding, or one line that says that there are none.
std::string describe_findings(const std::vector<neural::Finding>& findings, std::size_t frames);

}  // namespace app
