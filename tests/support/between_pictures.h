#pragma once
// Runs neural::Interpolator over made-up frames, in the memory of any backend.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "compute/reference/reference.h"
#include "neural/interpolate/interpolator.h"
#include "tests/support/moving_camera.h"

namespace testing_support {

/// A frame's buffers and the pictures before it, in a backend's memory. The frame's output is its truth.
class BetweenRun {
 public:
  BetweenRun(compute::Backend& backend, core::Size output, core::Size render)
      : backend_(backend), interpolator_(backend, output, render) {}

  /// Returns the pictures that it makes before this frame, at the moments of `between`.
  std::vector<std::vector<core::f16>> next(const synthetic::Frame& frame, core::Between between) {
    std::vector<std::unique_ptr<compute::Memory>> memory;
    const auto copy = [&](const auto& values) {
      const std::size_t bytes = values.size() * sizeof values[0];
      memory.push_back(backend_.allocate(bytes));
      backend_.copy_in(memory.back()->data(), values.data(), bytes);
      return memory.back()->data();
    };
    core::FrameIo io;
    io.info = frame.info;
    io.depth = static_cast<const float*>(copy(frame.depth));
    io.motion = static_cast<const core::f16*>(copy(frame.motion));
    io.output = static_cast<core::f16*>(copy(frame.truth));
    for (int k = 0; k < between.count; ++k) {
      memory.push_back(backend_.allocate(frame.truth.size() * sizeof(core::f16)));
      between.moments[k].output = static_cast<core::f16*>(memory.back()->data());
    }
    interpolator_.process(io, between);
    std::vector<std::vector<core::f16>> pictures;
    for (int k = 0; k < between.count; ++k)
      pictures.push_back(read(between.moments[k].output, frame.truth.size()));
    shares_.clear();
    for (int k = 0; k < between.count; ++k) {
      const auto view = backend_.allocate(frame.truth.size() * sizeof(core::f16));
      interpolator_.draw(neural::MixtureView::shares, k, static_cast<core::f16*>(view->data()));
      shares_.push_back(read(static_cast<core::f16*>(view->data()), frame.truth.size()));
    }
    return pictures;
  }
  /// What the last pictures were mixed of.
  const std::vector<std::vector<core::f16>>& shares() const { return shares_; }

 private:
  std::vector<core::f16> read(const core::f16* from, std::size_t count) {
    std::vector<core::f16> values(count);
    backend_.copy_out(values.data(), from, count * sizeof(core::f16));
    return values;
  }
  compute::Backend& backend_;
  neural::Interpolator interpolator_;
  std::vector<std::vector<core::f16>> shares_;
};

/// Evenly spread moments, for cameras that stand still.
inline core::Between moments(int count) {
  core::Between between;
  between.count = count;
  for (int k = 0; k < count; ++k)
    between.moments[k].time = static_cast<float>(k + 1) / static_cast<float>(count + 1);
  return between;
}
/// The same for a camera on its way from `before` to `now`, and the camera at each moment.
inline core::Between moments(int count, const turning::World& world, const turning::Camera& before,
                             const turning::Camera& now, std::vector<turning::Camera>* cameras = nullptr) {
  core::Between between = moments(count);
  const auto set = [](float(&to)[16], const turning::Matrix& from) {
    std::transform(from.begin(), from.end(), to, [](double x) { return static_cast<float>(x); });
  };
  set(between.past_clip_to_clip, world.from_to(before, now));
  for (int k = 0; k < count; ++k) {
    const double t = between.moments[k].time;
    const turning::Camera at{std::lerp(before.yaw, now.yaw, t), std::lerp(before.x, now.x, t)};
    set(between.moments[k].from_clip, world.from_to(now, at));
    set(between.moments[k].from_past_clip, world.from_to(before, at));
    if (cameras) cameras->push_back(at);
  }
  return between;
}

/// Compares the pictures and what they were mixed of with the reference's, over frames of changing size and
/// number of pictures, at odd sizes. Where surfaces meet, a rounding may choose another one: that is a few
/// pixels.
inline void expect_the_references_pictures_between(compute::Backend& device, double min_db) {
  const core::Size output{197, 111}, most{101, 57};
  const auto reference = compute::make_reference<float>();
  BetweenRun on_device(device, output, most), on_reference(*reference, output, most);
  turning::World world;
  turning::Camera before;
  for (int n = 0; n < 6; ++n) {
    const core::Size render = n < 3 ? most : core::Size{67, 37};
    const turning::Camera now{0.05 * n, 0.2 * n};
    synthetic::Frame frame = n % 2 ? world.frame(now, before, render, output, n)
                                   : synthetic::make_frame({}, render, output, n, true, 1 / 30.0);
    frame.info.exposure = 1 + 0.2f * static_cast<float>(n % 3);
    frame.motion[2 * 100] = 0x7e00;  // not a number
    const core::Between between = moments(n % 4, world, before, now);
    const auto pictures = on_device.next(frame, between), expected = on_reference.next(frame, between);
    ASSERT_EQ(pictures.size(), static_cast<std::size_t>(n % 4));
    for (std::size_t k = 0; k < pictures.size(); ++k) {
      EXPECT_GT(synthetic::psnr(pictures[k], expected[k]), min_db) << n << " " << k;
      EXPECT_GT(synthetic::psnr(on_device.shares()[k], on_reference.shares()[k]), min_db - 15)
          << n << " " << k;
    }
    before = now;
  }
}

}  // namespace testing_support
