// `neuraster train SCENE… --minutes N --out FILE`: trains the upscaler on sequences rendered now, or captured
// before (--from DIR).

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/open/scene_and_device.h"
#include "app/train/sequence_maker.h"
#include "app/train/training_record.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "neural/train/sequence_file.h"
#include "neural/train/trainer.h"

namespace app {
namespace {
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Options {
  explicit Options(CLI::App& cli)
      : settings(cli, {"run.frames", "run.reference_samples", "upscaling.upscaler"}) {
    add_option(cli, "scenes", scenes, "scenes to render sequences of before training").placeholder("SCENE");
    add_option(cli, "--out", out, "weights file; checkpoint and loss curve stand beside it")
        .placeholder("FILE")
        .required();
    add_option(cli, "--minutes", minutes, "of training, rendering not counted")
        .show_default()
        .range(0.05, 1e5);
    add_option(cli, "--from", from, "captured sequences to train on").placeholder("DIR");
    add_flag(cli, "--follow", follow,
             "look for new shards in --from while training (a resumed run differs then)");
    add_option(cli, "--sequences", sequences, "to render of each scene").show_default().range(1, 100000);
    add_option(cli, "--swap-textures", swap_textures, "share of the opaque materials that trade textures")
        .show_default()
        .range(0.0, 1.0);
    add_option(cli, "--threads", threads, "0: all processors; a GPU takes one").show_default().range(0, 1024);
    add_option(cli, "--batch", trainer.batch, "sequences a step").show_default().range(1, 1024);
    add_option(cli, "--crop", trainer.crop, "output pixels a side").show_default().range(16, 1024);
    add_option(cli, "--rate", trainer.adam.rate, "highest learning rate").show_default().range(1e-6, 1.0);
    add_option(cli, "--init", start, "weights to go on from; none: from nothing").placeholder("FILE");
    add_option(cli, "--checkpoint-minutes", checkpoint_minutes, "between checkpoints")
        .show_default()
        .range(0.01, 1e4);
    add_flag(cli, "--resume", resume, "go on from the checkpoint beside --out");
    add_option(cli, "--note", note, "kept in the weights' metadata, with command, seed and curve")
        .placeholder("TEXT");
  }
  SettingsOptions settings;
  std::vector<std::string> scenes;
  std::string out, from, start, note;
  double minutes = 60, checkpoint_minutes = 3, swap_textures = 0.3;
  int sequences = 24, threads = 0;
  bool resume = false, follow = false;
  neural::TrainerSettings trainer;
};

/// Adds the shards that were not there before, in the order of their names.
void read_shards(neural::Trainer& trainer, const std::string& folder, std::set<fs::path>& known) {
  if (!fs::is_directory(folder)) core::fail("'{}' is no folder with captured sequences", folder);
  std::set<fs::path> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    // A name with a dot in front is a file still being written.
    if (entry.path().extension() == ".nrs" && entry.path().filename().string().front() != '.')
      found.insert(entry.path());
  for (const fs::path& shard : found)
    if (known.insert(shard).second)
      for (neural::TrainingSequence& sequence : neural::read_shard(shard)) trainer.add(std::move(sequence));
}

void render_sequences(neural::Trainer& trainer, const Options& options, const Settings& settings) {
  const auto device = open_device(settings);
  core::Random random(static_cast<std::uint64_t>(settings.run.seed) + 1000);
  core::Progress bar("rendering");
  double done = 0;
  for (const std::string& path : options.scenes) {
    scene::Scene scene = open_scene(path, settings);
    SequenceShape shape;
    swap_textures(scene, options.swap_textures, random);
    add_thrown_pieces(scene, random);
    SequenceMaker maker(*device, scene, settings, shape.size);
    for (int i = 0; i < options.sequences; ++i) {
      shape.scale = random_scale(random);
      neural::TrainingSequence sequence = maker.make(shape, random);
      sequence.validation = i % 12 == 11;
      trainer.add(std::move(sequence));
      bar.update(++done / (static_cast<double>(options.scenes.size()) * options.sequences), scene.name);
    }
  }
}

/// CUDA where the settings allow it and it trains here, else the processor.
void choose_backend(neural::TrainerSettings& trainer, const Settings& settings) {
  if (settings.run.backend == Backend::cpu) return;
  const auto open = [cudnn = settings.run.cudnn] {
    return compute::open_backend(std::string(name_of(Backend::cuda)), {.cudnn = cudnn});
  };
  try {
    open();
  } catch (const core::Error& error) {
    if (settings.run.backend == Backend::cuda) throw;
    spdlog::debug("{}", error.what());  // `neuraster devices` tells who asks
    return;
  }
  trainer.open = open;
  trainer.threads = 1;
}

/// A training on its way: what is saved, and when.
class Run {
 public:
  Run(const Options& options, const Settings& settings)
      : options_(options),
        settings_(trainer_settings(options, settings)),
        start_(options.start.empty() ? neural::initial_weights(settings_.seed)
                                     : neural::load_weights(options.start)),
        trainer_(settings_, start_),
        best_(start_) {
    if (options.resume) resume();
    if (!options.scenes.empty()) render_sequences(trainer_, options, settings);
    if (!options.from.empty()) read_shards(trainer_, options.from, shards_);
    curve_.emplace(beside(".csv"), options.resume ? trainer_.steps() : 0);
    fmt::print("training on {} sequences, {}\n", trainer_.sequence_count(), trainer_.description());
  }
  void train();

