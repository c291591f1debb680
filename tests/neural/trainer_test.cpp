// The trainer: loss and its gradient, turning, learning, the same numbers again, and resuming.

#include "neural/train/session.h"

#include <gtest/gtest.h>

#include <numeric>

#include "compute/reference/reference.h"
#include "core/error.h"
#include "core/file.h"
#include "neural/train/pixel/loss_rows.h"
#include "neural/train/sequence_file.h"
#include "neural/train/window_loss.h"
#include "neural/upscale/upscaler.h"
#include "tests/support/guarded_backend.h"
#include "tests/support/scratch.h"
#include "tests/support/training.h"

namespace {

using core::Size;
using neural::TrainerSettings;
using neural::TrainingFrame;
using neural::TrainingSequence;
using neural::TrainingSession;
using synthetic::add_sequences;
using synthetic::has_cpu;
using synthetic::losses;
using synthetic::sequence;
using synthetic::small_settings;

TEST(Loss, GradientOfTheDisplayEncoding) {
  for (const auto& rgb : std::vector<std::vector<double>>{
           {0.2, 0.5, 0.1}, {3, 1, 0.3}, {0.01, 0.02, 0.5}, {0.001, 0.002, 0.0015}}) {
    const double g[3] = {0.3, -0.7, 0.5};
    double analytic[3];
    neural::display_encode_backward(rgb.data(), g, analytic);
    for (std::size_t c = 0; c < 3; ++c) {
      double up[3], down[3], e_up[3], e_down[3];
      std::copy_n(rgb.begin(), 3, up);
      std::copy_n(rgb.begin(), 3, down);
      const double h = 1e-6 * rgb[c];
      up[c] += h, down[c] -= h;
      neural::display_encode(up, e_up);
      neural::display_encode(down, e_down);
      double measured = 0;
      for (int k = 0; k < 3; ++k) measured += g[k] * (e_up[k] - e_down[k]) / (2 * h);
      EXPECT_NEAR(analytic[c], measured, 1e-5 * std::abs(measured) + 1e-7);
    }
  }
}

TEST(Loss, ADecibelCountsAsMuchOnEasyCropsAsOnHardOnes) {
  const neural::LossSettings settings{.usual = 0.01, .most_weight = 4};
  EXPECT_DOUBLE_EQ(neural::weight_of(settings, 0.01), 1);
  EXPECT_DOUBLE_EQ(neural::weight_of(settings, 0.005), 2);
  EXPECT_DOUBLE_EQ(neural::weight_of(settings, 0.02), 0.5);
  EXPECT_DOUBLE_EQ(neural::weight_of(settings, 0), 4);  // a crop of nothing but sky
  EXPECT_DOUBLE_EQ(neural::weight_of(settings, 1), 0.25);
  EXPECT_DOUBLE_EQ(neural::weight_of({.usual = 0}, 0.005), 1);
}

TEST(Loss, GradientOverAWindow) {
  constexpr std::size_t pixels = 5, frames = 3;
  core::Random random(3);
  std::vector<std::vector<double>> outputs(frames, std::vector<double>(pixels * 4)), gradients = outputs;
  std::vector<std::vector<core::f16>> truth(frames, std::vector<core::f16>(pixels * 4));
  for (auto& picture : outputs)
    for (double& x : picture) x = random.uniform(0.05, 1.5);
  for (auto& picture : truth)
    for (auto& x : picture) x = compute::pixel::to_half(static_cast<float>(random.uniform(0.05, 1.5)));
  const std::vector<double> before(pixels * 3, 0.02);
  std::vector<std::vector<double>> errors(frames, std::vector<double>(pixels * 3));
  const auto view = [&](std::vector<std::vector<double>>& g) {
    neural::LossView<double> v{.frames = static_cast<int>(frames),
                               .pixels = pixels,
                               .temporal = 0.25,
                               .softness = 0.1,
                               .previous_error = before.data()};
    for (std::size_t n = 0; n < frames; ++n) {
      v.outputs[n] = outputs[n].data();
      v.truths[n] = truth[n].data();
      v.errors[n] = errors[n].data();
      v.gradients[n] = g[n].data();
    }
    return v;
  };
  // A GPU's pixels, and a processor's rows.
  const auto pixels_backend = compute::make_reference<double>();
  neural::WindowLoss<double> by_pixels(*pixels_backend, pixels);
  const auto evaluate = [&](std::vector<std::vector<double>>& g) { return by_pixels(view(g)); };
  // One loss, one gradient.
  const double loss = evaluate(gradients);
  std::vector<std::vector<double>> by_rows = gradients;
  neural::LossView<double> rows = view(by_rows);
  std::vector<double> shares(frames * static_cast<std::size_t>(rows.blocks()));
  rows.shares = shares.data();
  for (const auto& pass : neural::pixel::loss_by_rows<double>)
    for (int n = 0; n < pass.rows(&rows); ++n) pass.run_row(&rows, n);
  EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0) / static_cast<double>(rows.values()), loss,
              1e-12);
  for (std::size_t n = 0; n < frames; ++n)
    for (std::size_t i = 0; i < by_rows[n].size(); ++i) EXPECT_NEAR(by_rows[n][i], gradients[n][i], 1e-12);
  std::vector<std::vector<double>> unused = gradients;
  for (std::size_t n = 0; n < frames; ++n)
    for (const std::size_t i : {0u, 5u, 10u}) {
      const double h = 1e-6, kept = outputs[n][i];
      outputs[n][i] = kept + h;
      const double up = evaluate(unused);
      outputs[n][i] = kept - h;
      const double down = evaluate(unused);
      outputs[n][i] = kept;
      EXPECT_NEAR(gradients[n][i], (up - down) / (2 * h), 1e-6 * std::abs(gradients[n][i]) + 1e-9);
    }
}

