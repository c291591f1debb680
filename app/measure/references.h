#pragma once
// The reference pictures that upscalers are compared with. They are supersampled, rendered once, and kept in
// the user's cache folder.

#include <filesystem>
#include <functional>
#include <vector>

#include "app/measure/camera_run.h"

namespace app {

/// Draws the path once with a cheap upscaler at scale 2 and stores each frame's exposure in `path`, so that
/// all upscalers, all scales and the reference use the same one. With run.still all frames get the last
/// one's, to which the eye has adapted. `drawn` is called after each frame.
void fix_exposures(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                   CameraRun& path, const std::function<void()>& drawn);

/// Returns PNG files of the path's frames from `first` on, display-encoded, and renders those that are not in
/// the cache. Where that cannot be written, they last as long as the process. The cache key covers the
/// content of scene and shaders, the picture settings, time, exposure, size, samples and device. With
/// run.still one file serves all frames. `drawn` is called once for each frame, whether it was rendered or
/// found. Throws core::Error.
std::vector<std::filesystem::path> make_references(const gpu::Device& device, const scene::Scene& scene,
                                                   const Settings& settings, const CameraRun& path,
                                                   std::size_t first, const std::function<void()>& drawn);

}  // namespace app
