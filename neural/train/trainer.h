#pragma once
// The trainer: truncated back-propagation through the recurrence, on crops of sequences in memory.
//
// Training goes in rounds. At the start of a round each of `batch` strands picks a sequence, a crop, a turn
// and a first frame. Then `windows` steps follow, each over the next `unroll` frames of every strand; the
// state is carried from window to window and the gradient is cut between them. Between rounds a run consists
// of its weights, its Adam state and its random state, so checkpoints are written there.
//
// A round consists of units: one strand's window, forward and backward, on the worker that the strand belongs
// to, and one step of the optimiser when every strand's window is done. A TrainingSession (session.h) decides
// when and on which threads they run; the trainer defines what they compute. Gradients are summed in the
// order of the strands, so that neither the number of workers nor the order of the units changes a result. On
// a processor a run can thus be repeated to the last bit; a GPU adds within a strand in no fixed order.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/random.h"
#include "neural/train/adam.h"
#include "neural/train/loss.h"
#include "neural/train/sequence.h"
#include "neural/train/validation.h"
#include "neural/upscale/frame_step.h"
#include "neural/upscale/plan.h"

namespace neural {

struct TrainerSettings {
  std::uint64_t seed = 1;
  int threads = 2;  ///< workers, each with its own backend; at most `batch` of them are made
  int batch = 8, unroll = 6, windows = 4;
  int crop = 192;  ///< output pixels a side; render crops follow the scale
  AdamSettings adam;
  LossSettings loss;
  double min_rate = 0.02;    ///< at the end of the cosine, as a share of the highest rate
  double averaging = 0.999;  ///< decay of the weights' mean at each step; less in the first thousands
  /// Makes a worker's backend, in f32. A GPU is one device, so it takes one worker.
  std::function<std::unique_ptr<Backend>()> open = [] { return open_backend("cpu", {.threads = 1}); };
};

/// The result of one step of the optimiser.
struct StepReport {
  long step = 0;  ///< the first is 1
  double loss = 0, rate = 0;
  double seconds = 0;  ///< wall-clock time of its windows and of the step itself
};

/// One thread at a time may use it, except that run_unit() and validate() may run at once for different
/// workers.
class Trainer {
 public:
  /// Throws core::Error where the weights do not fit the network or a backend cannot be opened.
  Trainer(TrainerSettings settings, Weights start);
  ~Trainer();

  /// Throws core::Error for a sequence that add() would refuse. May be called from any thread.
  void expect_fit(const TrainingSequence& sequence) const;
  /// Adds a sequence, between rounds. Throws as expect_fit() does.
  void add(TrainingSequence sequence);
  std::size_t validation_count() const { return validation_.size(); }

  std::size_t worker_count() const { return workers_.size(); }
  bool in_round() const { return in_round_; }
  /// Chooses the sequence, crop and first frame of every strand. `progress` in [0, 1] sets the learning rate
  /// on its cosine for the whole round. Throws core::Error where there is no sequence to train on.
  void begin_round(double progress);
  /// Counts the strands of this worker whose window is still to be computed before the optimiser's next step.
  std::size_t units_left(std::size_t worker) const;
  /// Computes one of these: the gradient of one strand's window.
  void run_unit(std::size_t worker);
  /// Returns whether every strand's window is computed.
  bool window_done() const;
  /// Takes the optimiser's step; the window must be done. Ends the round after the last window. The caller
  /// sets `seconds` of the report.
  StepReport finish_step();
  /// Gives up the round after a unit has failed. The weights are those of the last step.
  void abandon_round() { in_round_ = false; }

  /// Measures these weights on one validation sequence, on this worker's backend. Between rounds only.
  ValidationErrors validate(std::size_t worker, std::size_t sequence, const Weights& weights,
                            const ValidationVisit& visit);

  /// Writes weights, optimiser, random state and step to one safetensors file. Throws core::Error within a
  /// round and where the file cannot be written.
  void save_checkpoint(const std::filesystem::path& path, const std::string& note) const;
  /// Continues exactly as if the training had not been interrupted, given the same sequences in the same
  /// order. Returns the note. Throws core::Error within a round, and where the checkpoint is unreadable or
  /// belongs to a training with other settings.
  std::string load_checkpoint(const std::filesystem::path& path);

  /// Begins anew from other weights with the same sequences, as a trainer that was made with them would. Ends
  /// a round. Throws core::Error where they do not fit the network.
  void restart(Weights start);

  const Weights& weights() const { return weights_; }
  /// Returns the running mean of the weights of all steps, which is the result of training (B. Polyak, A.
  /// Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992; here with exponential
  /// forgetting).
  const Weights& average() const { return average_; }
  long steps() const { return adam_.steps; }
  /// Says how many workers there are and what they compute with.
  std::string description() const;

 private:
  struct Strand;
  struct Worker;
  void expect_fit(const Weights& weights) const;
  void choose(Strand& strand);
  void share_out();
  void expect_between_rounds(const char* what) const;

  TrainerSettings settings_;
  const NetworkPlan& plan_ = upscaler_plan();
  Weights weights_, average_;
  long weights_version_ = 0;  ///< changes whenever weights_ do
  AdamState adam_;
  core::Random random_;
  std::vector<TrainingSequence> training_, validation_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<Strand>> strands_;  ///< destroyed before the workers, whose memory they use
  bool in_round_ = false;
  int window_ = 0;           ///< index in the round of the window being computed
  double round_cosine_ = 0;  ///< the round's place on the cosine, 1 to 0
};

}  // namespace neural
