// `neuraster capture SCENE… --out DIR`: training sequences on disk.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/measure/frame_files.h"
#include "app/open/scene_and_device.h"
#include "app/train/scene_variety.h"
#include "app/train/sequence_maker.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "neural/train/sequence_file.h"

namespace app {
namespace {
namespace fs = std::filesystem;

SequenceKind kind_of(const std::string& name) {
  const auto found = std::find(std::begin(sequence_kinds), std::end(sequence_kinds), name);
  if (found == std::end(sequence_kinds))
    core::fail_usage("--kind must be one of {}, not '{}'", fmt::join(sequence_kinds, ", "), name);
  return static_cast<SequenceKind>(found - std::begin(sequence_kinds));
}

struct Options {
  explicit Options(CLI::App& cli)
      : settings(cli, {"run.frames", "run.warmup", "run.reference_samples", "upscaling.upscaler", "window"}) {
    add_option(cli, "scenes", scenes, "scenes to capture; none: the scene that ships").placeholder("SCENE");
    add_option(cli, "--out", out, "folder for the shards; those that are there stay")
        .placeholder("DIR")
        .required();
    add_option(cli, "--sequences", sequences, "of each scene").show_default().range(1, 100000);
    add_option(cli, "--frames", shape.frames, "of each sequence").show_default().range(2, 1000);
    add_option(cli, "--size", shape.size, "output pixels a side; 240 divides at every scale used")
        .show_default()
        .range(48, 1920);
    add_option(cli, "--reference-samples", shape.samples, "samples a pixel of the truth")
        .show_default()
        .range(1, 1024);
    add_option_function(
        cli, "--kind", [this](const std::string& name) { shape.kind = kind_of(name); },
        fmt::format("what the sequences show: one of {} [mixed]", fmt::join(sequence_kinds, ", ")))
        .placeholder("NAME");
    add_option(cli, "--swap-textures", swap_textures, "share of the opaque materials that trade textures")
        .show_default()
        .range(0.0, 1.0);
    add_flag(cli, "--held-out", held_out, "mark the sequences as measured only, never trained on");
    add_flag(cli, "--exr", exr, "also write every frame as EXR files and JSON, for other programs");
  }
  SettingsOptions settings;
  std::vector<std::string> scenes;
  std::string out;
  int sequences = 16;
  double swap_textures = 0.3;
  SequenceShape shape;
  bool held_out = false, exr = false;
};

/// Writes the same frames for other programs: folder/sequence_0000/frame_0000_color.exr and so on.
/// The number is the first free one: captures may share a folder.
void write_exrs(const fs::path& out, const neural::TrainingSequence& sequence) {
  fs::path folder;
  for (int number = 0;; ++number) {
    folder = out / fmt::format("sequence_{:04}", number);
    std::error_code error;
    if (fs::create_directory(folder, error)) break;
    if (error) core::fail("cannot create folder '{}': {}", folder.string(), error.message());
  }
  double seconds = 0;
  for (std::size_t n = 0; n < sequence.frames.size(); ++n) {
    const neural::TrainingFrame& frame = sequence.frames[n];
    write_contract(folder, fmt::format("frame_{:04}", n), frame.io(), seconds, "truth", frame.truth.data());
    seconds += static_cast<double>(frame.info.frame_seconds);
  }
}

int run(const Options& options) {
  const Settings settings = options.settings.resolve();
  expect_trainable(options.shape, options.held_out);
  core::expect_writable_folder(options.out);
  const auto device = open_device(settings);
  neural::ShardWriter writer(options.out);
  std::vector<std::string> scenes = options.scenes;
  if (scenes.empty()) scenes.emplace_back();
  core::Random random(static_cast<std::uint64_t>(settings.run.seed));
  int done = 0;
  const core::Interrupt interrupt;
  core::Progress bar("capturing");
  for (const std::string& path : scenes) {
    if (interrupt.asked()) break;
    scene::Scene scene = open_scene(path, settings);
    swap_textures(scene, options.swap_textures, random);
    add_thrown_pieces(scene, random);
    SequenceMaker maker(*device, scene, settings, options.shape.size);
    for (int i = 0; i < options.sequences && !interrupt.asked(); ++i) {
      SequenceShape shape = options.shape;
      shape.scale = random_scale(random);
      neural::TrainingSequence sequence = maker.make(shape, random);
      sequence.validation = options.held_out;
      writer.add(sequence);
      if (options.exr) write_exrs(options.out, sequence);
      bar.update(++done / static_cast<double>(scenes.size() * static_cast<std::size_t>(options.sequences)),
                 scene.name);
    }
  }
  writer.finish();
  device->expect_valid();
  fmt::print("{} sequences in {}{}\n", done, options.out,
             interrupt.asked() ? " (stopped before the others)" : "");
  return interrupt.exit_status();
}

}  // namespace

Action declare_capture(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
