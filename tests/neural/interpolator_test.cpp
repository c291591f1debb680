// The pictures between two frames, from frames whose in-betweens are known.

#include "neural/interpolate/interpolator.h"

#include <string>

#include "core/error.h"
#include "neural/interpolate/pixel/interpolate.h"
#include "tests/support/between_pictures.h"

namespace {

using core::f16;
using core::Size;
using testing_support::BetweenRun;
using testing_support::moments;
using Picture = std::vector<f16>;

float value(f16 half) {
  return compute::pixel::from_half(half);
}
Picture blend(const Picture& a, const Picture& b, float of_b) {
  Picture mixed(a.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    mixed[i] = compute::pixel::to_half(value(a[i]) + (value(b[i]) - value(a[i])) * of_b);
  return mixed;
}

class Interpolator : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "reference")
      backend_ = compute::make_reference<float>();
    else
      backend_ = compute::open_backend(GetParam());
  }
  std::unique_ptr<compute::Backend> backend_;
};
INSTANTIATE_TEST_SUITE_P(Backends, Interpolator, testing::Values("reference", "cpu"));

TEST(InterpolatorOnCpu, MakesTheReferencesPictures) {
  testing_support::expect_the_references_pictures_between(*compute::open_backend("cpu"), 60);
}

/// Something that moves in front of a wall that pans: both by their motion.
TEST_P(Interpolator, WhatMovesIsWhereItShouldBe) {
  const Size render{160, 90}, output{320, 180};
  const synthetic::Scene scene{.pan = 0.9, .square_speed = 1.6, .frequency = 50};
  for (const int count : {1, 2, 3}) {
    BetweenRun run(*backend_, output, render);
    const double step = 1 / 30.0;
    const auto a = synthetic::make_frame(scene, render, output, 6, true, step);
    auto b = synthetic::make_frame(scene, render, output, 7, true, step);
    run.next(a, {});
    const auto pictures = run.next(b, moments(count));
    for (int k = 0; k < count; ++k) {
      const double time = static_cast<double>(k + 1) / (count + 1);
      const auto truth = synthetic::make_frame(scene, render, output, 1, true, step * (6 + time)).truth;
      const double plain = synthetic::psnr(blend(a.truth, b.truth, static_cast<float>(time)), truth);
      EXPECT_GT(synthetic::psnr(pictures[static_cast<std::size_t>(k)], truth), plain + 12)
          << count << " " << k;
    }
  }
}

/// A part of a picture, in shares of its size.
Picture part_of(const Picture& picture, Size size, double left, double top, double right, double bottom) {
  Picture part;
  for (int y = static_cast<int>(top * size.height); y < static_cast<int>(bottom * size.height); ++y)
    for (int x = static_cast<int>(left * size.width); x < static_cast<int>(right * size.width); ++x)
      for (int c = 0; c < 4; ++c)
        part.push_back(picture[static_cast<std::size_t>(4 * (y * size.width + x) + c)]);
  return part;
}
/// Something that moves by a sixth of its size, with its own border and what is around it.
TEST_P(Interpolator, AMovingThingKeepsItsDetailAndItsBorder) {
  const Size render{160, 90}, output{320, 180};
  const synthetic::Scene scene{.pan = 0, .square_speed = 1.5, .frequency = 90};
  const double step = 1 / 30.0, time = 4.5 * step, left = 0.2 + 1.5 * time;
  BetweenRun run(*backend_, output, render);
  const auto a = synthetic::make_frame(scene, render, output, 4, true, step),
             b = synthetic::make_frame(scene, render, output, 5, true, step);
  run.next(a, {});
  const Picture made = run.next(b, moments(1))[0],
                truth = synthetic::make_frame(scene, render, output, 1, true, time).truth;
  const auto psnr = [&](const Picture& picture, double x0, double y0, double x1, double y1) {
    return synthetic::psnr(part_of(picture, output, x0, y0, x1, y1), part_of(truth, output, x0, y0, x1, y1));
  };
  const Picture plain = blend(a.truth, b.truth, 0.5f);
  const double inside = psnr(made, left + 0.02, 0.33, left + 0.28, 0.57),
               around = psnr(made, left - 0.06, 0.26, left + 0.36, 0.64);
  EXPECT_GT(inside, 30);
  EXPECT_GT(inside, psnr(plain, left + 0.02, 0.33, left + 0.28, 0.57) + 15);
  EXPECT_GT(around, 24);
  EXPECT_GT(around, psnr(plain, left - 0.06, 0.26, left + 0.36, 0.64) + 8);
}

/// A fast turn: linear motion would bend what the cameras say exactly, and stretch the border.
TEST_P(Interpolator, ATurnFollowsTheCameras) {
  const Size render{160, 90}, output{320, 180};
  const turning::World world;
  const turning::Camera before{0.1, 0}, now{0.5, 0.4};  // 23 degrees
  BetweenRun run(*backend_, output, render);
  const auto a = world.frame(before, before, render, output, 6),
             b = world.frame(now, before, render, output, 7);
  std::vector<turning::Camera> cameras;
  const core::Between between = moments(3, world, before, now, &cameras);
  run.next(a, {});
  const auto pictures = run.next(b, between);
  for (std::size_t k = 0; k < 3; ++k) {
    const Picture truth = world.picture(cameras[k], output);
    const double plain = synthetic::psnr(blend(a.truth, b.truth, between.moments[k].time), truth);
    const double made = synthetic::psnr(pictures[k], truth);
    EXPECT_GT(made, plain + 12) << k;
    EXPECT_GT(made, 34) << k;
  }
}

