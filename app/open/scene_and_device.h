#pragma once
// What every subcommand that draws begins with: a device and a scene.

#include <filesystem>
#include <memory>
#include <string>

#include "app/settings/settings.h"
#include "renderer/scene/scene.h"
#include "renderer/vulkan/device.h"

namespace app {

/// The town that the build has made, beside the program; empty where it has not.
std::filesystem::path default_scene();

/// What each cache may hold, in bytes.
std::uintmax_t cache_bytes(const RunSettings& run);

/// How scenes are opened, without progress.
scene::LoadOptions load_options(const RunSettings& run);

/// Opens SCENE, with a progress bar; prints its warnings on standard error. Empty is the default scene,
/// "courtyard" the small one made in code, which also stands in where the default is not there.
scene::Scene open_scene(const std::string& path, const Settings& settings);

/// Opens the device of the settings. `instance_extensions`: what the window needs.
std::unique_ptr<gpu::Device> open_device(const Settings& settings,
                                         std::vector<const char*> instance_extensions = {});

/// "Lighthouse at 480x270 -> 960x540, taau, llvmpipe" for the terminal.
std::string describe(const scene::Scene& scene, const Settings& settings, const gpu::Device& device);

}  // namespace app
