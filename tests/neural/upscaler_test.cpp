// The upscaler from outside: what the contract promises.

#include "neural/upscale/upscaler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "neural/upscale/pixel/upscale.h"
#include "tests/support/device_frame.h"
#include "tests/support/guarded_backend.h"
#include "tests/support/synthetic_scene.h"

namespace {

using core::f16;
using core::Size;

/// Each test runs on every backend this machine has.
class UpscalerTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    try {
      backend_ = compute::open_backend(GetParam(), {2, compute::Precision::f32});
    } catch (const std::exception& error) {
      GTEST_SKIP() << error.what();
    }
  }
  std::unique_ptr<compute::Backend> backend_;
};

INSTANTIATE_TEST_SUITE_P(Backends, UpscalerTest, testing::Values("reference", "cpu"),
                         [](const auto& test) { return std::string(test.param); });

std::vector<f16> blank(Size size) {
  return std::vector<f16>(4 * area(size));
}

bool all_finite(const std::vector<f16>& picture) {
  for (const f16 h : picture)
    if (const float x = compute::pixel::from_half(h); !(x >= 0 && x <= 60000)) return false;
  return true;
}

TEST_P(UpscalerTest, GainsOverTimeOnAMovingPicture) {
  const Size render{80, 56}, output{160, 112};
  neural::Upscaler upscaler(*backend_, neural::initial_weights(1), output);
  std::vector<f16> history = blank(output), picture = blank(output);
  double first = 0, last = 0;
  const synthetic::Scene scene;
  for (int n = 0; n < 12; ++n) {
    const synthetic::Frame frame = synthetic::make_frame(scene, render, output, n);
    upscaler.process(frame.io(history.data(), picture.data()));
    (n == 0 ? first : last) = synthetic::psnr(picture, frame.truth);
    std::swap(history, picture);
  }
  EXPECT_GT(last, first + 1.5) << "history does not help";
  EXPECT_EQ(upscaler.bad_values(), 0u);
}

/// On memory that the host cannot touch, as a GPU's, the same pictures.
TEST_P(UpscalerTest, FollowsNoPointerOfItsBackend) {
  const Size render{45, 31}, output{97, 61};
  testing_support::GuardedBackend guarded(compute::open_backend(GetParam(), {.threads = 2}));
  neural::Upscaler plain(*backend_, synthetic::noisy_weights(), output),
      upscaler(guarded, synthetic::noisy_weights(), output);
  synthetic::DeviceFrames frames(guarded, output);
  std::vector<f16> history = blank(output), picture = blank(output);
  for (int n = 0; n < 4; ++n) {
    const synthetic::Frame frame = synthetic::make_frame({}, render, output, n, false);
    plain.process(frame.io(history.data(), picture.data()));
    upscaler.process(frames.io(frame));
    EXPECT_EQ(frames.output(frame.info), picture) << n;
    std::swap(history, picture);
  }
  const auto its_view = guarded.allocate(picture.size() * sizeof(f16));
  std::vector<f16> copied = picture;
  for (const neural::DebugView which : synthetic::all_views) {
    plain.draw(which, picture.data());
    upscaler.draw(which, static_cast<f16*>(its_view->data()));
    guarded.copy_out(copied.data(), its_view->data(), picture.size() * sizeof(f16));
    EXPECT_EQ(copied, picture) << static_cast<int>(which);
  }
  EXPECT_EQ(upscaler.bad_values(), plain.bad_values());
}

/// Of two pictures after compression, where half precision has its steps of 0.0005.
struct Difference {
  double largest = 0, mean = 0;
};
Difference difference(const std::vector<f16>& a, const std::vector<f16>& b) {
  Difference result;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = compute::pixel::from_half(a[i]), y = compute::pixel::from_half(b[i]);
    const double d = std::abs(x / (1 + x) - y / (1 + y));
    result.largest = std::max(result.largest, d);
    result.mean += d / static_cast<double>(a.size());
  }
  return result;
}

