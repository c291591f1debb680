#include "app/train/training_run.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>

#include "app/train/training_backend.h"
#include "core/progress.h"

namespace app {
namespace {
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

neural::TrainerSettings trainer_settings(const TrainingRunOptions& options, const Settings& settings) {
  neural::TrainerSettings trainer = options.trainer;
  trainer.seed = static_cast<std::uint64_t>(settings.run.seed);
  choose_training_backend(trainer, settings);
  return trainer;
}

}  // namespace

TrainingRun::TrainingRun(const TrainingRunOptions& options, const Settings& settings)
    : options_(options),
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
    smooth_loss_ = smooth_loss_ == 0 ? report.loss : smooth_loss_ + 0.02 * (report.loss - smooth_loss_);
    curve_->add(report, progress_.seconds);
  }
  progress_.seconds += std::chrono::duration<double>(Clock::now() - start).count();
}

void TrainingRun::train() {
  if (!options_.resume) save();
  double saved = progress_.seconds;
  const double whole = options_.minutes * 60;
  core::Progress bar("training");
  while (progress_.seconds < whole) {
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
  save();
  fmt::print("{} after {} steps: those of step {}\n", options_.out, session_.steps(), progress_.best_step);
}

}  // namespace app
