#pragma once
// A training beside the window: a learner on a thread of its own, in slices that the window grants it with
// each frame, and what can be said about it. Call everything from the window's thread.

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/train/learner.h"
#include "core/energy.h"

namespace app {

/// What the panel shows of a training.
struct TrainingFacts {
  enum class Phase { preparing, waiting, learning, failed };
  Phase phase = Phase::preparing;
  std::string doing;  ///< what is being prepared, what computes, or why it has failed
  long steps = 0;
  int examples = 0, most_examples = 0;
  double steps_a_second = 0, samples_a_second = 0;  ///< of the last seconds in which it learned
  double step_ms = 0;                               ///< of training time
  double seconds = 0;                               ///< of training time so far
  std::vector<float> losses;                        ///< smoothed, at equal distances of steps
  Rivals rivals;
  LearnerWords words;
  std::optional<double> psnr_db;  ///< of what was learned, on the same view
  std::optional<double> flip;     ///< of the same, where it is measured
  std::size_t bytes = 0;          ///< of memory that learning takes; 0: unknown
  std::optional<double>
      watts;  ///< of the processor in the last seconds, all programs; where the system tells
  std::vector<float> psnr_curve;  ///< one for each score
  std::optional<long> passed;     ///< the first scored step from which on it beats the first rival
};

class LiveTraining {
 public:
  /// Makes the learner, on the training thread. It is given a function to call with what it does, which
  /// throws where the training is to end.
  using Make = std::function<std::unique_ptr<Learner>(const std::function<void(const std::string&)>& told)>;

  LiveTraining(Make make, LearnerWords words);
  /// Waits for the piece of work in hand.
  ~LiveTraining();
  LiveTraining(const LiveTraining&) = delete;
  LiveTraining& operator=(const LiveTraining&) = delete;

  void begin();
  void pause();
  bool begun() const;
  /// After the round in hand: writes what was learned, goes on from a file, or begins with noise again.
  void keep(std::filesystem::path file);
  void load(std::filesystem::path file);
  void forget();

  /// A frame was drawn: so many seconds may be trained until the next. What is not used is not saved up.
  void grant(double seconds);
  TrainingFacts facts() const;
  /// What was kept, loaded or forgotten since the last call, or why not; else empty.
  std::string take_message();
  /// What was learned, once for each new one; else nothing.
  Learned take_learned();

 private:
  struct Wish {
    enum class Kind { keep, load, forget } kind;
    std::filesystem::path file;
  };
  void run();
  void learn(Learner& learner);
  void slice(Learner& learner, double seconds);
  void look(Learner& learner);
  void fulfil(Learner& learner, const Wish& wish);
  void count(const LearnerWork& work, double seconds);

  Make make_;
  mutable std::mutex mutex_;  ///< protects the members below
  std::condition_variable changed_;
  bool ends_ = false, begun_ = false;
  double granted_ = 0;
  std::vector<Wish> wishes_;
  TrainingFacts facts_;
  std::string message_;
  Learned learned_, taken_;

  // The training thread's alone.
  core::EnergyMeter energy_;
  double second_joules_ = 0;  ///< when the second began
  double smooth_loss_ = 0, second_steps_ = 0, second_samples_ = 0, second_work_ = 0;
  long stride_ = 1, scored_at_ = -1;
  std::chrono::steady_clock::time_point second_began_, scored_when_;
  std::jthread thread_;  ///< the last member: it uses all others
};

}  // namespace app