void expect_the_references_picture(compute::Precision precision, const neural::Weights& weights,
                                   double largest, double mean) {
  std::unique_ptr<compute::Backend> cpu;
  try {
    cpu = compute::open_backend("cpu", {2, precision});
  } catch (const std::exception& error) {
    GTEST_SKIP() << error.what();
  }
  const auto reference = compute::open_backend("reference", {1, compute::Precision::f32});
  const Size output{97, 61};
  for (const double scale : {1.0, 1.37, 2.0, 3.0}) {
    neural::Upscaler upscaler(*cpu, weights, output), plain(*reference, weights, output);
    std::vector<f16> history = blank(output), expected = blank(output), picture = blank(output);
    const Size render{static_cast<int>(std::lround(output.width / scale)),
                      static_cast<int>(std::lround(output.height / scale))};
    for (int n = 0; n < 6; ++n) {
      const synthetic::Frame frame = synthetic::make_frame({}, render, output, n, n == 4);
      plain.process(frame.io(history.data(), expected.data()));
      upscaler.process(frame.io(history.data(), picture.data()));
      const Difference found = difference(expected, picture);
      EXPECT_LE(found.largest, largest) << scale << ", frame " << n;
      EXPECT_LE(found.mean, mean) << scale << ", frame " << n;
      std::swap(history, expected);
    }
  }
}

/// The reference works pixel by pixel, the processor's backend in rows, with another order of sums. What
/// differs is rounding: of an alpha that were wrong by a tenth, the difference would be some hundredths.
TEST(CpuUpscaler, EveryPixelIsTheReferences) {
  expect_the_references_picture(compute::Precision::f32, synthetic::noisy_weights(), 1e-3, 5e-6);
}

/// Of a network in bf16 the controls are right to 8 bits; the pixel's own arithmetic stays f32.
TEST(CpuUpscaler, Bf16IsCloseToTheReference) {
  const auto shipped = neural::load_weights("assets/weights/neuraster.safetensors");
  expect_the_references_picture(compute::Precision::bf16, shipped, 8e-3, 3e-4);
}

/// What a slider of the scale costs: its first frame at a new size makes a network of that size, no frame
/// after it makes anything, and no size makes the frame's own buffers again.
TEST_P(UpscalerTest, ANewScaleMakesOneNetworkAndAKnownOneNothing) {
  constexpr Size output{48, 32};
  testing_support::GuardedBackend counted(compute::open_backend(GetParam(), {.threads = 2}));
  neural::Upscaler upscaler(counted, neural::initial_weights(1), output);
  synthetic::DeviceFrames frames(counted, output);
  int n = 0;
  const auto made_by = [&](Size render) {
    const core::FrameIo io = frames.io(synthetic::make_frame({}, render, output, n++, false));
    const int before = counted.made();
    upscaler.process(io);
    return counted.made() - before;
  };
  EXPECT_GT(made_by({32, 24}), 0) << "the first one also makes what all networks share";
  const int network = made_by({24, 16});
  EXPECT_GT(network, 0);
  EXPECT_EQ(made_by({24, 16}), 0);
  EXPECT_EQ(made_by({48, 32}), network) << "scale 1 has room in what was made";
  EXPECT_EQ(made_by({48, 32}), 0);
  EXPECT_EQ(made_by({24, 16}), 0) << "a size of before";
  EXPECT_EQ(made_by({23, 15}), 0) << "a size that is padded to the same";
}

