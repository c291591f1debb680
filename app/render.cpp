// `neuraster render SCENE --out DIR`: pictures of the camera path, and every buffer of the frame contract.

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/frame.h"
#include "app/generator.h"
#include "app/open.h"
#include "app/settings_options.h"
#include "core/file.h"
#include "core/image_io.h"
#include "core/progress.h"

namespace app {
namespace {
namespace fs = std::filesystem;

struct Options {
  explicit Options(CLI::App& cli) : settings(cli) {
    cli.add_option("scene", scene, "an .obj or a scene file; none: the scene that ships")->type_name("SCENE");
    cli.add_option("--out", out, "folder for the pictures")->type_name("DIR")->required();
    cli.add_flag("--buffers", buffers,
                 "write every buffer of the frame contract as EXR, its numbers as JSON");
    cli.add_flag("--reference", reference, "render the supersampled reference instead of an upscaler");
  }
  SettingsOptions settings;
  std::string scene, out;
  bool buffers = false, reference = false;
};

/// One file a frame with all numbers that another upscaler needs.
void write_numbers(const fs::path& path, const neural::FrameInfo& info, double seconds) {
  nlohmann::ordered_json json{
      {"frame_index", info.frame_index},
      {"seconds", seconds},
      {"render", {info.render.width, info.render.height}},
      {"output", {info.output.width, info.output.height}},
      {"jitter", {info.jitter[0], info.jitter[1]}},
      {"exposure", info.exposure},
      {"clip_to_prev_clip_column_major", info.clip_to_prev_clip},
      {"tan_half_fov_y", info.tan_half_fov_y},
      {"aspect", info.aspect},
      {"near", info.near},
      {"frame_seconds", info.frame_seconds},
      {"reset", info.reset},
  };
  core::write_file(path, json.dump(2) + "\n");
}

void write_buffers(const fs::path& folder, const std::string& number, const neural::FrameIo& io,
                   double seconds) {
  using core::ExrChannel, core::ExrType;
  const auto half4 = [](const neural::f16* data) {
    return std::vector<ExrChannel>{{"R", ExrType::f16, data, 8},
                                   {"G", ExrType::f16, data + 1, 8},
                                   {"B", ExrType::f16, data + 2, 8},
                                   {"A", ExrType::f16, data + 3, 8}};
  };
  const auto path = [&](const char* what) { return folder / fmt::format("{}_{}.exr", number, what); };
  const neural::Size r = io.info.render, o = io.info.output;
  core::write_exr(path("color"), r.width, r.height, half4(io.color));
  core::write_exr(path("depth"), r.width, r.height,
                  std::vector<ExrChannel>{{"Z", ExrType::f32, io.depth, 4}});
  core::write_exr(
      path("motion"), r.width, r.height,
      std::vector<ExrChannel>{{"X", ExrType::f16, io.motion, 4}, {"Y", ExrType::f16, io.motion + 1, 4}});
  std::vector<float> reactive(static_cast<std::size_t>(r.width) * static_cast<std::size_t>(r.height));
  for (std::size_t i = 0; i < reactive.size(); ++i) reactive[i] = static_cast<float>(io.reactive[i]) / 255.0f;
  core::write_exr(path("reactive"), r.width, r.height,
                  std::vector<ExrChannel>{{"Y", ExrType::f32, reactive.data(), 4}});
  core::write_exr(path("output"), o.width, o.height, half4(io.output));
  write_numbers(folder / (number + ".json"), io.info, seconds);
}

int run(const Options& options) {
  const Settings settings = use_what_runs(options.settings.resolve());
  const auto device = open_device(settings);
  const scene::Scene scene = open_scene(options.scene, settings);
  fmt::print("{}\n", describe(scene, settings, *device));
  core::make_folder(options.out);
  Frame frame(*device, scene, settings.render, settings.run.output);
  give_generator(frame, *device, settings);
  give_right_generator(frame, *device, settings);
  core::Progress bar("rendering");
  double before = settings.run.start;
  for (std::int32_t n = 0; n < settings.run.frames; ++n) {
    FrameRequest request;
    request.seconds = settings.run.start + n * settings.run.frame_seconds;
    request.frame_seconds = static_cast<float>(settings.run.frame_seconds);
    request.cut = n > 0 && scene::camera_cuts(scene.camera, before, request.seconds);
    request.reference_samples = options.reference ? settings.run.reference_samples : 0;
    request.look = settings.look;
    request.look_now.flicker_right = flicker_right(settings.look, request.seconds);
    before = request.seconds;
    frame.draw(settings.render, request);
    const std::string number = fmt::format("frame_{:04}", n);
    core::write_png(fs::path(options.out) / (number + ".png"), settings.run.output.width,
                    settings.run.output.height, frame.read_picture());
    if (options.buffers) write_buffers(options.out, number, frame.read_contract(), request.seconds);
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
