#pragma once
// The upscaler's network as a learner: it begins as noise, and learns from crops that the rasterizer draws of
// one scene on a device of its own.

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "app/train/learner.h"
#include "app/train/sequence_maker.h"
#include "core/random.h"
#include "neural/train/session.h"

namespace app {

/// How large a step is, and how many examples there are.
struct NetworkLearnerOptions {
  int examples = 4, most_examples = 24;  ///< sequences before the first step, and in the end
  int size = 120;                        ///< output pixels a side of an example
  int held_out_size = 160;               ///< and of the view that is never learned from
  int samples = 16;                      ///< of their truth, a pixel
  double scale = 2;
  neural::TrainerSettings trainer = default_trainer();
  static neural::TrainerSettings default_trainer();
};

class NetworkLearner : public Learner {
 public:
  /// Opens a device and draws the first examples, which takes seconds. `told` is called with what is being
  /// done, and may throw to end it. Throws core::Error.
  NetworkLearner(scene::Scene scene, const Settings& settings, const NetworkLearnerOptions& options = {},
                 const std::function<void(const std::string&)>& told = {});
  ~NetworkLearner() override;

  /// What the panel says about it.
  static LearnerWords words();
  std::string description() const override { return session_.description(); }
  LearnerWork work(double seconds) override;
  Learned learned() const override { return {session_.weights_snapshot(), nullptr}; }
  bool at_rest() const override { return session_.between_rounds(); }
  LearnedScore score() override;
  Rivals rivals() override;
  std::pair<int, int> examples() const override;
  std::string learn_for(double seconds) override;
  void keep(const std::filesystem::path& file) override;
  void restart(const std::filesystem::path& file) override;

  /// What the network is before it has learned anything.
  static neural::Weights noise(std::uint64_t seed);

 private:
  void add_example(bool held_out);
  void look_at_more();

  NetworkLearnerOptions options_;
  neural::TrainerSettings trainer_;
  neural::TrainingSession session_;
  neural::Weights start_;
  std::string from_ = "noise";
  double seconds_ = 0;  ///< of learning so far
  core::Random random_;
  Settings settings_;
  std::unique_ptr<gpu::Device> device_;  ///< gone when all examples are drawn
  scene::Scene scene_;
  std::unique_ptr<SequenceMaker> maker_;
};

}  // namespace app