/// Room is made and given back between frames; the pictures are the same as with all of it from the start.
TEST_P(UpscalerTest, MakesRoomWithoutLosingItsState) {
  const Size output{96, 64}, renders[] = {{48, 32}, {64, 40}, {96, 64}, {32, 24}, {32, 24}, {90, 60}};
  neural::Upscaler roomy(*backend_, synthetic::noisy_weights(), output);
  neural::Upscaler upscaler(*backend_, synthetic::noisy_weights(), output, renders[0]);
  EXPECT_EQ(upscaler.room(), renders[0]);
  std::vector<f16> pictures[2][2] = {{blank(output), blank(output)}, {blank(output), blank(output)}};
  const bool changes[] = {false, true, true,
                          false, true, true};  // given back when no state needs it any more
  for (int n = 0; n < 6; ++n) {
    synthetic::Frame frame = synthetic::make_frame({}, renders[n], output, n, false);
    frame.color[4 * 7] = 0x7e00;  // a value that is counted
    EXPECT_EQ(upscaler.make_room(renders[n]), changes[n]) << n;
    const int now = n % 2;
    roomy.process(frame.io(pictures[0][1 - now].data(), pictures[0][now].data()));
    upscaler.process(frame.io(pictures[1][1 - now].data(), pictures[1][now].data()));
    EXPECT_EQ(pictures[0][now], pictures[1][now]) << n;
  }
  EXPECT_EQ(upscaler.bad_values(), roomy.bad_values());
  EXPECT_EQ(upscaler.bad_values(), 6u);
}

TEST_P(UpscalerTest, SizesChangeFromFrameToFrame) {
  const Size output{97, 61};
  neural::Upscaler upscaler(*backend_, neural::initial_weights(1), output);
  std::vector<f16> history = blank(output), picture = blank(output);
  const synthetic::Scene scene;
  double fixed = 0, varied = 0;
  for (const bool vary : {false, true}) {
    upscaler.reset();
    for (int n = 0; n < 12; ++n) {
      const double scale = vary && n % 2 ? 1.0 + 0.17 * n : 2.0;
      const Size render{static_cast<int>(std::lround(output.width / scale)),
                        static_cast<int>(std::lround(output.height / scale))};
      const synthetic::Frame frame = synthetic::make_frame(scene, render, output, n);
      upscaler.process(frame.io(history.data(), picture.data()));
      ASSERT_TRUE(all_finite(picture));
      (vary ? varied : fixed) = synthetic::psnr(picture, frame.truth);
      std::swap(history, picture);
    }
  }
  EXPECT_GT(varied, fixed - 2.0) << "history is lost when the size changes";
}

TEST_P(UpscalerTest, OnePixelWorks) {
  const Size output{3, 2};
  neural::Upscaler upscaler(*backend_, neural::initial_weights(1), output);
  std::vector<f16> history = blank(output), picture = blank(output);
  for (int n = 0; n < 3; ++n) {
    const synthetic::Frame frame = synthetic::make_frame({}, {1, 1}, output, n);
    upscaler.process(frame.io(history.data(), picture.data()));
    EXPECT_TRUE(all_finite(picture));
    std::swap(history, picture);
  }
}

TEST_P(UpscalerTest, BadInputsAreCleanedAndCounted) {
  const Size render{40, 24}, output{80, 48};
  neural::Upscaler upscaler(*backend_, neural::initial_weights(1), output);
  std::vector<f16> history = blank(output), picture = blank(output);
  for (int n = 0; n < 4; ++n) {
    synthetic::Frame frame = synthetic::make_frame({}, render, output, n);
    frame.color[4 * 100] = 0x7e00;      // NaN
    frame.color[4 * 101 + 1] = 0x7c00;  // infinity
    frame.color[4 * 102 + 2] = 0xfc00;  // its negative
    frame.depth[103] = std::numeric_limits<float>::quiet_NaN();
    frame.motion[2 * 104] = 0x7e00;
    frame.motion[2 * 105] = 0x7c00;
    upscaler.process(frame.io(history.data(), picture.data()));
    EXPECT_TRUE(all_finite(picture));
    EXPECT_EQ(upscaler.bad_values(), 6u * static_cast<unsigned>(n + 1));
    std::swap(history, picture);
    history[7] = 0x7e00;  // and what another wrote into the history
    history[21] = 0xfc00;
  }
}

