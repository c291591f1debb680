// `neuraster train SCENE… --minutes N --out FILE`: trains the upscaler on sequences rendered now, or captured
// before (--from DIR).

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/open.h"
#include "app/sequence_maker.h"
#include "app/settings_options.h"
#include "app/training_record.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/version.h"
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
  nlohmann::ordered_json record() const;

  const Options& options_;
  neural::TrainerSettings settings_;
  neural::Weights start_;
  neural::Trainer trainer_;
  std::set<fs::path> shards_;
  std::optional<Curve> curve_;
  double elapsed_ = 0;  ///< seconds
  // The best so far, by the validation; without one the newest.
  neural::Weights best_;
  neural::Scores best_scores_;
  long best_step_ = -1;
};

neural::TrainerSettings Run::trainer_settings(const Options& options, const Settings& settings) {
  neural::TrainerSettings trainer = options.trainer;
  trainer.seed = static_cast<std::uint64_t>(settings.run.seed);
  trainer.threads = options.threads > 0 ? options.threads : core::thread_count();
  choose_backend(trainer, settings);
  return trainer;
}

void Run::resume() {
  const auto note = nlohmann::json::parse(trainer_.load_checkpoint(beside(".checkpoint")), nullptr, false);
  if (!note.is_object())
    core::fail("{}: the checkpoint's note cannot be read", beside(".checkpoint").string());
  elapsed_ = note.value("seconds", 0.0);
  best_step_ = note.value("best_step", -1L);
  best_scores_ = {.psnr_db = note.value("best_psnr_db", 0.0),
                  .tpsnr_db = note.value("best_tpsnr_db", 0.0),
                  .ssim = note.value("best_ssim", 0.0),
                  .flip = note.value("best_flip", 0.0)};
  if (best_step_ >= 0) best_ = neural::load_weights(options_.out);
}

/// Everything that it takes to do it again.
nlohmann::ordered_json Run::record() const {
  nlohmann::ordered_json own{{"command", command_line()},
                             {"program", core::program_version()},
                             {"on", trainer_.description()},
                             {"seed", settings_.seed},
                             {"minutes", elapsed_ / 60},
                             {"of_minutes", options_.minutes},
                             {"steps", trainer_.steps()},
                             {"sequences", trainer_.sequence_count()},
                             {"validation_sequences", trainer_.validation_count()},
                             {"batch", settings_.batch},
                             {"crop", settings_.crop},
                             {"unroll", settings_.unroll},
                             {"rate", settings_.adam.rate},
                             {"averaging", settings_.averaging},
                             {"init", options_.start},
                             {"note", options_.note}};
  if (trainer_.validation_count() > 0) {
    own["best_step"] = best_step_;
    own["validation"] = as_json(best_scores_);
  }
  return with_history(std::move(own), start_);
}

void Run::keep_if_better() {
  if (trainer_.validation_count() > 0) {
    const neural::Scores now = validation_scores(trainer_, trainer_.average());
    curve_->validated(trainer_.steps(), elapsed_, now);
    const bool better = best_step_ < 0 || validation_value(now) > validation_value(best_scores_);
    fmt::print(
        "step {:6}  {:6.1f} min  validation {:.3f} dB, temporal {:.3f} dB, SSIM {:.4f}, FLIP {:.4f}{}\n",
        trainer_.steps(), elapsed_ / 60, now.psnr_db, now.tpsnr_db, now.ssim, now.flip,
        better ? "  (best)" : "");
    std::fflush(stdout);
    if (!better) return;
    best_scores_ = now;
  }
  best_ = trainer_.average();
  best_step_ = trainer_.steps();
}

void Run::save() {
  keep_if_better();
  curve_->write();  // first: a resumed run drops lines after its checkpoint, and cannot make up for lines
                    // before
  best_.metadata["training"] = record().dump();
  neural::save_weights(options_.out, best_);
  trainer_.save_checkpoint(beside(".checkpoint"), nlohmann::json{{"seconds", elapsed_},
                                                                 {"best_step", best_step_},
                                                                 {"best_psnr_db", best_scores_.psnr_db},
                                                                 {"best_tpsnr_db", best_scores_.tpsnr_db},
                                                                 {"best_ssim", best_scores_.ssim},
                                                                 {"best_flip", best_scores_.flip}}
                                                      .dump());
}

void Run::train() {
  if (!options_.resume) save();
  double saved = elapsed_, smooth = 0;
  const double whole = options_.minutes * 60;
  core::Progress bar("training");
  while (elapsed_ < whole) {
    const auto start = Clock::now();
    // In fiftieths of the time, and none in the first steps: they do not depend on the machine's speed.
    const double progress = trainer_.steps() < 50 ? 0 : std::floor(50 * elapsed_ / whole) / 50;
    for (const neural::StepReport& report : trainer_.round(progress)) {
      smooth = smooth == 0 ? report.loss : smooth + 0.02 * (report.loss - smooth);
      curve_->add(report, elapsed_);
    }
    elapsed_ += std::chrono::duration<double>(Clock::now() - start).count();
    bar.update(elapsed_ / whole, fmt::format("step {}, loss {:.5f}", trainer_.steps(), smooth));
    if (elapsed_ - saved < options_.checkpoint_minutes * 60) continue;
    saved = elapsed_;
    fmt::print("step {:6}  loss {:.6f}  {} sequences\n", trainer_.steps(), smooth, trainer_.sequence_count());
    save();
    if (options_.follow) read_shards(trainer_, options_.from, shards_);
  }
  save();
  fmt::print("{} after {} steps: those of step {}\n", options_.out, trainer_.steps(), best_step_);
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
