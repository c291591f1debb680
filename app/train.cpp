// `neuraster train SCENE… --minutes N --out FILE`: trains the upscaler on sequences rendered now, or captured
// before (--from DIR).

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/open.h"
#include "app/sequence_maker.h"
#include "app/settings_options.h"
#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "neural/sequence_file.h"
#include "neural/trainer.h"

namespace app {
namespace {
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Options {
  explicit Options(CLI::App& cli)
      : settings(cli, {"run.frames", "run.reference_samples", "upscaling.upscaler"}) {
    cli.add_option("scenes", scenes, "scenes to render sequences of before training")->type_name("SCENE...");
    cli.add_option("--out", out, "weights file; checkpoint and loss curve stand beside it")
        ->type_name("FILE")
        ->required();
    cli.add_option("--minutes", minutes, "of training, rendering not counted")
        ->capture_default_str()
        ->check(CLI::Range(0.05, 1e5));
    cli.add_option("--from", from, "captured sequences to train on")->type_name("DIR");
    cli.add_flag("--follow", follow,
                 "look for new shards in --from while training (a resumed run differs then)");
    cli.add_option("--sequences", sequences, "to render of each scene")
        ->capture_default_str()
        ->check(CLI::Range(1, 100000));
    cli.add_option("--swap-textures", swap_textures, "share of the opaque materials that trade textures")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    cli.add_option("--threads", threads, "0: all processors; a GPU takes one")
        ->capture_default_str()
        ->check(CLI::Range(0, 1024));
    cli.add_option("--batch", trainer.batch, "sequences a step")
        ->capture_default_str()
        ->check(CLI::Range(1, 1024));
    cli.add_option("--crop", trainer.crop, "output pixels a side")
        ->capture_default_str()
        ->check(CLI::Range(16, 1024));
    cli.add_option("--rate", trainer.adam.rate, "highest learning rate")
        ->capture_default_str()
        ->check(CLI::Range(1e-6, 1.0));
    cli.add_option("--init", start, "weights to go on from; none: from nothing")->type_name("FILE");
    cli.add_option("--checkpoint-minutes", checkpoint_minutes, "between checkpoints")
        ->capture_default_str()
        ->check(CLI::Range(0.01, 1e4));
    cli.add_flag("--resume", resume, "go on from the checkpoint beside --out");
    cli.add_option("--note", note, "kept in the weights' metadata, with command, seed and curve")
        ->type_name("TEXT");
  }
  SettingsOptions settings;
  std::vector<std::string> scenes;
  std::string out, from, start, note;
  double minutes = 60, checkpoint_minutes = 3, swap_textures = 0.3;
  int sequences = 24, threads = 0;
  bool resume = false, follow = false;
  neural::TrainerSettings trainer;
};

/// The loss over time: a file, and lines on the terminal.
class Curve {
 public:
  Curve(fs::path path, long resumed_step) : path_(std::move(path)) {
    if (resumed_step == 0 || !fs::exists(path_)) return;
    // What was written after the checkpoint is computed again.
    std::istringstream old(core::read_text(path_));
    std::string line;
    std::getline(old, line);
    while (std::getline(old, line))
      if (std::strtol(line.c_str(), nullptr, 10) <= resumed_step) text_ += line + "\n";
  }
  void add(long step, double seconds, double loss, double rate) {
    text_ += fmt::format("{},{:.1f},{:.7f},{:.3e},,\n", step, seconds, loss, rate);
  }
  void validated(long step, double seconds, const neural::ValidationReport& v) {
    text_ += fmt::format("{},{:.1f},,,{:.4f},{:.4f}\n", step, seconds, v.psnr_db, v.tpsnr_db);
  }
  void write() const {
    core::write_file(path_, "step,seconds,loss,rate,validation_psnr_db,validation_tpsnr_db\n" + text_);
  }