TEST_P(UpscalerTest, AFrameWithoutJitterOrExposureIsForgotten) {
  const Size render{40, 24}, output{80, 48};
  std::vector<f16> last[2];
  for (const bool broken : {false, true}) {
    neural::Upscaler upscaler(*backend_, neural::initial_weights(1), output);
    std::vector<f16> history = blank(output), picture = blank(output);
    for (int n = 0; n < 12; ++n) {
      synthetic::Frame frame = synthetic::make_frame({}, render, output, n);
      if (broken && n == 3) {
        frame.info.jitter[0] = std::numeric_limits<float>::quiet_NaN();
        frame.info.exposure = std::numeric_limits<float>::infinity();
      }
      upscaler.process(frame.io(history.data(), picture.data()));
      EXPECT_TRUE(all_finite(picture));
      std::swap(history, picture);
    }
    EXPECT_EQ(upscaler.bad_values(), broken ? 2u : 0u);
    last[broken] = history;
  }
  double difference = 0;
  for (std::size_t i = 0; i < last[0].size(); ++i)
    difference += std::abs(compute::pixel::from_half(last[0][i]) - compute::pixel::from_half(last[1][i]));
  EXPECT_LT(difference / static_cast<double>(last[0].size()), 0.02) << "it stayed in the state";
}

TEST_P(UpscalerTest, HugeMotionAndWildWeightsStayFinite) {
  const Size render{40, 24}, output{80, 48};
  neural::Weights weights = neural::initial_weights(3);
  for (std::size_t i = 0; i < weights.values.size(); ++i)
    weights.values[i] += 0.4f * static_cast<float>((i * 7919) % 17) / 17;
  neural::Upscaler upscaler(*backend_, weights, output);
  std::vector<f16> history = blank(output), picture = blank(output);
  for (int n = 0; n < 8; ++n) {
    synthetic::Frame frame = synthetic::make_frame({}, render, output, n);
    for (std::size_t i = 0; i < frame.motion.size(); i += 3) frame.motion[i] = static_cast<f16>(0x7000 + i);
    frame.info.exposure = n % 2 ? 1000.0f : 0.001f;
    upscaler.process(frame.io(history.data(), picture.data()));
    EXPECT_TRUE(all_finite(picture));
    std::swap(history, picture);
  }
}

/// The weights that ship, or null where the file is absent.
std::unique_ptr<neural::Weights> shipped_weights() {
  const std::filesystem::path file = "assets/weights/neuraster.safetensors";
  if (!std::filesystem::exists(file)) return nullptr;
  return std::make_unique<neural::Weights>(neural::load_weights(file));
}

/// A bright square crosses a dark wall and stops: ten frames later nothing of its way is left.
double worst_trail(compute::Backend& backend, const neural::Weights& weights) {
  const Size render{64, 48}, output{128, 96};
  neural::Upscaler upscaler(backend, weights, output);
  std::vector<f16> history = blank(output), picture = blank(output);
  synthetic::Scene scene;
  scene.pan = 0;
  scene.square_speed = 1.2;
  const int stop = 20;
  for (int n = 0; n <= stop + 10; ++n) {
    synthetic::Frame frame = synthetic::make_frame(scene, render, output, n, false);
    const double edge = 0.2 + 1.2 * std::min(n, stop) / 60.0;
    for (int y = 0; y < render.height; ++y)
      for (int x = 0; x < render.width; ++x) {
        const double u = (x + 0.5 + frame.info.jitter[0]) / render.width,
                     v = (y + 0.5 + frame.info.jitter[1]) / render.height;
        const bool on = u > edge && u < edge + 0.3 && v > 0.3 && v < 0.6;
        const std::size_t i = static_cast<std::size_t>(y * render.width + x);
        for (std::size_t c = 0; c < 3; ++c)
          frame.color[4 * i + c] = compute::pixel::to_half(on ? 4.0f : 0.02f);
        frame.depth[i] = on ? 0.4f : 0.1f;
        frame.motion[2 * i] = compute::pixel::to_half(
            on && n <= stop && n > 0 ? -1.2f / 60 * static_cast<float>(render.width) : 0);
      }
    upscaler.process(frame.io(history.data(), picture.data()));
    std::swap(history, picture);
  }
  const double trail_end = 0.2 + 1.2 * stop / 60.0;
  double worst = 0;
  for (int y = 0; y < output.height; ++y)
    for (int x = 0; x < static_cast<int>(trail_end * output.width) - 2; ++x) {
      const double value =
          compute::pixel::from_half(history[static_cast<std::size_t>(4 * (y * output.width + x))]);
      const auto encode = [](double linear) { return std::pow(linear / (1 + linear), 1 / 2.2); };
      worst = std::max(worst, std::abs(encode(value) - encode(0.02)));
    }
  return worst;
}

