#pragma once
// A training in progress: it runs the trainer's units of work, as many at a time as the caller has time for.
// A command steps through whole rounds; a window trains for a few milliseconds in each of its frames, or on a
// thread of its own.
//
// Threads: one thread at a time may step, validate, or save and load checkpoints ("the training thread").
// add(), the counts and weights_snapshot() may be called from any thread meanwhile, and do not wait for a
// unit. With a GPU's backend, construct the session on the thread that steps it, because CUDA keeps its
// current device by thread.

#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "neural/train/trainer.h"

namespace neural {

/// The work that one call of TrainingSession::step() did.
struct SessionReport {
  int units = 0;                  ///< windows of strands, and steps of the optimiser
  std::vector<StepReport> steps;  ///< the optimiser's finished steps
  bool round_ended = false;
};

class TrainingSession {
 public:
  /// With this budget step() ends at the end of the round.
  static constexpr double whole_round = std::numeric_limits<double>::infinity();

  /// Throws core::Error where the weights do not fit the network or a backend cannot be opened.
  TrainingSession(TrainerSettings settings, Weights start);

  /// The training thread. Works for about `budget` seconds by the wall clock: at least one unit on each
  /// worker that has one left, then more while one of usual length would end in time. Returns early at the
  /// end of a round. The budgets do not change what a round computes. `progress` in [0, 1] sets the learning
  /// rate and is read where a round begins. Throws core::Error where there is no data; after any exception
  /// the weights are those of the last step, and the next call begins a new round.
  SessionReport step(double budget, double progress);
  /// The training thread.
  bool between_rounds() const { return !trainer_.in_round(); }

  /// Any thread. The sequence is used from the next round on, in the order of the calls. Throws core::Error
  /// for one that cannot be cropped.
  void add(TrainingSequence sequence);
  /// Any thread. Includes sequences that wait for the next round.
  std::size_t sequence_count() const;
  std::size_t validation_count() const;

  /// Any thread. Returns the running mean of the weights after the newest step (Trainer::average), which is
  /// what to upscale with. The object never changes; a later step makes another, so a new pointer means new
  /// weights.
  std::shared_ptr<const Weights> weights_snapshot() const;
  /// Any thread. Returns the number of the optimiser's steps so far.
  long steps() const;
  /// Any thread. Says how many workers there are and what they compute with.
  std::string description() const { return trainer_.description(); }

  /// The training thread, between rounds. Upscales the validation sequences with these weights. Throws
  /// core::Error within a round.
  ValidationReport validate(const Weights& weights, const ValidationVisit& visit = {});
  /// The training thread, between rounds: see Trainer.
  void save_checkpoint(const std::filesystem::path& path, const std::string& note) const;
  std::string load_checkpoint(const std::filesystem::path& path);
  /// The training thread: see Trainer. The sequences stay.
  void restart(Weights start);
  /// The training thread. Returns the weights that the next step will change.
  const Weights& weights() const { return trainer_.weights(); }

 private:
  class Budget;
  int run_units(const Budget& budget);
  double usual_seconds() const;  ///< length of the next work
  StepReport finish_step();
  void take_added();
  void publish();

  Trainer trainer_;
  // Only the training thread uses these. Usual lengths in seconds only decide when to stop.
  std::vector<double> unit_seconds_;  ///< for each worker
  double finish_seconds_ = 0;
  double step_seconds_ = 0;  ///< spent on the optimiser's next step so far

  mutable std::mutex mutex_;  ///< protects the members below
  std::vector<TrainingSequence> added_;
  std::size_t sequences_ = 0, validations_ = 0;
  std::shared_ptr<const Weights> snapshot_;
  long steps_ = 0;
};

}  // namespace neural