/// What is uncovered is seen at one end only, and taken from there.
TEST_P(Interpolator, WhatIsHiddenAtOneEndComesFromTheOther) {
  const Size render{160, 90}, output{320, 180};
  const synthetic::Scene scene{.pan = 0, .square_speed = 1.2, .frequency = 50};
  const double step = 1 / 15.0;  // the square covers 0.3 of the width and moves 0.08
  BetweenRun run(*backend_, output, render);
  run.next(synthetic::make_frame(scene, render, output, 3, true, step), {});
  run.next(synthetic::make_frame(scene, render, output, 4, true, step), moments(1));
  const double left_in_a = 0.2 + 1.2 * 3 * step, left = left_in_a + 1.2 * step / 2;
  const auto share = [&](double u, int lane) {
    const int x = static_cast<int>(u * output.width), y = output.height * 45 / 100;
    return value(run.shares()[0][static_cast<std::size_t>(4 * (y * output.width + x) + lane)]);
  };
  const double behind = (left_in_a + left) / 2, ahead = left + 0.3 + (left - left_in_a) / 2;
  EXPECT_LT(share(behind, 0), 0.1);  // the square was there in A
  EXPECT_GT(share(behind, 1), 0.9);
  EXPECT_LT(share(behind, 3), 0.1);
  EXPECT_GT(share(ahead, 0), 0.9);
  EXPECT_LT(share(ahead, 1), 0.1);  // and will be here in B
  EXPECT_GT(share(ahead, 3), 0.9);
  EXPECT_NEAR(share(left + 0.15, 3), 0.5, 0.05);
}

TEST_P(Interpolator, WithoutTheFrameBeforeItIsTheFrame) {
  const Size render{40, 23}, output{80, 45};
  BetweenRun run(*backend_, output, render);
  const auto expect_own = [&](const synthetic::Frame& frame, const char* why) {
    const Picture made = run.next(frame, moments(1))[0];
    EXPECT_GT(synthetic::psnr(made, frame.truth), 60) << why;
  };
  const auto frame = [&](int n) { return synthetic::make_frame({}, render, output, n); };
  expect_own(frame(0), "the first");
  expect_own(frame(5), "a gap");
  synthetic::Frame cut = frame(6);
  cut.info.reset = true;
  expect_own(cut, "a cut");
  const auto seven = frame(7);
  EXPECT_LT(synthetic::psnr(run.next(seven, moments(1))[0], seven.truth), 45) << "no picture between";
}

TEST_P(Interpolator, AtRestNothingChanges) {
  const Size render{61, 35}, output{121, 69};
  const synthetic::Scene still{.pan = 0, .square_speed = 0};
  BetweenRun run(*backend_, output, render);
  const auto a = synthetic::make_frame(still, render, output, 3),
             b = synthetic::make_frame(still, render, output, 4);
  run.next(a, {});
  const Picture made = run.next(b, moments(1))[0];
  for (std::size_t i = 0; i < made.size(); ++i)  // a half's last bits, through working colour and back
    ASSERT_NEAR(value(made[i]), value(b.truth[i]), 3e-3 * (1 + value(b.truth[i]))) << i;
}

/// Light that grew between the frames is half as much brighter half way.
TEST_P(Interpolator, ExposureIsTheMoments) {
  const Size render{40, 23}, output{80, 45};
  const synthetic::Scene still{.pan = 0, .square_speed = 0};
  BetweenRun run(*backend_, output, render);
  auto a = synthetic::make_frame(still, render, output, 3),
       b = synthetic::make_frame(still, render, output, 4);
  b.info.exposure = 4;
  for (f16& x : b.truth) x = compute::pixel::to_half(4 * value(x));
  core::Between between = moments(1);
  between.moments[0].exposure = 2;
  run.next(a, {});
  const Picture made = run.next(b, between)[0];
  double ratio = 0;
  for (std::size_t i = 0; i < made.size(); i += 4) ratio += value(made[i]) / value(a.truth[i]);
  EXPECT_NEAR(ratio / (static_cast<double>(made.size()) / 4), 2, 0.02);
}

TEST_P(Interpolator, RefusesAFrameThatIsTooLarge) {
  BetweenRun run(*backend_, {80, 45}, {40, 23});
  EXPECT_THROW(run.next(synthetic::make_frame({}, {41, 23}, {80, 45}, 0), {}), core::Error);
}

/// Keys order samples by depth, and find them again; of large frames they have every second sample.
TEST(InterpolatorKeys, NearerSamplesAreLarger) {
  const neural::BetweenView<float> view{};
  neural::pixel::Interpolate<float> passes{view};
  EXPECT_GT(passes.key_of(0, 0, 0), 0u);
  std::uint32_t before = passes.key_of(0, (1 << 22) - 1, 0);
  for (float depth = 1e-9f; depth <= 1; depth *= 1.04f) {  // a step of a key is at most a 32nd
    const std::uint32_t key = passes.key_of(depth, 0, 0);
    EXPECT_GT(key, before) << depth;
    before = passes.key_of(depth, (1 << 22) - 1, 0);
    EXPECT_EQ(passes.key_index(passes.key_of(depth, 123456, 0), 0), 123456);
    EXPECT_EQ(passes.key_index(passes.key_of(depth, 8294399, 1), 1), 8294398);
  }
  EXPECT_GT(passes.key_of(1, 0, 0), passes.key_of(0.9f, (1 << 22) - 1, 0));
}

}  // namespace
