#pragma once
// The trainer: truncated back-propagation through the recurrence, on crops of sequences in memory.
//
// Training goes in rounds. At the start of a round each of `batch` lanes picks a sequence, a crop, a turn and
// a first frame; then `windows` steps follow, each over the next `unroll` frames of every lane, the state
// carried from window to window and the gradient cut between them. Between rounds a run is its weights, its
// Adam state and its random state: that is where checkpoints are written.
//
// Gradients of the lanes are summed in the order of the lanes, so that the number of threads changes nothing.
// On a processor a run can thus be repeated to the last bit; a GPU adds within a lane in no fixed order.

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
#include "neural/upscale/frame_step.h"
#include "neural/upscale/plan.h"

namespace neural {

struct TrainerSettings {
  std::uint64_t seed = 1;
  int threads = 2;
  int batch = 8, unroll = 6, windows = 4;
  int crop = 192;  ///< output pixels a side; render crops follow the scale
  AdamSettings adam;
  LossSettings loss;
  double min_rate = 0.02;    ///< of the highest, at the end of the cosine
  double averaging = 0.999;  ///< decay of the mean of the weights, a step; less in the first thousands
  /// Makes a worker's backend, in f32. A GPU is one device: it is for one thread.
  std::function<std::unique_ptr<Backend>()> open = [] { return open_backend("cpu", {.threads = 1}); };
};

/// What one step found.
struct StepReport {
  long step = 0;
  double loss = 0, rate = 0, seconds = 0;
};

struct ValidationReport {
  double psnr_db = 0, tpsnr_db = 0;  ///< display-encoded, over all frames after the first 8 of each sequence
};

class Trainer {
 public:
  Trainer(TrainerSettings settings, Weights start);
  ~Trainer();

  /// Sequences may be added at any time between rounds. Throws core::Error for one that cannot be cropped.
  void add(TrainingSequence sequence);
  std::size_t sequence_count() const { return training_.size(); }
  std::size_t validation_count() const { return validation_.size(); }

  /// One round. `progress` in [0, 1] sets the learning rate on its cosine. Throws core::Error with no data.
  std::vector<StepReport> round(double progress);

  /// Called for frames of validation sequence `sequence` in their order, by several threads at once for
  /// several sequences: what came out, and the truth in `frame`. [height][width][4] linear.
  using Visit = std::function<void(std::size_t sequence, const TrainingFrame& frame, const float* output)>;
  /// Whole frames of the validation sequences by these weights, without the first 8 of each.
  ValidationReport validate(const Weights& weights, const Visit& visit = {});

  /// Weights, optimiser, random state and step in one safetensors file.
  void save_checkpoint(const std::filesystem::path& path, const std::string& note) const;
  /// Goes on exactly as if nothing had happened, given the same sequences in the same order. Returns the
  /// note. Throws where the checkpoint is of a training with other settings.
  std::string load_checkpoint(const std::filesystem::path& path);

  const Weights& weights() const { return weights_; }
  /// The running mean of the weights of all steps: what is worth keeping (B. Polyak, A. Juditsky,
  /// "Acceleration of Stochastic Approximation by Averaging", 1992; here with exponential forgetting).
  const Weights& average() const { return average_; }
  long steps() const { return adam_.steps; }
  /// How many workers, and what they compute with.
  std::string description() const;

 private:
  struct Lane;
  struct Worker;
  void choose(Lane& lane);
  void window_of(Lane& lane, Worker& worker, int window);
  template <typename Body>
  void on_workers(std::size_t count, const Body& body);

  TrainerSettings settings_;
  const NetworkPlan& plan_ = upscaler_plan();
  Weights weights_, average_;
  AdamState adam_;
  core::Random random_;
  std::vector<TrainingSequence> training_, validation_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace neural