/// A turned sequence, upscaled, is the upscaled sequence turned: motion, jitter and matrix turned with it. A
/// kernel of zero controls treats both axes alike, so the untrained network shows any sign that is wrong.
TEST(Augmentation, TurnsEverythingAlike) {
  const auto plain = sequence({}, {24, 16}, {43, 29}, 5);
  const auto backend = compute::make_reference<float>();
  const auto upscale = [&](const std::vector<TrainingFrame>& frames) {
    neural::Upscaler upscaler(*backend, neural::initial_weights(1), {48, 48});
    std::vector<core::f16> history(43 * 29 * 4), picture = history;
    for (const TrainingFrame& frame : frames) {
      core::FrameIo io = frame.io();
      io.history = history.data();
      io.history_size = frame.info.output;
      io.output = picture.data();
      upscaler.process(io);
      std::swap(history, picture);
    }
    return history;
  };
  for (int turn = 0; turn < 8; ++turn) {
    neural::Augmentation how{0, 0, 24, 16, (turn & 1) != 0, (turn & 2) != 0, (turn & 4) != 0, 1, {0, 1, 2}};
    std::vector<TrainingFrame> turned;
    int window[4];
    for (const TrainingFrame& frame : plain.frames) turned.push_back(neural::augment(frame, how, window));
    TrainingFrame result = plain.frames.back();
    result.truth = upscale(plain.frames);
    const auto expected = neural::augment(result, how, window).truth, got = upscale(turned);
    double worst = 0;
    for (std::size_t i = 0; i < got.size(); ++i)
      worst = std::max(worst, std::abs(static_cast<double>(compute::pixel::from_half(got[i])) -
                                       static_cast<double>(compute::pixel::from_half(expected[i]))));
    EXPECT_LT(worst, 4e-3) << "turn " << turn;
  }
}

