#pragma once
// The self-check of neural/check/self_check.h along a camera path, for headless runs.

#include <functional>
#include <string>
#include <vector>

#include "app/measure/camera_run.h"
#include "neural/check/self_check.h"

namespace app {

/// Draws up to `frames` frames of the path and collects what the check says on the way, each mistake once.
/// `drawn` is called once a frame.
std::vector<neural::Finding> check_path(const gpu::Device& device, const scene::Scene& scene,
                                        const Settings& settings, const Path& path, std::size_t frames,
                                        const std::function<void()>& drawn);

/// A line a finding, or one that there is none.
std::string describe_findings(const std::vector<neural::Finding>& findings, std::size_t frames);

}  // namespace app