TEST_P(UpscalerTest, NoGhost) {
  EXPECT_LT(worst_trail(*backend_, neural::initial_weights(1)), 2.0 / 255) << "a trail stayed behind";
  if (const auto weights = shipped_weights()) {
    EXPECT_LT(worst_trail(*backend_, *weights), 2.0 / 255) << "the trained network leaves a trail";
  }
}

/// A still camera: the picture gains at least 3 dB from the first frame to the 64th, and comes to rest.
TEST_P(UpscalerTest, AStillCameraConverges) {
  // The reference takes a while.
  const bool slow = std::string(GetParam()) == "reference";
  const Size render = slow ? Size{32, 24} : Size{64, 48}, output{2 * render.width, 2 * render.height};
  const auto trained = shipped_weights();
  for (const bool use_trained : {false, true}) {
    if (use_trained && !trained) continue;
    neural::Upscaler upscaler(*backend_, use_trained ? *trained : neural::initial_weights(1), output);
    std::vector<f16> history = blank(output), picture = blank(output);
    synthetic::Scene scene;
    scene.pan = scene.square_speed = 0;
    scene.frequency = 30;
    double first = 0, last = 0;
    std::vector<double> changes;
    for (int n = 0; n < 64; ++n) {
      const synthetic::Frame frame = synthetic::make_frame(scene, render, output, n, n == 0 || n == 63);
      upscaler.process(frame.io(history.data(), picture.data()));
      if (n == 0) first = synthetic::psnr(picture, frame.truth);
      if (n == 63) last = synthetic::psnr(picture, frame.truth);
      for (std::size_t i = 0; n >= 48 && i < picture.size(); ++i) {
        const auto encode = [](f16 h) {
          const double linear = compute::pixel::from_half(h);
          return std::pow(linear / (1 + linear), 1 / 2.2);
        };
        if (i % 4 != 3) changes.push_back(std::abs(encode(picture[i]) - encode(history[i])));
      }
      std::swap(history, picture);
    }
    EXPECT_GT(last, first + 3) << (use_trained ? "trained" : "untrained");
    std::sort(changes.begin(), changes.end());
    EXPECT_LE(changes[changes.size() * 999 / 1000], 2.0 / 255) << (use_trained ? "trained" : "untrained");
    RecordProperty(use_trained ? "trained_p999_of_255" : "untrained_p999_of_255",
                   std::to_string(255 * changes[changes.size() * 999 / 1000]));
    RecordProperty(use_trained ? "trained_max_of_255" : "untrained_max_of_255",
                   std::to_string(255 * changes.back()));
  }
}

TEST_P(UpscalerTest, DebugViewsShowSomething) {
  const Size render{40, 24}, output{80, 48};
  neural::Upscaler upscaler(*backend_, neural::initial_weights(1), output);
  std::vector<f16> history = blank(output), picture = blank(output), view = blank(output);
  synthetic::Scene scene;
  scene.square_speed = 6;
  for (int n = 0; n < 3; ++n) {
    upscaler.process(synthetic::make_frame(scene, render, output, n).io(history.data(), picture.data()));
    std::swap(history, picture);
  }
  for (const neural::DebugView which : synthetic::all_views) {
    upscaler.draw(which, view.data());
    EXPECT_TRUE(all_finite(view));
    double sum = 0;
    for (std::size_t i = 0; i < view.size(); i += 4) sum += compute::pixel::from_half(view[i]);
    EXPECT_GT(sum, 0) << static_cast<int>(which);
  }
}

}  // namespace