TEST(SequenceFile, RoundTripAndDamage) {
  const auto folder = testing_support::scratch();
  const TrainingSequence original = sequence({}, {24, 16}, {48, 32}, 5, true);
  neural::ShardWriter writer(folder);
  writer.add(original);
  writer.add(original);
  writer.finish();
  const auto shards = neural::list_shards(folder);
  ASSERT_EQ(shards.size(), 1u);
  const auto read = neural::read_shard(shards[0]);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_TRUE(read[1].validation);
  EXPECT_EQ(read[1].scene, original.scene);
  for (std::size_t n = 0; n < 5; ++n) {
    EXPECT_EQ(read[1].frames[n].truth, original.frames[n].truth);
    EXPECT_EQ(read[1].frames[n].motion, original.frames[n].motion);
    EXPECT_EQ(read[1].frames[n].depth, original.frames[n].depth);
    EXPECT_EQ(read[1].frames[n].info.jitter[1], original.frames[n].info.jitter[1]);
    EXPECT_EQ(read[1].frames[n].info.reset, original.frames[n].info.reset);
  }
  const auto bytes = core::read_file(shards[0]);
  const auto broken = folder / "broken.nrs";
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, std::size_t{20}, bytes.size() / 2, bytes.size() - 1}) {
    core::write_file(broken, std::span(bytes).first(size));
    EXPECT_THROW(neural::read_shard(broken), core::Error) << size;
  }
  for (std::size_t i = 0; i < bytes.size(); i += 97) {
    auto flipped = bytes;
    flipped[i] ^= std::byte{0x5a};
    core::write_file(broken, flipped);
    try {
      neural::read_shard(broken);  // some bytes do not matter; none may crash
    } catch (const core::Error&) {
    }
  }
}

TEST(Trainer, TheSameSeedGivesTheSameLosses) {
  if (!has_cpu()) GTEST_SKIP() << "no CPU backend";
  TrainerSettings one = small_settings(), two = small_settings();
  one.threads = 1;
  TrainingSession a(one, neural::initial_weights(1)), b(two, neural::initial_weights(1));
  add_sequences(a);
  add_sequences(b);
  EXPECT_EQ(losses(a, 10), losses(b, 10)) << "the number of threads must not matter either";
}

TEST(Trainer, ResumingGoesOnAsIfNothingHadHappened) {
  if (!has_cpu()) GTEST_SKIP() << "no CPU backend";
  const auto file = testing_support::scratch() / "checkpoint.safetensors";
  TrainingSession whole(small_settings(), neural::initial_weights(1));
  add_sequences(whole);
  losses(whole, 3);
  whole.save_checkpoint(file, "a note");
  const auto expected = losses(whole, 3);
  TrainingSession resumed(small_settings(), neural::initial_weights(99));
  add_sequences(resumed);
  EXPECT_EQ(resumed.load_checkpoint(file), "a note");
  EXPECT_EQ(losses(resumed, 3), expected);
  EXPECT_EQ(resumed.weights().values, whole.weights().values);
  EXPECT_EQ(resumed.weights_snapshot()->values, whole.weights_snapshot()->values);
  EXPECT_NE(whole.weights_snapshot()->values, whole.weights().values);
}

TEST(Trainer, GoesOnWithNoCheckpointOfAnotherTraining) {
  if (!has_cpu()) GTEST_SKIP() << "no CPU backend";
  const auto file = testing_support::scratch() / "checkpoint.safetensors";
  const TrainerSettings same = small_settings();
  TrainingSession(same, neural::initial_weights(1)).save_checkpoint(file, "");
  const auto message = [&](const auto& change) {
    TrainerSettings other = same;
    change(other);
    TrainingSession session(other, neural::initial_weights(1));
    return testing_support::message_of([&] { session.load_checkpoint(file); });
  };
  EXPECT_EQ(message([](TrainerSettings&) {}), "");
  EXPECT_EQ(
      message([](TrainerSettings& s) { s.batch = 7; }),
      fmt::format("{}: was written by a training with batch {}; this one has 7", file.string(), same.batch));
  EXPECT_NE(message([](TrainerSettings& s) { s.crop += 8; }).find(" crop "), std::string::npos);
  EXPECT_NE(message([](TrainerSettings& s) { s.seed = 99; }).find(" seed "), std::string::npos);
  EXPECT_NE(message([](TrainerSettings& s) { s.adam.rate /= 3; }).find(" rate "), std::string::npos);
}

/// The mean follows the weights from the first step on, and forgets the older ones.
TEST(Trainer, AveragesItsWeights) {
  if (!has_cpu()) GTEST_SKIP() << "no CPU backend";
  TrainerSettings settings = small_settings();
  settings.windows = 1;  // a round is a step
  settings.averaging = 0.2;
  TrainingSession session(settings, neural::initial_weights(1));
  add_sequences(session);
  std::vector<double> mean(session.weights().values.begin(), session.weights().values.end());
  for (int step = 1; step <= 5; ++step) {
    session.step(session.whole_round, 0);
    const double kept = std::min(0.2, step / (10.0 + step));
    for (std::size_t i = 0; i < mean.size(); ++i) {
      mean[i] = kept * mean[i] + (1 - kept) * static_cast<double>(session.weights().values[i]);
      ASSERT_NEAR(session.weights_snapshot()->values[i], mean[i], 1e-6) << step << " " << i;
    }
  }
}

