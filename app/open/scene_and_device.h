#pragma once
// Opens what every drawing subcommand needs: a device and a scene.

#include <filesystem>
#include <memory>
#include <string>

#include "app/settings/settings.h"
#include "renderer/scene/scene.h"
#include "renderer/vulkan/device.h"

namespace app {

/// Returns the town that the build made, beside the program; empty where it is missing.
std::filesystem::path default_scene();

/// Returns the limit of each cache in bytes.
std::uintmax_t cache_bytes(const RunSettings& run);

/// Returns options for opening scenes, without a progress bar.
scene::LoadOptions load_options(const RunSettings& run);

/// Opens SCENE with a progress bar and prints its warnings on standard error. An empty path is the default
/// scene; "courtyard" is the small one made in code, which also replaces a missing default scene. Throws
/// core::Error.
scene::Scene open_scene(const std::string& path, const Settings& settings);

/// Opens the device of the settings. The window needs `instance_extensions`. Throws core::Error.
std::unique_ptr<gpu::Device> open_device(const Settings& settings,
                                         std::vector<const char*> instance_extensions = {});

/// Returns for example "Lighthouse at 480x270 -> 960x540, taau, llvmpipe", for the terminal.
std::string describe(const scene::Scene& scene, const Settings& settings, const gpu::Device& device);

}  // namespace app
