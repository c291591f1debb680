#pragma once
// A training from its sequences to its weights on disk: what is saved when, and how long it takes.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/settings/settings.h"
#include "app/train/training_data.h"
#include "app/train/training_record.h"
#include "core/file_lock.h"
#include "neural/train/session.h"

namespace app {

struct TrainingRunOptions {
  std::vector<std::string> scenes;  ///< to render sequences of before training
  std::string from;                 ///< folder of captured sequences; empty: none
  bool follow = false;              ///< look into that folder for new shards after every checkpoint
  int sequences = 24;               ///< to render of each scene
  double swap_textures = 0.3;       ///< share of the opaque materials that trade textures

  std::string out;    ///< weights; checkpoint (.checkpoint) and loss curve (.csv) stand beside it
  std::string start;  ///< weights to begin with; empty: initial weights of the seed
  bool resume = false;
  bool overwrite = false;  ///< replace a result that stands at `out`
  double minutes = 60;     ///< of training, rendering not counted
  double checkpoint_minutes = 3;
  std::string note, command;  ///< for the record in the weights
  neural::TrainerSettings trainer;
};

/// Renders or reads its sequences when it is made, or goes on from the checkpoint. One thread.
class TrainingRun {
 public:
  /// `options` must outlive the run. The seed and the backend are the settings'. Throws core::Error.
  TrainingRun(const TrainingRunOptions& options, const Settings& settings);
  /// Trains until the time is over, or until Ctrl+C asks for the end. The best weights by the validation are
  /// on disk at the end, and from the first checkpoint on. Returns the program's exit status. Throws
  /// core::Error where the training diverges; what is on disk is then from before.
  int train();

 private:
  std::filesystem::path beside(const char* extension) const {
    return std::filesystem::path(options_.out).replace_extension(extension);
  }
  void resume();
  void print_comparison();
  void train_round(double whole_seconds);
  void save();
  void keep_if_better();

  const TrainingRunOptions& options_;
  core::FileLock lock_;  ///< of the outputs, before anything else is done
  neural::TrainerSettings settings_;
  neural::Weights start_;
  neural::TrainingSession session_;
  ShardFolder shards_;
  std::optional<Curve> curve_;
  TrainingProgress progress_;
  neural::Weights best_;
  double smooth_loss_ = 0;
  long last_step_ = -1;
  int bad_steps_ = 0;  ///< since the last step that counted
};

}  // namespace app
