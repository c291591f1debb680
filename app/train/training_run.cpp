#include "app/train/training_run.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>

#include "app/train/run_outputs.h"
#include "app/train/training_backend.h"
#include "app/train/validation_scores.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/picture/image_io.h"
#include "core/progress.h"

namespace app {
namespace {
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// One frame with a firefly may overflow; a training whose every step does will not come back.
constexpr int most_bad_steps = 20;

neural::TrainerSettings trainer_settings(const TrainingRunOptions& options, const Settings& settings) {
  neural::TrainerSettings trainer = options.trainer;
  trainer.seed = static_cast<std::uint64_t>(settings.run.seed);
  choose_training_backend(trainer, settings);
  return trainer;
}

}  // namespace

TrainingRun::TrainingRun(const TrainingRunOptions& options, const Settings& settings)
    : options_(options),
      lock_(reserve({.out = options.out,
                     .what = "weights",
                     .beside = {".checkpoint", ".csv", ".png"},
                     .kept_beside = {".checkpoint"},
                     .resume = options.resume,
                     .overwrite = options.overwrite})),
      settings_(trainer_settings(options, settings)),
      start_(options.start.empty() ? neural::initial_weights(settings_.seed)
                                   : neural::load_weights(options.start)),
      session_(settings_, start_),
      shards_(options.from),
      best_(start_) {
  if (options.resume) resume();
  if (!options.scenes.empty())
    render_sequences(session_, options.scenes, options.sequences, options.swap_textures, settings);
  if (!options.from.empty()) shards_.add_new(session_);
  curve_.emplace(beside(".csv"), options.resume ? session_.steps() : 0);
  fmt::print("training on {} sequences, {}\n", session_.sequence_count(), session_.description());
}

void TrainingRun::resume() {
  const fs::path file = beside(".checkpoint");
  progress_ = read_checkpoint_note(session_.load_checkpoint(file), file);
  if (progress_.best_step >= 0) best_ = neural::load_weights(options_.out);
}

void TrainingRun::keep_if_better() {
  const std::shared_ptr<const neural::Weights> average = session_.weights_snapshot();
  if (session_.validation_count() > 0) {
    const core::Scores now = validation_scores(session_, *average);
    curve_->validated(session_.steps(), progress_.seconds, now);
    const bool better =
        progress_.best_step < 0 || validation_value(now) > validation_value(progress_.best_scores);
    fmt::print(
        "step {:6}  {:6.1f} min  validation {:.3f} dB, temporal {:.3f} dB, SSIM {:.4f}, FLIP {:.4f}{}\n",
        session_.steps(), progress_.seconds / 60, now.psnr_db, now.tpsnr_db, now.ssim, now.flip,
        better ? "  (best)" : "");
    std::fflush(stdout);
    if (!better) return;
    progress_.best_scores = now;
  }
  best_ = *average;
  progress_.best_step = session_.steps();
}

void TrainingRun::save() {
  keep_if_better();
  // The curve first: a resumed run drops the lines after its checkpoint and cannot restore lines that are
  // missing before it.
  curve_->write();
  best_.metadata["training"] = training_record({.command = options_.command,
                                                .init = options_.start,
                                                .note = options_.note,
                                                .of_minutes = options_.minutes,
                                                .progress = progress_},
                                               session_, settings_, start_);
  neural::save_weights(options_.out, best_);
  session_.save_checkpoint(beside(".checkpoint"), checkpoint_note(progress_));
}

void TrainingRun::train_round(double whole_seconds) {
  const auto start = Clock::now();
  // In fiftieths of the time, and none in the first steps: they do not depend on the machine's speed.
  const double progress = session_.steps() < 50 ? 0 : std::floor(50 * progress_.seconds / whole_seconds) / 50;
  // Every call of step() ends with the workers waiting for each other, so a whole round in one is fastest.
  for (const neural::StepReport& report : session_.step(session_.whole_round, progress).steps) {
    // The optimiser leaves out a step whose gradient is not finite, and does not count it.
    bad_steps_ = report.step > last_step_ && std::isfinite(report.loss) ? 0 : bad_steps_ + 1;
    last_step_ = report.step;
    if (bad_steps_ >= most_bad_steps)
      core::fail(
          "the training has diverged: the gradients of the last {} steps are not finite. '{}' holds the "
          "weights of step {}; begin again with a lower --rate than {}",
          bad_steps_, options_.out, progress_.best_step, settings_.adam.rate);
    smooth_loss_ = smooth_loss_ == 0 ? report.loss : smooth_loss_ + 0.02 * (report.loss - smooth_loss_);
    curve_->add(report, progress_.seconds);
  }
  progress_.seconds += std::chrono::duration<double>(Clock::now() - start).count();
}

void TrainingRun::print_comparison() {
  const auto compared = compare_on_validation(session_, best_);
  if (!compared) {
    fmt::print("not validated: none of the sequences is held out (capture --held-out makes some)\n");
    return;
  }
  const core::Scores &network = compared->network, &taau = compared->taau, &bilinear = compared->bilinear;
  fmt::print(
      "validation: {:.2f} dB (TAAU {:.2f}, bilinear {:.2f}), temporal {:.2f} dB ({:.2f}, {:.2f}), "
      "SSIM {:.4f} ({:.4f}, {:.4f}), FLIP {:.4f} ({:.4f}, {:.4f})",
      network.psnr_db, taau.psnr_db, bilinear.psnr_db, network.tpsnr_db, taau.tpsnr_db, bilinear.tpsnr_db,
      network.ssim, taau.ssim, bilinear.ssim, network.flip, taau.flip, bilinear.flip);
  if (compared->picture.pixels() > 0) {
    core::write_png(beside(".png"), compared->picture);
    fmt::print("; picture: {}", beside(".png").string());
  }
  fmt::print("\n");
}

int TrainingRun::train() {
  if (!options_.resume) save();
  double saved = progress_.seconds;
  const double whole = options_.minutes * 60;
  const core::Interrupt interrupt;
  {
    core::Progress bar("training");
    while (progress_.seconds < whole && !interrupt.asked()) {
      train_round(whole);
      bar.update(progress_.seconds / whole,
                 fmt::format("step {}, loss {:.5f}", session_.steps(), smooth_loss_));
      if (progress_.seconds - saved < options_.checkpoint_minutes * 60) continue;
      saved = progress_.seconds;
      fmt::print("step {:6}  loss {:.6f}  {} sequences\n", session_.steps(), smooth_loss_,
                 session_.sequence_count());
      save();
      if (options_.follow) shards_.add_new(session_);
    }
  }
  save();
  fmt::print("{} after {} steps: those of step {}\n", options_.out, session_.steps(), progress_.best_step);
  if (interrupt.asked()) {
    fmt::print("stopped before its time, and everything is written: --resume goes on\n");
    return interrupt.exit_status();
  }
  print_comparison();
  return 0;
}

}  // namespace app
