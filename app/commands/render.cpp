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
#include "app/measure/shown_pictures.h"
#include "app/open/field.h"
#include "app/open/generator.h"
#include "app/open/scene_and_device.h"
#include "core/file.h"
#include "core/picture/image_io.h"
#include "core/progress.h"

namespace app {
namespace {
namespace fs = std::filesystem;

struct Options {
  explicit Options(CLI::App& cli) : settings(cli, {"run.warmup", "window"}) {
    add_option(cli, "scene", scene, "an .obj or a scene file; none: the scene that ships")
        .placeholder("SCENE");
    add_option(cli, "--out", out, "folder for the pictures").placeholder("DIR").required();
    add_flag(cli, "--buffers", buffers,
             "write every buffer of the frame contract as EXR, its numbers as JSON; exposures are those of "
             "`evaluate`, whose --from scores what others make of the buffers");
    add_option(cli, "--tour", tour,
               "instead of --frames: so many pictures, spread over the whole camera path")
        .range(1, 1000000);
    add_option(cli, "--warmup", warmup,
               "frames that are drawn before the first picture (with --tour, before each) and not written")
        .show_default()
        .range(0, 1000);
    add_flag(cli, "--reference", reference, "render the supersampled reference instead of an upscaler");
  }
  SettingsOptions settings;
  std::string scene, out;
  int tour = 0, warmup = 0;
  bool buffers = false, reference = false;
};

int run(const Options& options) {
  const Settings settings = use_what_runs(options.settings.resolve());
  core::expect_writable_folder(options.out);
  const auto device = open_device(settings);
  const scene::Scene scene = open_scene(options.scene, settings);
  fmt::print("{}\n", describe(scene, settings, *device));
  Frame frame(*device, scene, settings.render, settings.run.output);
  give_generators(frame, *device, settings);
  give_right_generators(frame, *device, settings);
  give_source(frame, *device, scene, settings);
  core::Progress bar("rendering");
  CameraRun path = options.tour > 0 ? make_tour(scene, settings.run, options.tour, options.warmup)
                                    : make_camera_run(scene, settings.run, options.warmup);
  if (options.buffers) fix_exposures(*device, scene, settings, path, [] {});
  const auto warmup = static_cast<std::size_t>(options.warmup);
  int pictures = 0, between = 0;
  ShownPictures shown(*device);
  for (std::size_t n = 0; n < path.frames.size(); ++n) {
    FrameRequest& request = path.frames[n];
    const bool written = options.tour > 0 ? n % (warmup + 1) == warmup : n >= warmup;
    request.reference_samples = options.reference && written ? settings.run.reference_samples : 0;
    request.comparison = settings.comparison;
    request.comparison_now.flicker_right = flicker_right(settings.comparison, request.seconds);
    frame.draw(settings.render, request, written ? shown.hooks() : nullptr);
    bar.update(static_cast<double>(n + 1) / static_cast<double>(path.frames.size()));
    if (!written) continue;
    const auto all = shown.take(frame);
    const auto write = [&](const std::string& name, const std::vector<std::byte>& picture) {
      core::write_png(fs::path(options.out) / (name + ".png"), settings.run.output.width,
                      settings.run.output.height, picture);
    };
    // In the order of their names they are in the order of their moments.
    for (std::size_t k = 0; k + 1 < all.size() && pictures > 0; ++k, ++between)
      write(fmt::format("frame_{:04}_{}", pictures - 1, k + 1), all[k]);
    const std::string number = fmt::format("frame_{:04}", pictures++);
    write(number, all.back());
    if (options.buffers) {
      const core::FrameIo io = frame.read_contract();
      write_contract(options.out, number, io, request.seconds, "output", io.output, &frame.view());
    }
  }
  device->expect_valid();
  fmt::print("{} pictures in {}\n", pictures + between, options.out);
  return 0;
}

}  // namespace

Action declare_render(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
