// Capturing and training as a user does them: files on disk, a process that is killed.
#include <fcntl.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "core/file.h"
#include "core/picture/image_io.h"
#include "neural/train/sequence_file.h"
#include "neural/upscale/pixel/color.h"
#include "neural/upscale/plan.h"
#include "tests/support/shell.h"

namespace {
namespace fs = std::filesystem;

/// Sequences of the small scene, captured once.
struct Captured {
  fs::path folder = testing_support::scratch("capture");
  Captured() {
    const shell::Outcome outcome = shell::run(
        "capture courtyard --sequences 2 --size 48 --reference-samples 2 --exr --out " + folder.string());
    EXPECT_EQ(outcome.status, 0) << outcome.error;
    const shell::Outcome held_out = shell::run(
        "capture courtyard --sequences 1 --frames 10 --size 48 --reference-samples 2 --seed 2 --held-out "
        "--out " +
        folder.string());
    EXPECT_EQ(held_out.status, 0) << held_out.error;
  }
};
const fs::path& captured() {
  static const Captured one;
  return one.folder;
}

TEST(Capture, WritesShardsAndTheSameFramesAsExr) {
  const std::vector<neural::TrainingSequence> sequences = neural::read_shard(captured() / "shard_0000.nrs");
  ASSERT_EQ(sequences.size(), 2u);
  ASSERT_EQ(sequences[1].frames.size(), 24u);
  const neural::TrainingFrame& frame = sequences[1].frames[5];
  const fs::path folder = captured() / "sequence_0001";
  const auto half = [](core::f16 h) { return compute::pixel::from_half(h); };
  const core::ExrImage color = core::read_exr(folder / "frame_0005_color.exr"),
                       motion = core::read_exr(folder / "frame_0005_motion.exr"),
                       depth = core::read_exr(folder / "frame_0005_depth.exr"),
                       truth = core::read_exr(folder / "frame_0005_truth.exr");
  ASSERT_EQ(color.width, frame.info.render.width);
  ASSERT_EQ(truth.width, 48);
  for (std::size_t i = 0; i < frame.depth.size(); ++i) {
    ASSERT_EQ(depth.channels.at("Z")[i], frame.depth[i]);
    ASSERT_EQ(motion.channels.at("Y")[i], half(frame.motion[2 * i + 1]));
    ASSERT_EQ(color.channels.at("G")[i], half(frame.color[4 * i + 1]));
  }
  for (std::size_t i = 0; i < frame.truth.size() / 4; ++i)
    ASSERT_EQ(truth.channels.at("B")[i], half(frame.truth[4 * i + 2]));
  std::ifstream numbers(folder / "frame_0005.json");
  const std::string text{std::istreambuf_iterator<char>(numbers), {}};
  EXPECT_NE(text.find("\"jitter\""), std::string::npos);
}

/// The loss of every step in a curve file.
std::map<long, std::string> losses(const fs::path& path) {
  std::ifstream file(path);
  std::map<long, std::string> result;
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line);
    std::string step, seconds, loss;
    std::getline(cells, step, ','), std::getline(cells, seconds, ','), std::getline(cells, loss, ',');
    if (!loss.empty() && loss != "loss") result[std::stol(step)] = loss;
  }
  return result;
}

/// Runs the program with its output in a file, and returns its process.
pid_t start(const std::string& arguments, const fs::path& said) {
  const pid_t child = fork();
  if (child != 0) return child;
  const int file = open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  dup2(file, 1);
  dup2(file, 2);
  execl("/bin/sh", "sh", "-c", (shell::command + arguments).c_str(), static_cast<char*>(nullptr));
  _exit(127);
}