 private:
  fs::path path_;
  std::string text_;
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
  neural::Random random(static_cast<std::uint64_t>(settings.run.seed) + 1000);
  core::Progress bar("rendering");
  double done = 0;
  for (const std::string& path : options.scenes) {
    scene::Scene scene = open_scene(path, settings);
    SequenceShape shape;
    swap_textures(scene, options.swap_textures, random);
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
  const auto open = [cudnn = settings.run.cudnn] { return neural::open_backend("cuda", {.cudnn = cudnn}); };
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

int run(const Options& options) {
  const Settings settings = options.settings.resolve();
  if (options.scenes.empty() && options.from.empty())
    core::fail_usage("name scenes to render, or captured sequences with --from DIR");
  neural::TrainerSettings trainer_settings = options.trainer;
  trainer_settings.seed = static_cast<std::uint64_t>(settings.run.seed);
  trainer_settings.threads = options.threads > 0 ? options.threads : core::thread_count();
  choose_backend(trainer_settings, settings);
  neural::Trainer trainer(trainer_settings, options.start.empty()
                                                ? neural::initial_weights(trainer_settings.seed)
                                                : neural::load_weights(options.start));
  const auto beside = [&](const char* extension) {
    return fs::path(options.out).replace_extension(extension);
  };
  double elapsed = 0;
  if (options.resume) elapsed = std::strtod(trainer.load_checkpoint(beside(".checkpoint")).c_str(), nullptr);
  if (!options.scenes.empty()) render_sequences(trainer, options, settings);
  std::set<fs::path> shards;
  if (!options.from.empty()) read_shards(trainer, options.from, shards);
  fmt::print("training on {} sequences, {}\n", trainer.sequence_count(), trainer.description());

  Curve curve(beside(".csv"), options.resume ? trainer.steps() : 0);
  const auto save = [&] {
    curve.write();  // first: a resumed run drops lines after its checkpoint, and cannot make up for lines
                    // before
    trainer.save_checkpoint(beside(".checkpoint"), fmt::format("{:.3f}", elapsed));
    neural::Weights weights = trainer.weights();
    weights.metadata["training"] = nlohmann::json{
        {"seed", settings.run.seed},
        {"minutes", elapsed / 60},
        {"of_minutes", options.minutes},
        {"steps", trainer.steps()},
        {"sequences", trainer.sequence_count()},
        {"batch", trainer_settings.batch},
        {"crop", trainer_settings.crop},
        {"unroll", trainer_settings.unroll},
        {"rate", trainer_settings.adam.rate},
        {"init", options.start},
        {"note", options.note}}.dump();
    neural::save_weights(options.out, weights);
    if (trainer.validation_count() > 0) {
      const neural::ValidationReport v = trainer.validate();
      curve.validated(trainer.steps(), elapsed, v);
      fmt::print("step {:6}  {:6.1f} min  validation {:.3f} dB, temporal {:.3f} dB\n", trainer.steps(),
                 elapsed / 60, v.psnr_db, v.tpsnr_db);
    }
    curve.write();
    std::fflush(stdout);
  };
  if (!options.resume) save();
  double saved = elapsed, smooth = 0;
  const double whole = options.minutes * 60;
  core::Progress bar("training");
  while (elapsed < whole) {
    const auto start = Clock::now();
    // In fiftieths of the time, and none in the first steps: they do not depend on the machine's speed.
    const double progress = trainer.steps() < 50 ? 0 : std::floor(50 * elapsed / whole) / 50;
    for (const neural::StepReport& report : trainer.round(progress)) {
      smooth = smooth == 0 ? report.loss : smooth + 0.02 * (report.loss - smooth);
      curve.add(report.step, elapsed, report.loss, report.rate);
    }
    elapsed += std::chrono::duration<double>(Clock::now() - start).count();
    bar.update(elapsed / whole, fmt::format("step {}, loss {:.5f}", trainer.steps(), smooth));
    if (elapsed - saved < options.checkpoint_minutes * 60) continue;
    saved = elapsed;
    fmt::print("step {:6}  loss {:.6f}  {} sequences\n", trainer.steps(), smooth, trainer.sequence_count());
    save();
    if (options.follow) read_shards(trainer, options.from, shards);
  }
  save();
  fmt::print("{} after {} steps\n", options.out, trainer.steps());
  return 0;
}

}  // namespace

Action declare_train(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
