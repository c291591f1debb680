#pragma once
// The truth that upscalers are scored against: supersampled pictures, rendered once and kept beside the
// user's other caches.

#include <filesystem>
#include <functional>
#include <vector>

#include "app/measure/camera_run.h"

namespace app {

/// Draws the path once with a cheap upscaler at scale 2 and fixes each frame's exposure, so that all
/// upscalers, all scales and the reference share it.
void fix_exposures(const gpu::Device& device, const scene::Scene& scene, const Settings& settings, Path& path,
                   const std::function<void()>& drawn);

/// PNG files of the path's frames from `first` on, display-encoded, rendered where the cache does not have
/// them: by content of scene and shaders, picture settings, time, exposure, size, samples and device.
/// `drawn` is called once a frame that had to be rendered or was found.
std::vector<std::filesystem::path> make_references(const gpu::Device& device, const scene::Scene& scene,
                                                   const Settings& settings, const Path& path,
                                                   std::size_t first, const std::function<void()>& drawn);

}  // namespace app
