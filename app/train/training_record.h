#pragma once
// What a training leaves behind besides the weights: its curve, what it was scored, and how it came about.

#include <filesystem>
#include <string>

#include "core/picture/metrics.h"
#include "neural/train/session.h"

namespace app {

/// Losses and validations over time: a CSV file.
class Curve {
 public:
  /// Of a resumed training: goes on with the file, without what came after the checkpoint's step.
  Curve(std::filesystem::path path, long resumed_step);
  void add(const neural::StepReport& report, double seconds);
  void validated(long step, double seconds, const core::Scores& scores);
  void write() const;

 private:
  std::filesystem::path path_;
  std::string text_;
};

/// How far a training is, and the best weights so far: by the validation, or without one the newest.
struct TrainingProgress {
  double seconds = 0;
  long best_step = -1;
  core::Scores best_scores;
};
/// As a checkpoint keeps it. Reading throws where it cannot be read, and names `file`.
std::string checkpoint_note(const TrainingProgress& progress);
TrainingProgress read_checkpoint_note(const std::string& note, const std::filesystem::path& file);

/// Everything that it takes to do a training again, as JSON for the weights' metadata: with the trainings
/// that the weights at its start had behind them ("before", the oldest first) and the minutes of all together
/// ("minutes_in_all").
struct TrainingRecord {
  std::string command, init, note;
  double of_minutes = 0;
  TrainingProgress progress;
};
std::string training_record(const TrainingRecord& record, const neural::TrainingSession& session,
                            const neural::TrainerSettings& settings, const neural::Weights& start);

}  // namespace app
