// A training beside a window: the network begins as noise, learns from what the rasterizer draws, and is
// kept.

#include "app/train/live_training.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "app/train/network_learner.h"
#include "core/error.h"
#include "neural/upscale/plan.h"
#include "tests/support/scratch.h"
#include "tests/support/training.h"

namespace {

using app::LiveTraining;
using Phase = app::TrainingFacts::Phase;
namespace fs = std::filesystem;

bool wait_for(LiveTraining& training, const std::function<bool(const app::TrainingFacts&)>& state,
              double seconds) {
  for (int n = 0; n < 100 * seconds; ++n) {
    training.grant(0.05);
    if (state(training.facts())) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// Its score is the number of its steps, so that a test can say what must happen.
class Counter final : public app::Learner {
 public:
  explicit Counter(bool fails = false) : fails_(fails) { publish(); }
  std::string description() const override { return "a counter"; }
  app::LearnerWork work(double seconds) override {
    if (fails_) throw core::Error("it broke");
    std::this_thread::sleep_for(std::chrono::duration<double>(std::min(seconds, 0.01)));
    resting_ = !resting_;
    if (!resting_) return {};
    ++steps_;
    publish();
    return {{1.0 / steps_}, 10};
  }
  app::Learned learned() const override { return {learned_, nullptr}; }
  bool at_rest() const override { return resting_; }
  app::LearnedScore score() override {
    EXPECT_TRUE(resting_);
    return {static_cast<double>(steps_), 0.25};
  }
  app::Rivals rivals() override { return {{"bilinear", 5}, {"taau", 8}}; }
  std::pair<int, int> examples() const override { return {1, 1}; }
  std::string learn_for(double) override { return {}; }
  void keep(const fs::path& file) override {
    EXPECT_TRUE(resting_);
    if (file.empty()) throw core::Error("no name");
    kept = file;
  }
  void restart(const fs::path& file) override {
    if (!file.empty()) throw core::Error("no such file");
    steps_ = 0;
    publish();
  }
  fs::path kept;

 private:
  void publish() {
    learned_ = std::make_shared<const neural::Weights>(neural::Weights{{static_cast<float>(steps_)}, {}});
  }
  bool fails_, resting_ = true;
  int steps_ = 0;
  std::shared_ptr<const neural::Weights> learned_;
};

TEST(LiveTraining, LearnsOnlyWhatItIsGrantedAndAnswersItsButtons) {
  LiveTraining training(
      [](const auto& told) {
        told("making it");
        return std::make_unique<Counter>();
      },
      app::NetworkLearner::words());
  ASSERT_TRUE(wait_for(
      training, [](const auto& f) { return f.phase == Phase::waiting; }, 10));
  EXPECT_EQ(training.facts().steps, 0);
  const auto first = training.take_learned();
  ASSERT_TRUE(first);
  EXPECT_EQ(first.network->values, std::vector<float>{0});
  EXPECT_FALSE(training.take_learned()) << "the same twice";

  training.begin();
  ASSERT_TRUE(wait_for(
      training, [](const auto& f) { return f.steps >= 20; }, 20));
  ASSERT_TRUE(training.take_learned());
  EXPECT_GT(training.facts().losses.size(), 10u);
  ASSERT_TRUE(wait_for(
      training, [](const auto& f) { return f.passed.has_value(); }, 20));
  EXPECT_GT(*training.facts().passed, 5);
  EXPECT_EQ(training.facts().flip, 0.25);

  // Without a grant it stands still.
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  const long before = training.facts().steps;
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(training.facts().steps, before);

  training.pause();
  training.keep("a file");
  ASSERT_TRUE(wait_for(
      training, [](const auto&) { return true; }, 1));
  std::string message;
  for (int n = 0; n < 200 && message.empty(); ++n) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    message = training.take_message();
  }
  EXPECT_NE(message.find("a file"), std::string::npos) << message;
  training.load("absent");
  for (message.clear(); message.empty();) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    message = training.take_message();
  }
  EXPECT_EQ(message, "no such file");
  EXPECT_GE(training.facts().steps, before) << "a file that cannot be read changes nothing";
  training.forget();
  ASSERT_TRUE(wait_for(
      training, [](const auto& f) { return f.steps == 0; }, 10));
  EXPECT_FALSE(training.facts().passed);
}

TEST(LiveTraining, WhatFailsSaysWhyAndTheWindowGoesOn) {
  LiveTraining never([](const auto&) -> std::unique_ptr<app::Learner> { throw core::Error("no device"); },
                     app::NetworkLearner::words());
  EXPECT_TRUE(wait_for(
      never, [](const auto& f) { return f.phase == Phase::failed; }, 10));
  EXPECT_EQ(never.facts().doing, "no device");
  LiveTraining too_large(
      [](const auto& told) -> std::unique_ptr<app::Learner> {
        told("drawing example 1 of 4");
        throw std::bad_alloc();
      },
      app::NetworkLearner::words());
  EXPECT_TRUE(wait_for(
      too_large, [](const auto& f) { return f.phase == Phase::failed; }, 10));
  EXPECT_EQ(too_large.facts().doing, "there is not enough memory, while drawing example 1 of 4");
  LiveTraining breaks([](const auto&) { return std::make_unique<Counter>(true); },
                      app::NetworkLearner::words());
  breaks.begin();
  EXPECT_TRUE(wait_for(
      breaks, [](const auto& f) { return f.phase == Phase::failed; }, 10));
  EXPECT_EQ(breaks.facts().doing, "it broke");
}

/// Here noise has 25.5 dB, and 45 steps pass bilinear's 28.9. The limit leaves a factor of three for other
/// processors, whose sums differ in their last bits.
TEST(LiveTraining, TheNetworkBeginsAsNoiseLearnsAndIsKept) {
  if (!synthetic::has_cpu()) GTEST_SKIP() << "the CPU backend was not built";
  app::Settings settings;
  settings.run.backend = app::Backend::cpu;
  settings.run.validation = true;
  app::NetworkLearner learner(scene::make_test_scene(), settings);
  const app::Rivals rivals = learner.rivals();
  ASSERT_EQ(rivals.size(), 2u);
  const double bilinear = rivals[0].second, noise = learner.score().psnr_db;
  EXPECT_LT(noise, bilinear - 2) << "it does not begin as noise";
  EXPECT_LT(bilinear, rivals[1].second) << "TAAU is worse than bilinear";
  // That it passes bilinear is WindowLearning's to show.
  constexpr int limit = 40;
  std::size_t steps = 0;
  double now = noise;
  while (steps < limit && now <= noise + 0.5) {
    steps += learner.work(neural::TrainingSession::whole_round).losses.size();
    now = learner.score().psnr_db;
  }
  EXPECT_GT(now, noise + 0.5) << "after " << steps << " steps";

  // What was kept is what a later run loads, with its record.
  const fs::path file = testing_support::scratch() / "kept.safetensors";
  learner.keep(file);
  const neural::Weights kept = neural::load_weights(file);
  EXPECT_EQ(kept.values, learner.learned().network->values);
  EXPECT_TRUE(kept.metadata.contains("training"));
  learner.restart({});
  EXPECT_NEAR(learner.score().psnr_db, noise, 1e-6);
  learner.restart(file);
  EXPECT_EQ(learner.learned().network->values, kept.values);
  EXPECT_THROW(learner.restart("absent.safetensors"), core::Error);
  EXPECT_EQ(learner.learned().network->values, kept.values)
      << "a file that is not there has changed something";
}

}  // namespace
