// `neuraster [view] [SCENE]`: the interactive window.

#include <fmt/core.h>
#include <malloc.h>

#include <memory>
#include <optional>
#include <string>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/open/generator.h"
#include "app/open/scene_and_device.h"
#include "app/window/view_session.h"
#include "core/log.h"

namespace app {
namespace {

struct Options {
  explicit Options(CLI::App& cli) : settings(cli) {
    add_option(cli, "scene", scene,
               "an .obj or a scene file; none: the town that the build makes; 'courtyard': a small one")
        .placeholder("SCENE");
    add_option(cli, "--controls", controls, "write where each control is, as JSON (for tests)")
        .placeholder("FILE");
  }
  SettingsOptions settings;
  std::string scene, controls;
};

/// Makes glibc map each large block separately, so that it returns to the system when it is freed. By itself
/// glibc raises that limit to the largest block that was freed, up to 32 MiB. Then a scene's blocks lie
/// between small ones that stay, and a window that has once shown a large scene keeps its memory
/// (benchmarks/soak.py: 60 MiB in three rounds).
void return_large_blocks() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
#endif
}

/// Shows `start` until the window is closed, or until the device is lost: then returns what goes on.
std::optional<ViewStart> show(Window& window, ViewStart start, const std::string& controls, bool again) {
  const auto device = open_device(start.settings, window.instance_extensions());
  ViewSession session(window, *device, std::move(start), controls);
  try {
    session.run();
  } catch (const gpu::DeviceLost& error) {
    if (again) throw;
    ViewStart next = session.leave();
    next.settings.run.backend = Backend::cpu;
    next.state.message = fmt::format("{}; the device is opened again and the CPU takes over", error.what());
    core::log_error(next.state.message);
    return next;
  }
  device->expect_valid();
  return std::nullopt;
}

int run(const Options& options) {
  return_large_blocks();
  const Settings settings = use_what_runs(options.settings.resolve());
  auto scene = std::make_unique<scene::Scene>(open_scene(options.scene, settings));
  Window window("Neuraster", settings.run.output);
  ViewStart start{.settings = settings, .scene = std::move(scene)};
  start.state.seconds = settings.run.start;
  auto next = show(window, std::move(start), options.controls, false);
  // A device that is lost once more is not to be relied on.
  if (next) show(window, std::move(*next), options.controls, true);
  return 0;
}

}  // namespace

Action declare_view(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
