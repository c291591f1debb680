// `neuraster [view] [SCENE]`: the interactive window.

#include <malloc.h>

#include <memory>
#include <string>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/open/generator.h"
#include "app/open/scene_and_device.h"
#include "app/window/view_session.h"

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

int run(const Options& options) {
  return_large_blocks();
  const Settings settings = use_what_runs(options.settings.resolve());
  scene::Scene scene = open_scene(options.scene, settings);
  Window window("Neuraster", settings.run.output);
  const auto device = open_device(settings, window.instance_extensions());
  ViewSession(window, *device, settings, std::move(scene), options.controls).run();
  device->expect_valid();
  return 0;
}

}  // namespace

Action declare_view(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
