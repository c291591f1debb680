// Tests the controller on frames whose cost is known.

#include "app/settings/dynamic_resolution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace {

using app::DynamicResolution;
using app::DynamicResolutionSettings;

constexpr DynamicResolutionSettings target_20{.target_ms = 20, .min_scale = 1, .max_scale = 3};

/// A simulated machine: at scale 2 a frame takes `cost` ms, of which a part does not depend on the render
/// pixels.
struct Machine {
  double fixed_share = 0.3, noise = 0.04;
  int late = 1;  ///< frames until a time is known
  std::mt19937 random{7};

  double ms(double cost, double scale) {
    const double hiccup = random() % 100 == 0 ? 1.8 : 1;
    const double jitter = std::exp(noise * std::normal_distribution<double>()(random));
    return cost * (fixed_share + (1 - fixed_share) * 4 / (scale * scale)) * jitter * hiccup;
  }
};

struct Course {
  std::vector<double> ms, scale;
  double within(double target, double share, std::size_t from) const {
    std::size_t good = 0;
    for (std::size_t n = from; n < ms.size(); ++n) good += std::abs(ms[n] / target - 1) <= share;
    return static_cast<double>(good) / static_cast<double>(ms.size() - from);
  }
  double largest_step() const {
    double step = 0;
    for (std::size_t n = 1; n < scale.size(); ++n)
      step = std::max(step, std::abs(std::log(scale[n] / scale[n - 1])));
    return step;
  }
};

template <typename Cost>
Course run(Machine machine, const DynamicResolutionSettings& settings, int frames, const Cost& cost) {
  DynamicResolution control(2);
  Course result;
  for (int n = 0; n < frames; ++n) {
    result.scale.push_back(control.scale());
    const std::size_t drawn = result.scale.size() - 1;
    const std::size_t shown = drawn - std::min(drawn, static_cast<std::size_t>(machine.late));
    result.ms.push_back(machine.ms(cost(n), result.scale[shown]));
    control.next(result.ms.back(), settings);
  }
  return result;
}

/// A cost that goes from 14 to 28 ms and back in 300 frames.
double doubling(int n) {
  return 14 * (1.5 - 0.5 * std::cos(n * 2 * std::numbers::pi / 300));
}

TEST(DynamicResolution, HoldsItsTargetWhileTheCostDoubles) {
  for (const double fixed : {0.0, 0.3, 0.5})
    for (const int late : {0, 1, 2}) {
      SCOPED_TRACE(std::to_string(fixed) + " fixed, " + std::to_string(late) + " late");
      const Course held = run({.fixed_share = fixed, .late = late}, target_20, 900, doubling);
      EXPECT_GE(held.within(20, 0.1, 60), 0.9);
      // Without the controller the same frames miss the target by far.
      const Course fixed_scale = run({.fixed_share = fixed, .late = late}, {}, 900, doubling);
      EXPECT_LT(fixed_scale.within(20, 0.1, 60), 0.4);
    }
}

TEST(DynamicResolution, ChangesSmoothly) {
  const Course held = run({}, target_20, 900, doubling);
  EXPECT_LT(held.largest_step(), 0.061) << "three rungs of the ladder";
  // When the cost doubles the scale follows within a second, and in small steps.
  const Course jumped = run({}, target_20, 300, [](int n) { return n < 100 ? 16.0 : 32.0; });
  EXPECT_LT(jumped.largest_step(), 0.061);
  double late = 0;
  for (std::size_t n = 160; n < 300; ++n) late += jumped.ms[n] / 140;
  EXPECT_NEAR(late, 20, 1);
}

TEST(DynamicResolution, StandsStillWhereTheTimeIsRight) {
  const Course steady = run({.noise = 0.02}, target_20, 600, [](int) { return 20.0; });
  int changes = 0;
  for (std::size_t n = 100; n < 600; ++n) changes += steady.scale[n] != steady.scale[n - 1];
  EXPECT_LT(changes, 50);
}

TEST(DynamicResolution, KeepsItsLimitsAndComesBack) {
  const DynamicResolutionSettings narrow{.target_ms = 20, .min_scale = 1.5, .max_scale = 2.5};
  const Course wild = run({.noise = 0}, narrow, 600, [](int n) {
    return n < 200 ? 1.0 : n < 400 ? 400.0 : 20.0;
  });
  for (const double scale : wild.scale) {
    EXPECT_GE(scale, 1.5f);
    EXPECT_LE(scale, 2.5f);
  }
  EXPECT_EQ(wild.scale[199], 1.5f);
  EXPECT_EQ(wild.scale[399], 2.5f);
  EXPECT_NEAR(wild.scale[430], 2, 0.15) << "nothing has wound up at the limit";
}

TEST(DynamicResolution, IsOffWithoutATargetAndIgnoresWhatIsNoTime) {
  DynamicResolution control(1.7);
  EXPECT_EQ(control.next(100, {}), 1.7);
  for (const double wrong : {0.0, -5.0, std::nan("")}) EXPECT_EQ(control.next(wrong, target_20), 1.7);
  DynamicResolution again(1.7), other(1.7);
  for (int n = 0; n < 50; ++n)
    EXPECT_EQ(again.next(15 + n % 7, target_20), other.next(15 + n % 7, target_20));
}

TEST(DynamicResolution, ItSaysWhichScaleIsInUseAndWhenTheTargetIsOutOfReach) {
  const app::DynamicResolutionSettings settings{.target_ms = 20, .min_scale = 1.5f, .max_scale = 3};
  EXPECT_EQ(app::describe_resolution(settings, 2, 21), "Dynamic resolution: scale 2.00 now, target 20.0 ms.");
  EXPECT_EQ(
      app::describe_resolution(settings, 3, 40),
      "Dynamic resolution: scale 3.00 now, target 20.0 ms cannot be reached: 40.0 ms at the coarsest scale.");
  EXPECT_NE(app::describe_resolution(settings, 1.5, 5).find("easily held"), std::string::npos);
}

TEST(DynamicResolution, ScalesLieBetweenBothLimitsWhicheverIsLarger) {
  const app::DynamicResolutionSettings swapped{.target_ms = 10, .min_scale = 2.5f, .max_scale = 1.5f};
  app::DynamicResolution slow(2), fast(2);
  for (int n = 0; n < 200; ++n) {
    for (const double scale : {slow.next(100, swapped), fast.next(1, swapped)}) {
      EXPECT_GE(scale, 1.5f);
      EXPECT_LE(scale, 2.5f);
    }
  }
  EXPECT_EQ(slow.scale(), 2.5);
  EXPECT_EQ(fast.scale(), 1.5);
}

}  // namespace
