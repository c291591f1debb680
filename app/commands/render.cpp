// `neuraster render SCENE --out DIR`: pictures of the camera path, and every buffer of the frame contract.

#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <string>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/frame/frame.h"
#include "app/measure/camera_run.h"
#include "app/measure/frame_files.h"
#include "app/measure/references.h"
#include "app/open/generator.h"
#include "app/open/scene_and_device.h"
#include "core/file.h"
#include "core/picture/image_io.h"
#include "core/progress.h"

namespace app {
namespace {
namespace fs = std::filesystem;

struct Options {
  explicit Options(CLI::App& cli) : settings(cli) {
    add_option(cli, "scene", scene, "an .obj or a scene file; none: the scene that ships")
        .placeholder("SCENE");
    add_option(cli, "--out", out, "folder for the pictures").placeholder("DIR").required();
    add_flag(cli, "--buffers", buffers,
             "write every buffer of the frame contract as EXR, its numbers as JSON; exposures are those of "
             "`evaluate`, whose --from scores what others make of the buffers");
    add_flag(cli, "--reference", reference, "render the supersampled reference instead of an upscaler");
  }
  SettingsOptions settings;
  std::string scene, out;
  bool buffers = false, reference = false;
};

int run(const Options& options) {
  const Settings settings = use_what_runs(options.settings.resolve());
  const auto device = open_device(settings);
  const scene::Scene scene = open_scene(options.scene, settings);
  fmt::print("{}\n", describe(scene, settings, *device));
  core::make_folder(options.out);
  Frame frame(*device, scene, settings.render, settings.run.output);
  give_generators(frame, *device, settings);
  give_right_generators(frame, *device, settings);
  core::Progress bar("rendering");
  CameraRun path = make_camera_run(scene, settings.run, 0);
  if (options.buffers) fix_exposures(*device, scene, settings, path, [] {});
  for (std::int32_t n = 0; n < settings.run.frames; ++n) {
    FrameRequest& request = path.frames[static_cast<std::size_t>(n)];
    request.reference_samples = options.reference ? settings.run.reference_samples : 0;
    request.comparison = settings.comparison;
    request.comparison_now.flicker_right = flicker_right(settings.comparison, request.seconds);
    frame.draw(settings.render, request);
    const std::string number = fmt::format("frame_{:04}", n);
    core::write_png(fs::path(options.out) / (number + ".png"), settings.run.output.width,
                    settings.run.output.height, frame.read_picture());
    if (options.buffers) {
      const core::FrameIo io = frame.read_contract();
      write_contract(options.out, number, io, request.seconds, "output", io.output, &frame.view());
    }
    bar.update((n + 1.0) / settings.run.frames, number);
  }
  device->expect_valid();
  fmt::print("{} pictures in {}\n", settings.run.frames, options.out);
  return 0;
}

}  // namespace

Action declare_render(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
