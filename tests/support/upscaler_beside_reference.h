#pragma once
// The whole upscaler on a device beside the reference, frame by frame.

#include <gtest/gtest.h>

#include "compute/reference/reference.h"
#include "tests/support/device_frame.h"
#include "tests/support/difference.h"

namespace testing_support {

/// Returns values that passes stored, as floats.
template <typename S>
std::vector<float> stored(compute::Backend& backend, const S* values, std::size_t count) {
  std::vector<S> copy(count);
  backend.copy_out(copy.data(), values, count * sizeof(S));
  std::vector<float> floats(count);
  for (std::size_t i = 0; i < count; ++i) floats[i] = compute::pixel::load1<float>(&copy[i]);
  return floats;
}

/// Returns the network's bounded output for the last frame: the state, [render][8], and then the controls,
/// [render][16], which kernels that keep them to themselves store for a picture of them.
template <typename S>
std::vector<float> said_in(compute::Backend& backend, neural::Upscaler& upscaler) {
  const neural::StepView<float, S>& view = upscaler.view<S>();
  std::vector<float> all = stored(backend, view.state, neural::state_channels * area(view.render));
  const auto picture = backend.allocate(4 * area(view.output) * sizeof(core::f16));
  upscaler.draw(neural::DebugView::kernel_shape, static_cast<core::f16*>(picture->data()));
  const auto controls = stored(backend, view.controls, neural::control_channels * area(view.render));
  all.insert(all.end(), controls.begin(), controls.end());
  return all;
}
inline std::vector<float> said(compute::Backend& backend, neural::Upscaler& upscaler) {
  return backend.precision() == compute::Precision::half ? said_in<core::f16>(backend, upscaler)
                                                         : said_in<float>(backend, upscaler);
}

/// Compares the whole upscaler with the reference over frames of changing size, with a value that is not a
/// number. The picture alone would not do: with a middle that computes nothing it still has 67 dB. The
/// network's output does: there it differs by 0.3 of its largest value, where f32 differs by 1e-3 (the root
/// of a small variance, rounded in another order).
inline void expect_the_references_frames(compute::Backend& device, int frames_of_both, double min_db,
                                         double max_difference) {
  const core::Size output{197, 111};
  const auto reference = compute::make_reference<float>();
  const neural::Weights weights = synthetic::noisy_weights();
  neural::Upscaler on_gpu(device, weights, output), on_cpu(*reference, weights, output);
  synthetic::DeviceFrames frames(device, output);
  const std::size_t values = 4 * area(output);
  std::vector<core::f16> pictures[2] = {std::vector<core::f16>(values), std::vector<core::f16>(values)};
  for (int n = 0; n < frames_of_both; ++n) {
    const core::Size render = n < 5 ? core::Size{99, 56} : core::Size{67, 37};
    synthetic::Frame frame = synthetic::make_frame({}, render, output, n, false);
    frame.color[4 * 100] = 0x7e00;
    on_gpu.process(frames.io(frame));
    auto &picture = pictures[n % 2], &history = pictures[1 - n % 2];
    on_cpu.process(frame.io(history.data(), picture.data()));
    EXPECT_GT(synthetic::psnr(frames.output(frame.info), picture), min_db) << n;
    EXPECT_LT(worst(said(device, on_gpu), said(*reference, on_cpu)), max_difference) << n;
  }
  EXPECT_EQ(on_gpu.bad_values(), on_cpu.bad_values());
}

/// Compares the pictures of all inner values.
inline void expect_the_references_views(compute::Backend& device, double max_difference = 5e-3) {
  const core::Size render{99, 56}, output{197, 111};
  const auto reference = compute::make_reference<float>();
  const neural::Weights weights = synthetic::noisy_weights();
  neural::Upscaler on_gpu(device, weights, output), on_cpu(*reference, weights, output);
  synthetic::DeviceFrames frames(device, output);
  const std::size_t values = 4 * area(output);
  std::vector<core::f16> history(values), picture(values);
  for (int n = 0; n < 3; ++n) {
    const synthetic::Frame frame = synthetic::make_frame({}, render, output, n, false);
    on_gpu.process(frames.io(frame));
    on_cpu.process(frame.io(history.data(), picture.data()));
    std::swap(history, picture);
  }
  const auto memory = device.allocate(values * sizeof(core::f16));
  for (const neural::DebugView which : synthetic::all_views) {
    on_gpu.draw(which, static_cast<core::f16*>(memory->data()));
    device.copy_out(history.data(), memory->data(), values * sizeof(core::f16));
    on_cpu.draw(which, picture.data());
    double difference = 0;  // of values up to about 1; some are four times a difference
    for (std::size_t i = 0; i < values; ++i) {
      const double a = compute::pixel::from_half(history[i]), b = compute::pixel::from_half(picture[i]);
      difference = std::max(difference, std::abs(a - b) / (1 + std::abs(b)));
    }
    EXPECT_LT(difference, max_difference) << static_cast<int>(which);
  }
}

}  // namespace testing_support