/// Loss on what it sees falls; the moving pattern's edges are learned within seconds.
TEST(Trainer, LearnsAMovingPattern) {
  if (!has_cpu()) GTEST_SKIP() << "no CPU backend";
  TrainerSettings settings = small_settings();
  settings.adam.rate = 1e-3;
  TrainingSession session(settings, neural::initial_weights(1));
  add_sequences(session);
  const int rounds = 60;
  double first = 0, last = 0;
  for (int r = 0; r < rounds; ++r)
    for (const auto& report : session.step(session.whole_round, static_cast<double>(r) / rounds).steps) {
      if (r < 10) first += report.loss;
      if (r >= rounds - 10) last += report.loss;
    }
  EXPECT_LT(last, 0.9 * first);
}

TEST(Trainer, SaysWhatDoesNotFit) {
  if (!has_cpu()) GTEST_SKIP() << "no CPU backend";
  TrainingSession session(small_settings(), neural::initial_weights(1));
  EXPECT_THROW(session.step(session.whole_round, 0), core::Error);
  EXPECT_NE(testing_support::message_of([&] {
              session.add(sequence({}, {20, 16}, {40, 32}, 2));
            }).find("has 2 frames where training needs 6 (capture --frames 6)"),
            std::string::npos);
  // 33 of 50 pixels: only the whole picture is a crop of whole pixels.
  EXPECT_NE(testing_support::message_of([&] {
              session.add(sequence({}, {33, 32}, {50, 48}, 8));
            }).find("has no crop of 48 output pixels: those of 50 and more fit it (--crop 50"),
            std::string::npos);
  auto broken = sequence({}, {20, 16}, {40, 32}, 8);
  broken.frames[3].depth.pop_back();
  EXPECT_THROW(session.add(broken), core::Error);
}

/// On memory that the host cannot touch, as a GPU's, the same numbers to the last bit.
TEST(Trainer, FollowsNoPointerOfItsBackend) {
  const std::string name = has_cpu() ? "cpu" : "reference";
  TrainerSettings plain = small_settings(), guarded = plain;
  plain.open = [&] { return compute::open_backend(name, {.threads = 1}); };
  guarded.open = [&] { return std::make_unique<testing_support::GuardedBackend>(plain.open()); };
  TrainingSession a(plain, neural::initial_weights(1)), b(guarded, neural::initial_weights(1));
  add_sequences(a);
  add_sequences(b);
  EXPECT_EQ(losses(b, 3), losses(a, 3));
  EXPECT_EQ(b.weights().values, a.weights().values);
  EXPECT_EQ(b.validate(*b.weights_snapshot()).psnr_db, a.validate(*a.weights_snapshot()).psnr_db);
}

/// The loss as a GPU computes it, pixel by pixel, and as a processor does, in rows: sums run in another
/// order.
TEST(Trainer, TheLossOfPixelsIsThatOfRows) {
  const std::string name = has_cpu() ? "cpu" : "reference";
  TrainerSettings plain = small_settings(), guarded = plain;
  plain.open = [&] { return compute::open_backend(name, {.threads = 1}); };
  guarded.open = [&] { return std::make_unique<testing_support::GuardedBackend>(plain.open(), true); };
  TrainingSession a(plain, neural::initial_weights(1)), b(guarded, neural::initial_weights(1));
  add_sequences(a);
  add_sequences(b);
  const auto expected = losses(a, 5), got = losses(b, 5);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-5 * expected[i]) << i;
}

TEST(Trainer, TheGuardBites) {
  testing_support::GuardedBackend backend(compute::make_reference<float>());
  const auto memory = backend.allocate(64);
  const int in = 5;
  backend.copy_in(memory->data(), &in, sizeof in);
  int out = 0;
  backend.copy_out(&out, memory->data(), sizeof out);
  EXPECT_EQ(out, in);
  EXPECT_DEATH(static_cast<volatile int*>(memory->data())[0] = 1, "");
}

}  // namespace