/// Waits for at most a minute.
void wait_until(const std::function<bool()>& condition) {
  for (int wait = 0; wait < 1200 && !condition(); ++wait)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

int end_with(pid_t child, int signal) {
  kill(child, signal);
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

TEST(Capture, StopsAtCtrlCWithWhatItHas) {
  const fs::path out = testing_support::scratch("stopped_capture");
  const pid_t child = start(
      "capture courtyard --sequences 100000 --size 48 --reference-samples 1 --exr --out " + out.string(),
      out / "said.txt");
  wait_until([&] { return fs::exists(out / "sequence_0002"); });
  const int status = end_with(child, SIGINT);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_GE(neural::read_shard(out / "shard_0000.nrs").size(), 3u);
}

/// Trains until the curve has `steps` steps, calls `meanwhile` and sends the signal. Returns the status that
/// waitpid() gives. What the training says is in a file beside `out`.
int train_and_signal(
    const fs::path& out, long steps, const std::string& more, int signal,
    const std::function<void()>& meanwhile = [] {}) {
  // So long a training that the rate, which falls with the time, is the same in all of these runs.
  const pid_t child =
      start("train --from " + captured().string() +
                " --backend cpu --minutes 100000 --checkpoint-minutes 0.01 --batch 2 --crop 48 "
                "--threads 2 --out " +
                out.string() + more,
            fs::path(out).replace_extension(".txt"));
  const fs::path curve = fs::path(out).replace_extension(".csv");
  wait_until([&] { return losses(curve).contains(steps); });
  meanwhile();
  return end_with(child, signal);
}

/// Kills it with no chance to clean up.
void train_and_kill(const fs::path& out, long steps, const std::string& more) {
  ASSERT_TRUE(WIFSIGNALED(train_and_signal(out, steps, more, SIGKILL))) << "the training ended by itself";
}

TEST(Train, KilledAndResumedTheCurveGoesOnAsIfNothingHadHappened) {
  const fs::path whole = captured() / "whole.safetensors", broken = captured() / "broken.safetensors";
  train_and_kill(whole, 24, "");
  train_and_kill(broken, 8, "");
  const std::map<long, std::string> first = losses(fs::path(broken).replace_extension(".csv"));
  train_and_kill(broken, 24, " --resume");
  const std::map<long, std::string> a = losses(fs::path(whole).replace_extension(".csv")),
                                    b = losses(fs::path(broken).replace_extension(".csv"));
  ASSERT_GE(first.size(), 8u);
  for (long step = 1; step <= 24; ++step) {
    ASSERT_TRUE(a.contains(step) && b.contains(step)) << step;
    EXPECT_EQ(a.at(step), b.at(step)) << "step " << step;
  }
}

TEST(Train, StopsAtCtrlCWithEverythingWrittenAndReplacesNothingUntold) {
  const fs::path out = captured() / "stopped.safetensors";
  const std::string again = "train --backend cpu --from " + captured().string() +
                            " --minutes 0.05 --batch 2 --crop 48 --threads 2 --out " + out.string();
  const int status = train_and_signal(out, 4, "", SIGINT, [&] {
    const shell::Outcome other = shell::run(again + " --overwrite");
    EXPECT_EQ(other.status, 1);
    EXPECT_NE(other.error.find("another run is writing '" + out.string() + "'"), std::string::npos)
        << other.error;
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  std::ifstream said(fs::path(out).replace_extension(".txt"));
  const std::string text{std::istreambuf_iterator<char>(said), {}};
  EXPECT_TRUE(text.ends_with("stopped before its time, and everything is written: --resume goes on\n"))
      << text;
  EXPECT_FALSE(fs::exists(fs::path(out).replace_extension(".lock")));

  // The newest step of the curve is in the checkpoint.
  const std::string checkpoint =
      neural::read_safetensors(fs::path(out).replace_extension(".checkpoint")).metadata.at("checkpoint");
  EXPECT_EQ(nlohmann::json::parse(checkpoint)["steps"].get<long>(),
            losses(fs::path(out).replace_extension(".csv")).rbegin()->first);

  const ino_t weights = testing_support::file_number(out);
  const shell::Outcome refused = shell::run(again);
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.error.find("stopped.safetensors' is there already: --resume goes on with it, "
                               "--overwrite replaces it"),
            std::string::npos)
      << refused.error;
  EXPECT_EQ(shell::run(again + " --resume --overwrite").status, 2);
  EXPECT_EQ(testing_support::file_number(out), weights) << "the weights were written again";
}

/// A training ends with a line of what it has reached, and a picture of it.
void expect_comparison(const std::string& said, const fs::path& out) {
  const std::string line = said.substr(said.find_last_of('\n', said.size() - 2) + 1);
  double network = 0, taau = 0, bilinear = 0;
  ASSERT_EQ(
      std::sscanf(line.c_str(), "validation: %lf dB (TAAU %lf, bilinear %lf)", &network, &taau, &bilinear), 3)
      << line;
  EXPECT_GT(network, 15);
  EXPECT_GT(taau, 15);
  EXPECT_GT(bilinear, 15);
  const fs::path picture = fs::path(out).replace_extension(".png");
  EXPECT_TRUE(line.ends_with("; picture: " + picture.string() + "\n")) << line;
  const core::Image image = core::read_png(picture);
  EXPECT_EQ(image.width, 4 * (240 + 4) - 4) << "four pictures of 48 pixels, enlarged five times";
}

/// The weights say how they came about, and so do those that begin at them.
TEST(Train, WritesItsRecordIntoTheWeights) {
  const fs::path first = captured() / "first.safetensors", second = captured() / "second.safetensors";
  const auto train = [&](const fs::path& out, const std::string& more) {
    const shell::Outcome outcome =
        shell::run("train --backend cpu --from " + captured().string() +
                   " --minutes 0.05 --batch 2 --crop 48 --threads 2 --seed 5 --out " + out.string() + more);
    EXPECT_EQ(outcome.status, 0) << outcome.error;
    expect_comparison(outcome.out, out);
    return nlohmann::json::parse(neural::load_weights(out).metadata.at("training"));
  };
  const auto one = train(first, " --rate 1e-3");
  EXPECT_NE(one["command"].get<std::string>().find("neuraster train --backend cpu --from "),
            std::string::npos);
  EXPECT_NE(one["command"].get<std::string>().find("--rate 1e-3"), std::string::npos);
  EXPECT_FALSE(one["program"].get<std::string>().empty());
  EXPECT_EQ(one["seed"], 5);
  EXPECT_EQ(one["sequences"], 2);
  EXPECT_EQ(one["validation_sequences"], 1);
  EXPECT_GE(one["steps"].get<long>(), one["best_step"].get<long>());
  for (const char* figure : {"psnr_db", "tpsnr_db", "ssim", "flip"})
    EXPECT_GT(one["validation"][figure].get<double>(), 0) << figure;
  EXPECT_TRUE(one["before"].empty());

  const auto two = train(second, " --init " + first.string());
  ASSERT_EQ(two["before"].size(), 1u);
  EXPECT_EQ(two["before"][0]["command"], one["command"]);
  EXPECT_NEAR(two["minutes_in_all"].get<double>(),
              one["minutes"].get<double>() + two["minutes"].get<double>(), 1e-9);

  // The best of the curve is what was kept.
  std::ifstream curve(fs::path(second).replace_extension(".csv"));
  double best = 0;
  for (std::string line; std::getline(curve, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    if (cells.size() == 8 && cells[0] != "step")
      best = std::max(best, std::stod(cells[4]) + std::stod(cells[5]));
  }
  EXPECT_NEAR(two["validation"]["psnr_db"].get<double>() + two["validation"]["tpsnr_db"].get<double>(), best,
              2e-4);
}

TEST(Train, ResumesNoTrainingOfOtherSettings) {
  const fs::path out = captured() / "other.safetensors";
  const std::string line = "train --backend cpu --from " + captured().string() +
                           " --minutes 0.05 --crop 48 --threads 2 --out " + out.string() + " --batch ";
  ASSERT_EQ(shell::run(line + "2").status, 0);
  const shell::Outcome outcome = shell::run(line + "3 --resume");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.error.find("was written by a training with batch 2; this one has 3"), std::string::npos)
      << outcome.error;
}

/// Weights that overflow in every frame, as a rate far too high may make them.
TEST(Train, SaysThatItHasDiverged) {
  const fs::path out = captured() / "diverged.safetensors", checkpoint = captured() / "diverged.checkpoint";
  const std::string line = "train --backend cpu --from " + captured().string() +
                           " --crop 48 --batch 1 --threads 1 --out " + out.string();
  ASSERT_EQ(shell::run(line + " --minutes 0.05").status, 0);
  neural::TensorFile state = neural::read_safetensors(checkpoint);
  for (auto& [name, tensor] : state.tensors)
    if (name.ends_with(".weight"))
      for (float& value : tensor.values) value = value < 0 ? -1e37f : 1e37f;
  neural::write_safetensors(checkpoint, state);
  const std::vector<std::byte> weights = core::read_file(out);
  const shell::Outcome outcome = shell::run(line + " --resume --minutes 0.5");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(
      outcome.error.find("the training has diverged: the gradients of the last 20 steps are not finite. '" +
                         out.string() + "' holds the weights of step "),
      std::string::npos)
      << outcome.error;
  EXPECT_EQ(core::read_file(out), weights);
}

TEST(Train, SaysWhyItCannotTrainOnAGpu) {
  const std::string line = "train --backend cuda --from " + captured().string() + " --minutes 0.05 --out " +
                           (captured() / "gpu.safetensors").string();
  const shell::Outcome outcome = shell::run(line);
  if (outcome.status == 0) GTEST_SKIP() << "it can, here";
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.error.find("CUDA cannot be used: ") != std::string::npos ||
              outcome.error.find("backend 'cuda' cannot be opened: ") != std::string::npos ||
              outcome.error.find("cuDNN") != std::string::npos)
      << outcome.error;
  EXPECT_EQ(outcome.error.find('\n'), outcome.error.size() - 1) << outcome.error;
}

}  // namespace