 private:
  static neural::TrainerSettings trainer_settings(const Options& options, const Settings& settings);
  fs::path beside(const char* extension) const { return fs::path(options_.out).replace_extension(extension); }
  void resume();
  void save();
  void keep_if_better();

  const Options& options_;
  neural::TrainerSettings settings_;
  neural::Weights start_;
  neural::Trainer trainer_;
  std::set<fs::path> shards_;
  std::optional<Curve> curve_;
  TrainingProgress progress_;
  neural::Weights best_;
};

neural::TrainerSettings Run::trainer_settings(const Options& options, const Settings& settings) {
  neural::TrainerSettings trainer = options.trainer;
  trainer.seed = static_cast<std::uint64_t>(settings.run.seed);
  trainer.threads = options.threads > 0 ? options.threads : core::thread_count();
  choose_backend(trainer, settings);
  return trainer;
}

void Run::resume() {
  const fs::path file = beside(".checkpoint");
  progress_ = read_checkpoint_note(trainer_.load_checkpoint(file), file);
  if (progress_.best_step >= 0) best_ = neural::load_weights(options_.out);
}

void Run::keep_if_better() {
  if (trainer_.validation_count() > 0) {
    const core::Scores now = validation_scores(trainer_, trainer_.average());
    curve_->validated(trainer_.steps(), progress_.seconds, now);
    const bool better =
        progress_.best_step < 0 || validation_value(now) > validation_value(progress_.best_scores);
    fmt::print(
        "step {:6}  {:6.1f} min  validation {:.3f} dB, temporal {:.3f} dB, SSIM {:.4f}, FLIP {:.4f}{}\n",
        trainer_.steps(), progress_.seconds / 60, now.psnr_db, now.tpsnr_db, now.ssim, now.flip,
        better ? "  (best)" : "");
    std::fflush(stdout);
    if (!better) return;
    progress_.best_scores = now;
  }
  best_ = trainer_.average();
  progress_.best_step = trainer_.steps();
}

void Run::save() {
  keep_if_better();
  curve_->write();  // first: a resumed run drops lines after its checkpoint, and cannot make up for lines
                    // before
  best_.metadata["training"] = training_record({.command = command_line(),
                                                .init = options_.start,
                                                .note = options_.note,
                                                .of_minutes = options_.minutes,
                                                .progress = progress_},
                                               trainer_, settings_, start_);
  neural::save_weights(options_.out, best_);
  trainer_.save_checkpoint(beside(".checkpoint"), checkpoint_note(progress_));
}

void Run::train() {
  if (!options_.resume) save();
  double saved = progress_.seconds, smooth = 0;
  const double whole = options_.minutes * 60;
  core::Progress bar("training");
  while (progress_.seconds < whole) {
    const auto start = Clock::now();
    // In fiftieths of the time, and none in the first steps: they do not depend on the machine's speed.
    const double progress = trainer_.steps() < 50 ? 0 : std::floor(50 * progress_.seconds / whole) / 50;
    for (const neural::StepReport& report : trainer_.round(progress)) {
      smooth = smooth == 0 ? report.loss : smooth + 0.02 * (report.loss - smooth);
      curve_->add(report, progress_.seconds);
    }
    progress_.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    bar.update(progress_.seconds / whole, fmt::format("step {}, loss {:.5f}", trainer_.steps(), smooth));
    if (progress_.seconds - saved < options_.checkpoint_minutes * 60) continue;
    saved = progress_.seconds;
    fmt::print("step {:6}  loss {:.6f}  {} sequences\n", trainer_.steps(), smooth, trainer_.sequence_count());
    save();
    if (options_.follow) read_shards(trainer_, options_.from, shards_);
  }
  save();
  fmt::print("{} after {} steps: those of step {}\n", options_.out, trainer_.steps(), progress_.best_step);
}

int run(const Options& options) {
  const Settings settings = options.settings.resolve();
  if (options.scenes.empty() && options.from.empty())
    core::fail_usage("name scenes to render, or captured sequences with --from DIR");
  Run(options, settings).train();
  return 0;
}

}  // namespace

Action declare_train(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
