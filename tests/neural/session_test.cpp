// A training in small steps: however the time is cut, the same numbers; and what other threads see of it.

#include "neural/train/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/error.h"
#include "neural/network/safetensors.h"
#include "tests/support/guarded_backend.h"
#include "tests/support/scratch.h"
#include "tests/support/training.h"

namespace {

using neural::SessionReport;
using neural::TrainerSettings;
using neural::TrainingSession;
using synthetic::add_sequences;
using synthetic::small_settings;
using testing_support::GuardedBackend;

constexpr double whole_round = TrainingSession::whole_round;

/// The CPU backend where it is there. The reference computes everywhere and starts no threads of its own, so
/// that a thread sanitizer sees all of it.
TrainerSettings settings_on(const std::string& backend, int threads) {
  TrainerSettings settings = small_settings();
  settings.threads = threads;
  settings.open = [backend] { return compute::open_backend(backend, {.threads = 1}); };
  return settings;
}
std::string fastest_backend() {
  return synthetic::has_cpu() ? "cpu" : "reference";
}

/// Recorded on AVX-512 with the CPU backend, when memory in motion became longer and the last correction
/// smaller (network_memory, network_residual). The reference and the kernels for AVX2 and
/// SSE4.1 differ from them by 1.2e-5 at most, because sums run in another order and Adam divides by what is
/// small; 1e-4 leaves room for how other processors contract and round.
TEST(Session, TheFirstTenLossesAreTheRecordedOnes) {
  constexpr double recorded[] = {0.00264543857,  0.00163636263, 0.00111608304, 0.000612304612, 0.00120147656,
                                 0.000633804366, 0.00194498221, 0.00116513809, 0.00285663495,  0.00168096670};
  TrainingSession session(settings_on(fastest_backend(), 2), neural::initial_weights(1));
  add_sequences(session);
  const std::vector<double> losses = synthetic::losses(session, 5);
  ASSERT_EQ(losses.size(), std::size(recorded));
  for (std::size_t i = 0; i < losses.size(); ++i)
    EXPECT_NEAR(losses[i], recorded[i], 1e-4 * recorded[i]) << "step " << i + 1;
}

struct Outcome {
  std::vector<double> losses, rates;
  std::vector<float> weights, average;
  int calls = 0, units = 0, most_units = 0;
};

Outcome train(double budget, int threads) {
  TrainingSession session(settings_on(fastest_backend(), threads), neural::initial_weights(1));
  add_sequences(session);
  Outcome outcome;
  for (int round = 0; round < 3;) {
    // What is said within a round must not matter: the rate is the round's.
    const double progress = session.between_rounds() ? 0.2 * round : 0.9;
    const SessionReport report = session.step(budget, progress);
    for (const auto& step : report.steps)
      outcome.losses.push_back(step.loss), outcome.rates.push_back(step.rate);
    outcome.units += report.units;
    outcome.most_units = std::max(outcome.most_units, report.units);
    ++outcome.calls;
    EXPECT_EQ(report.round_ended, session.between_rounds());
    round += report.round_ended;
  }
  outcome.weights = session.weights().values;
  outcome.average = session.weights_snapshot()->values;
  EXPECT_EQ(session.steps(), static_cast<long>(outcome.losses.size()));
  return outcome;
}

TEST(Session, TheBudgetChangesNoBit) {
  const Outcome whole = train(whole_round, 2);
  EXPECT_EQ(whole.calls, 3);
  // Three strands by two windows, and the optimiser's step after each window.
  constexpr int units_of_round = 3 * 2 + 2;
  EXPECT_EQ(whole.units, 3 * units_of_round);
  ASSERT_EQ(whole.losses.size(), 6u);
  const auto expect_same = [&](const Outcome& other) {
    EXPECT_EQ(other.losses, whole.losses);
    EXPECT_EQ(other.rates, whole.rates);
    EXPECT_EQ(other.weights, whole.weights);
    EXPECT_EQ(other.average, whole.average);
    EXPECT_EQ(other.units, whole.units);
  };
  const Outcome single = train(0, 1);
  EXPECT_EQ(single.most_units, 1) << "a budget of nothing is one unit";
  EXPECT_EQ(single.calls, 3 * units_of_round);
  expect_same(single);
  const Outcome pairs = train(0, 2);
  EXPECT_EQ(pairs.most_units, 2) << "one for each worker";
  expect_same(pairs);
  expect_same(train(0.02, 3));
}

/// What the strands carry from window to window never comes to the host: not the state, the output or the
/// error, only the sums of the loss. Parameters and their gradients have ways of their own, which the guard
/// does not count.
TEST(Session, StateStaysInTheBackendsMemory) {
  TrainerSettings settings = settings_on(fastest_backend(), 2);
  const auto open = settings.open;
  std::vector<GuardedBackend*> backends;
  settings.open = [&] {
    auto backend = std::make_unique<GuardedBackend>(open());
    backends.push_back(backend.get());
    return backend;
  };
  TrainingSession session(settings, neural::initial_weights(1));
  add_sequences(session);
  while (!session.step(0, 0).round_ended) {
  }
  synthetic::losses(session, 2);
  ASSERT_EQ(backends.size(), 2u);
  // The loss comes in blocks of 32 pixels, 8 bytes each: a hundredth of one picture that is carried.
  const int units = 3 * settings.batch * settings.windows;
  const auto blocks = static_cast<std::size_t>(settings.crop * settings.crop / neural::loss_block);
  EXPECT_LE(backends[0]->copied_out() + backends[1]->copied_out(),
            static_cast<std::size_t>(units * settings.unroll) * blocks * sizeof(double));
}

TEST(Session, AFailedUnitEndsTheRoundAndKeepsTheWeights) {
  TrainerSettings settings = settings_on(fastest_backend(), 1);
  const auto open = settings.open;
  GuardedBackend* guarded = nullptr;
  settings.open = [&] {
    auto backend = std::make_unique<GuardedBackend>(open());
    guarded = backend.get();
    return backend;
  };
  TrainingSession session(settings, neural::initial_weights(1));
  add_sequences(session);
  while (session.step(0, 0).steps.empty()) {
  }
  session.step(0, 0);
  const std::vector<float> weights = session.weights().values;
  ASSERT_FALSE(session.between_rounds());
  guarded->fail_next_copy();
  EXPECT_THROW(session.step(0, 0), core::Error);
  EXPECT_TRUE(session.between_rounds());
  EXPECT_EQ(session.weights().values, weights);
  EXPECT_EQ(session.step(whole_round, 0).steps.size(), 2u) << "a round from its beginning";
  EXPECT_EQ(session.steps(), 3);
}

TEST(Session, ASequenceAddedWithinARoundWaitsForTheNext) {
  const synthetic::Scene scene;
  const auto first = synthetic::sequence(scene, {40, 32}, {80, 64}, 8),
             second = synthetic::sequence(scene, {48, 32}, {72, 48}, 8);
  const TrainerSettings settings = settings_on(fastest_backend(), 2);
  TrainingSession between(settings, neural::initial_weights(1)), within(settings, neural::initial_weights(1));
  between.add(first);
  within.add(first);
  between.step(whole_round, 0);
  within.step(0, 0);
  within.add(second);
  within.step(whole_round, 0);
  between.add(second);
  EXPECT_EQ(within.sequence_count(), 2u);
  EXPECT_EQ(synthetic::losses(within, 2), synthetic::losses(between, 2));
}

TEST(Session, WithinARoundThereIsNoCheckpointAndNoValidation) {
  const auto file = testing_support::scratch() / "checkpoint.safetensors";
  TrainingSession session(settings_on(fastest_backend(), 1), neural::initial_weights(1));
  add_sequences(session);
  session.save_checkpoint(file, "");
  session.step(0, 0);
  for (const std::string& message :
       {testing_support::message_of([&] { session.save_checkpoint(file, ""); }),
        testing_support::message_of([&] { session.load_checkpoint(file); }),
        testing_support::message_of([&] { session.validate(session.weights()); })})
    EXPECT_NE(message.find("only between rounds"), std::string::npos) << message;
  EXPECT_EQ(session.step(whole_round, 0).steps.size(), 2u) << "the round goes on";
}

/// The form of the checkpoints that earlier versions wrote, put together by hand.
TEST(Session, LoadsTheCheckpointsOfBefore) {
  const auto file = testing_support::scratch() / "checkpoint.safetensors";
  const neural::NetworkPlan& plan = neural::upscaler_plan();
  const std::size_t count = plan.parameter_count();
  neural::TensorFile tensors = neural::to_tensor_file(neural::initial_weights(1), plan);
  tensors.tensors["adam.first"] = {{count}, std::vector<float>(count, 0.001f)};
  tensors.tensors["adam.second"] = {{count}, std::vector<float>(count, 0.002f)};
  tensors.tensors["average"] = {{count}, std::vector<float>(count, 0.5f)};
  const std::string metadata =
      R"({"steps":10,"gradient_length":"0x1.c2ce02e1d6d18p-9","random":"11343426241713686502",)"
      R"("settings":{"seed":1,"batch":3,"unroll":3,"windows":2,"crop":48,"rate":0.002},"note":"old"})";
  tensors.metadata["checkpoint"] = metadata;
  neural::write_safetensors(file, tensors);
  TrainingSession session(settings_on(fastest_backend(), 1), neural::initial_weights(99));
  EXPECT_EQ(session.load_checkpoint(file), "old");
  EXPECT_EQ(session.steps(), 10);
  EXPECT_EQ(session.weights().values, neural::initial_weights(1).values);
  EXPECT_EQ(session.weights_snapshot()->values, std::vector<float>(count, 0.5f));

  // Written again, it is the same.
  session.save_checkpoint(file, "old");
  const neural::TensorFile again = neural::read_safetensors(file);
  EXPECT_EQ(nlohmann::json::parse(again.metadata.at("checkpoint")), nlohmann::json::parse(metadata));
  ASSERT_EQ(again.tensors.size(), tensors.tensors.size());
  for (const auto& [name, tensor] : tensors.tensors)
    EXPECT_EQ(again.tensors.at(name).values, tensor.values) << name;
}

/// One thread trains in small steps; another adds a sequence and takes snapshots, each of which must be the
/// average after one whole step, and none older than the one before.
TEST(Session, SnapshotsWhileAnotherThreadTrains) {
  constexpr int rounds = 2;
  TrainerSettings settings = settings_on("reference", 2);
  settings.crop = 24;
  std::vector<std::shared_ptr<const neural::Weights>> averages;
  {
    TrainingSession session(settings, neural::initial_weights(1));
    add_sequences(session);
    averages.push_back(session.weights_snapshot());
    for (int round = 0; round < rounds;) {
      const SessionReport report = session.step(0, 0);
      if (!report.steps.empty()) averages.push_back(session.weights_snapshot());
      round += report.round_ended;
    }
  }
  ASSERT_EQ(averages.size(), 5u);

  TrainingSession session(settings, neural::initial_weights(1));
  add_sequences(session);
  std::atomic<bool> done{false};
  std::jthread training([&] {
    for (int round = 0; round < rounds;) round += session.step(0, 0).round_ended;
    done = true;
  });
  std::vector<std::shared_ptr<const neural::Weights>> seen;
  session.add(synthetic::sequence({}, {40, 32}, {80, 64}, 10, true));
  bool last = false;
  while (!last) {
    last = done;
    const auto snapshot = session.weights_snapshot();
    EXPECT_LE(session.steps(), 4);
    if (seen.empty() || seen.back() != snapshot) seen.push_back(snapshot);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  EXPECT_EQ(session.validation_count(), 2u);
  std::size_t step = 0;
  for (const auto& snapshot : seen) {
    while (step < averages.size() && averages[step]->values != snapshot->values) ++step;
    ASSERT_LT(step, averages.size()) << "not the average of any step, or one older than the snapshot before";
  }
  EXPECT_EQ(step, 4u) << "the last one is the newest";
  EXPECT_GT(seen.size(), 2u);
}

}  // namespace
