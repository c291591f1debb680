// The whole upscaler on Vulkan, pass by pass and as pictures, against the reference. Any device with a driver
// will do, lavapipe in CI; validation and synchronization validation are on.

#include <gtest/gtest.h>

#include <cstdlib>

#include "compute/backend.h"
#include "compute/pixel/half.h"
#include "compute/reference/reference.h"
#include "core/error.h"
#include "neural/upscale/upscaler.h"
#include "tests/support/device_frame.h"

namespace {

using compute::Precision;
using core::f16;
using core::Size;

class VulkanUpscaler : public testing::Test {
 protected:
  void SetUp() override {
    setenv("NEURASTER_VALIDATION", "sync", 1);
    try {
      open(Precision::f32, true);
    } catch (const core::Error& error) {
      GTEST_SKIP() << error.what();
    }
  }
  static std::unique_ptr<compute::Backend> open(Precision precision, bool fused) {
    return compute::open_backend("vulkan", {.precision = precision, .fused = fused});
  }
};

/// A buffer that a pass writes, by its name, as floats.
using Written = std::pair<std::string, std::vector<float>>;

template <typename S>
void take(std::vector<Written>& all, compute::Backend& backend, const char* name, const S* values,
          std::size_t count) {
  std::vector<S> copy(count);
  backend.copy_out(copy.data(), values, count * sizeof(S));
  std::vector<float> floats(count);
  for (std::size_t i = 0; i < count; ++i) floats[i] = compute::pixel::load1<float>(&copy[i]);
  all.emplace_back(name, std::move(floats));
}
/// Everything that the passes of the last frame wrote for one another.
template <typename S>
std::vector<Written> written(compute::Backend& backend, const neural::StepView<float, S>& v) {
  const std::size_t render = area(v.render), output = area(v.output);
  std::vector<Written> all;
  take(all, backend, "sample", v.sample, 4 * render);
  take(all, backend, "clean_depth", v.clean_depth, render);
  take(all, backend, "raw_motion", v.raw_motion, 2 * render);
  take(all, backend, "mean", v.mean, 4 * render);
  take(all, backend, "deviation", v.deviation, 4 * render);
  take(all, backend, "flow", v.flow, 4 * render);
  take(all, backend, "warped", v.warped, 4 * output);
  take(all, backend, "warped_count", v.warped_count, output);
  take(all, backend, "history_at_sample", v.history_at_sample, 4 * render);
  take(all, backend, "controls", v.controls, neural::control_channels * render);
  take(all, backend, "state", v.state, neural::state_channels * render);
  take(all, backend, "kept", v.kept, 4 * output);
  return all;
}
std::vector<Written> written(compute::Backend& backend, const neural::Upscaler& upscaler) {
  return backend.precision() == Precision::half ? written(backend, upscaler.view<f16>())
                                                : written(backend, upscaler.view<float>());
}
/// The largest difference over the largest expected value.
double worst(const std::vector<float>& got, const std::vector<float>& expected) {
  double difference = 0, largest = 1e-9;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!std::isfinite(got[i])) return 1e9;
    difference = std::max(difference, std::abs(static_cast<double>(got[i] - expected[i])));
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
  }
  return difference / largest;
}

/// Runs frames of changing odd sizes, one with a value that is not a number, and compares all buffers and the
/// picture. A pass that takes the root of a small variance rounds it far, hence `deviation`.
void against_reference(compute::Backend& vulkan, double tolerance, double min_db) {
  const Size output{197, 111};
  const auto reference = compute::make_reference<float>();
  neural::Upscaler on_gpu(vulkan, synthetic::noisy_weights(), output),
      on_cpu(*reference, synthetic::noisy_weights(), output);
  synthetic::DeviceFrames frames(vulkan, output);
  const std::size_t values = 4 * area(output);
  std::vector<f16> pictures[2] = {std::vector<f16>(values), std::vector<f16>(values)};
  for (int n = 0; n < 7; ++n) {
    const Size render = n < 4 ? Size{99, 56} : Size{67, 37};
    synthetic::Frame frame = synthetic::make_frame({}, render, output, n, false);
    frame.color[4 * 100] = 0x7e00;
    on_gpu.process(frames.io(frame));
    auto &picture = pictures[n % 2], &history = pictures[1 - n % 2];
    on_cpu.process(frame.io(history.data(), picture.data()));
    EXPECT_GT(synthetic::psnr(frames.output(frame.info), picture), min_db) << n;
    const auto got = written(vulkan, on_gpu), expected = written(*reference, on_cpu);
    for (std::size_t i = 0; i < got.size(); ++i)
      EXPECT_LT(worst(got[i].second, expected[i].second), tolerance) << got[i].first << " of frame " << n;
  }
  EXPECT_EQ(on_gpu.bad_values(), on_cpu.bad_values());
}

TEST_F(VulkanUpscaler, InFloatsMatchesTheReference) {
  against_reference(*open(Precision::f32, true), 2e-3, 80);
}
TEST_F(VulkanUpscaler, LayerByLayerMatchesTheReference) {
  against_reference(*open(Precision::f32, false), 2e-3, 80);
}
/// Here passes store halfs, which have 11 bits.
TEST_F(VulkanUpscaler, InHalfsMatchesTheReference) {
  against_reference(*open(Precision::half, true), 3e-2, 70);
}

TEST_F(VulkanUpscaler, DebugViewsMatchTheReference) {
  const Size render{99, 56}, output{197, 111};
  const auto vulkan = open(Precision::f32, true), reference = compute::make_reference<float>();
  neural::Upscaler on_gpu(*vulkan, synthetic::noisy_weights(), output),
      on_cpu(*reference, synthetic::noisy_weights(), output);
  synthetic::DeviceFrames frames(*vulkan, output);
  const std::size_t values = 4 * area(output);
  std::vector<f16> history(values), picture(values);
  for (int n = 0; n < 3; ++n) {
    const synthetic::Frame frame = synthetic::make_frame({}, render, output, n, false);
    on_gpu.process(frames.io(frame));
    on_cpu.process(frame.io(history.data(), picture.data()));
    std::swap(history, picture);
  }
  const auto memory = vulkan->allocate(values * sizeof(f16));
  for (const neural::DebugView which : synthetic::all_views) {
    on_gpu.draw(which, static_cast<f16*>(memory->data()));
    vulkan->copy_out(history.data(), memory->data(), values * sizeof(f16));
    on_cpu.draw(which, picture.data());
    double difference = 0;  // of values up to about 1; some are four times a difference
    for (std::size_t i = 0; i < values; ++i) {
      const double a = compute::pixel::from_half(history[i]), b = compute::pixel::from_half(picture[i]);
      difference = std::max(difference, std::abs(a - b) / (1 + std::abs(b)));
    }
    EXPECT_LT(difference, 5e-3) << static_cast<int>(which);
  }
}

}  // namespace
