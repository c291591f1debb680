// What stands beside the picture, checked against frames that are drawn alone: both sides of a split, the
// reference that grows at rest, its scores, the magnifier, the views of buffers.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <glm/gtc/packing.hpp>
#include <set>
#include <thread>

#include "app/settings/settings.h"
#include "core/picture/metrics.h"
#include "tests/support/comparison_fixture.h"
#include "tests/support/host_function.h"

namespace {

using app::BufferView;
using app::ComparisonSettings;
using app::RightLane;
using renderer::Upscaler;
using testing_support::ComparisonTest;
using testing_support::difference;
using testing_support::host_function;
using testing_support::Picture;
using testing_support::pixel;
using testing_support::size;
using testing_support::to_image;

/// Another value of the row, near its own: what one step of its control does.
void change(const app::Parameter& row, app::Settings& settings) {
  using app::Kind;
  const app::Value now = row.get(settings);
  if (row.kind == Kind::boolean) return row.set(settings, !std::get<bool>(now));
  if (row.kind == Kind::number) {
    const double value = std::get<double>(now), step = 0.1 * std::max(0.1, std::abs(value));
    return row.set(settings, value + step <= row.max ? value + step : value - step);
  }
  if (row.kind == Kind::choice) {
    const auto choices = static_cast<std::int32_t>(row.choices.size());
    return row.set(settings, (std::get<std::int32_t>(now) + 1) % choices);
  }
  if (row.kind != Kind::integer) return;
  const std::int32_t value = std::get<std::int32_t>(now);
  row.set(settings, value < row.max ? value + 1 : value - 1);
}

/// "Without a hitch of more than two frames", counted and not timed: nothing is allocated, no pipeline is
/// made and nothing waits for the device to be idle. What needs new images does it in its first frame.
TEST_F(ComparisonTest, ASliderMakesNothingAndWaitsForNothing) {
  // Shadow maps, samplers, and the eye's first look at the scene.
  const std::set<std::string> makes_something{"shadow.resolution", "picture.anisotropy", "exposure.automatic",
                                              "upscaling.frames_between"};
  app::Settings settings;
  settings.render = ComparisonTest::settings(Upscaler::taau);
  const auto frame = make_frame();
  frame->set_generator(host_function(
      [](const core::FrameIo& io) {
        std::fill_n(io.output, 4 * io.info.output.width * io.info.output.height, core::f16{0});
      },
      [](neural::DebugView, core::f16* rgba) {
        std::fill_n(rgba, 4 * size.width * size.height, core::f16{0});
      }));
  double seconds = 1;
  const auto made_by_frame = [&] {
    const gpu::Made before = device_->made();
    frame->draw(settings.render, request(seconds += 1 / 30.0, settings.comparison));
    const gpu::Made after = device_->made();
    return after.allocations + after.pipelines + after.waits - before.allocations - before.pipelines -
           before.waits;
  };
  for (int n = 0; n < 4; ++n) made_by_frame();
  EXPECT_EQ(made_by_frame(), 0u);
  int rows = 0;
  for (const app::Parameter& row : app::parameters()) {
    const auto group = row.group();
    if (!row.live || group == "run" || group == "window" || group == "compare" || group == "magnifier")
      continue;
    ++rows;
    change(row, settings);
    const auto first = made_by_frame(), second = made_by_frame();
    if (!makes_something.contains(row.name)) {
      EXPECT_EQ(first, 0u) << row.name;
    }
    EXPECT_EQ(second, 0u) << row.name;
  }
  EXPECT_GT(rows, 35);
  settings.render.frames_between = 0;  // their buffers come and go with the upscaler
  made_by_frame();
  // The whole way of the scale, to 1, which all images have room for; and each upscaler.
  for (const float scale : {3.0f, 2.3f, 1.7f, 1.0f}) {
    settings.render.scale = scale;
    EXPECT_EQ(made_by_frame(), 0u) << scale;
  }
  for (const Upscaler upscaler : {Upscaler::native, Upscaler::nearest, Upscaler::bilinear,
                                  Upscaler::catmull_rom, Upscaler::taau, Upscaler::neural}) {
    settings.render.upscaler = upscaler;
    EXPECT_EQ(made_by_frame(), 0u) << static_cast<int>(upscaler);
  }
  // A comparison makes its side when it begins, and then nothing more.
  settings.comparison.compare = true;
  EXPECT_GT(made_by_frame(), 0u);
  settings.comparison.divider = 0.3f;
  EXPECT_EQ(made_by_frame(), 0u);
}

TEST_F(ComparisonTest, EachHalfIsWhatItsUpscalerDrawsAlone) {
  const int middle = size.width / 2;
  // Histories of their own, and native beside a low resolution in either place.
  const std::pair<Upscaler, RightLane> pairs[] = {{Upscaler::nearest, RightLane::taau},
                                                  {Upscaler::taau, RightLane::bilinear},
                                                  {Upscaler::catmull_rom, RightLane::native},
                                                  {Upscaler::native, RightLane::taau},
                                                  {Upscaler::native, RightLane::native}};
  for (const auto& [left, right] : pairs) {
    SCOPED_TRACE(testing::Message() << static_cast<int>(left) << " beside " << static_cast<int>(right));
    const Picture split = moving(left, beside(right));
    const Picture left_alone = moving(left, {}), right_alone = moving(app::upscaler_of(right), {});
    if (left != app::upscaler_of(right)) {
      EXPECT_GT(difference(left_alone, right_alone), 8);
    }
    EXPECT_EQ(difference(split, left_alone, 0, middle - 1), 0);
    EXPECT_EQ(difference(split, right_alone, middle + 1), 0);
    EXPECT_EQ(pixel(split, middle, 40), (std::array<int, 3>{255, 255, 255})) << "no divider";
  }
}

TEST_F(ComparisonTest, TheDividerAndTheFlickerChooseTheSide) {
  const Picture nearest = moving(Upscaler::nearest, {}), bilinear = moving(Upscaler::bilinear, {});
  ComparisonSettings comparison = beside(RightLane::bilinear);
  comparison.divider = 0.25f;
  const Picture quarter = moving(Upscaler::nearest, comparison);
  EXPECT_EQ(difference(quarter, nearest, 0, 31), 0);
  EXPECT_EQ(difference(quarter, bilinear, 33), 0);

  comparison.flicker = true;
  comparison.flicker_seconds = 0.5f;
  EXPECT_FALSE(app::flicker_right(comparison, 0.2));
  EXPECT_TRUE(app::flicker_right(comparison, 0.7));
  EXPECT_FALSE(app::flicker_right(comparison, 1.1));
  for (const bool right : {false, true}) {
    const auto frame = make_frame();
    for (int n = 0; n < 4; ++n) {
      app::FrameRequest r = request(1 + n / 30.0, comparison);
      r.comparison_now.flicker_right = right;
      frame->draw(settings(Upscaler::nearest), r);
    }
    EXPECT_EQ(difference(frame->read_picture(), right ? bilinear : nearest), 0);
  }
}

TEST_F(ComparisonTest, TheMagnifierShowsTheSamePlaceOfBothSides) {
  ComparisonSettings comparison = beside(RightLane::bilinear);
  comparison.magnifier = true;
  comparison.zoom = 4;
  comparison.lens = 0.5f;  // panes of 40 pixels
  const auto frame = make_frame();
  for (int n = 0; n < 4; ++n) {
    app::FrameRequest r = request(1 + n / 30.0, comparison);
    r.comparison_now.cursor[0] = 60;
    r.comparison_now.cursor[1] = 30;
    frame->draw(settings(Upscaler::nearest), r);
  }
  const Picture lens = frame->read_picture();
  const Picture nearest = moving(Upscaler::nearest, {}), bilinear = moving(Upscaler::bilinear, {});
  // Panes of 40 x 40 at (20, 10) and (60, 10), each with (60, 30) in its middle.
  for (int y = 4; y < 36; y += 3)
    for (int x = 4; x < 36; x += 3) {
      const int from_x = static_cast<int>(std::floor(60 + (x + 0.5 - 20) / 4));
      const int from_y = static_cast<int>(std::floor(30 + (y + 0.5 - 20) / 4));
      EXPECT_EQ(pixel(lens, 20 + x, 10 + y), pixel(nearest, from_x, from_y)) << x << ' ' << y;
      EXPECT_EQ(pixel(lens, 60 + x, 10 + y), pixel(bilinear, from_x, from_y)) << x << ' ' << y;
    }

  // Alone it is one pane, and whole at the border.
  ComparisonSettings alone;
  alone.magnifier = true;
  alone.lens = 0.5f;
  app::FrameRequest r = request(1 + 3 / 30.0, alone);
  r.comparison_now.cursor[0] = r.comparison_now.cursor[1] = 1;
  frame->draw(settings(Upscaler::nearest), r);
  const Picture corner = frame->read_picture();
  EXPECT_EQ(pixel(corner, 0, 0), (std::array<int, 3>{0, 0, 0})) << "no rim";
  EXPECT_EQ(pixel(corner, 39, 39), (std::array<int, 3>{0, 0, 0})) << "no rim";
  EXPECT_FALSE(frame->comparison());
}

TEST_F(ComparisonTest, TheReferenceGrowsWhileNothingMoves) {
  constexpr int samples = 6;
  ComparisonSettings comparison = beside(RightLane::reference);
  comparison.samples = samples;
  comparison.divider = 0;
  const auto frame = make_frame();
  for (int n = 0; n < samples + 6; ++n) frame->draw(settings(Upscaler::nearest), request(1, comparison));
  ASSERT_TRUE(frame->comparison());
  EXPECT_TRUE(frame->comparison()->resting);
  EXPECT_EQ(frame->comparison()->samples, samples);
  const Picture live = frame->read_picture();

  app::FrameRequest truth = request(1);
  truth.reference_samples = samples;
  const auto alone = make_frame();
  alone->draw(settings(Upscaler::nearest), truth);
  EXPECT_LE(difference(live, alone->read_picture(), 1), 1);

  // Time moves on, or a setting: it begins again.
  frame->draw(settings(Upscaler::nearest), request(1.1, comparison));
  EXPECT_FALSE(frame->comparison()->resting);
  EXPECT_EQ(frame->comparison()->samples, 1);
  for (int n = 0; n < 4; ++n) frame->draw(settings(Upscaler::nearest), request(1.1, comparison));
  EXPECT_GT(frame->comparison()->samples, 1);
  renderer::RenderSettings brighter = settings(Upscaler::nearest);
  brighter.sun_intensity = 2;
  frame->draw(brighter, request(1.1, comparison));
  EXPECT_EQ(frame->comparison()->samples, 1);
}

TEST_F(ComparisonTest, ScoresAreThoseOfThePictures) {
  constexpr int samples = 4;
  ComparisonSettings comparison = beside(RightLane::nearest);
  comparison.samples = samples;
  comparison.error = true;
  const auto frame = make_frame();
  const renderer::RenderSettings left = settings(Upscaler::native);  // no jitter: each frame is the same
  const auto scored = [&] {
    const auto state = frame->comparison();
    return state && state->scored && state->score.samples == samples && state->score.has_flip;
  };
  frame->draw(left, request(1, comparison));
  for (int n = 0; n < 600 && !scored(); ++n) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    frame->draw(left, request(1, comparison));
  }
  ASSERT_TRUE(scored());
  frame->draw(left, request(1, comparison));
  const Picture shown = frame->read_picture();
  const app::LiveScore score = frame->comparison()->score;

  const auto alone = make_frame();
  alone->draw(left, request(1));
  const core::Image native = to_image(alone->read_picture());
  app::FrameRequest truth = request(1);
  truth.reference_samples = samples;
  alone->draw(left, truth);
  const core::Image reference = to_image(alone->read_picture());
  EXPECT_NEAR(score.psnr_db[0], core::psnr_db(core::mean_squared_error(native, reference)), 0.1);
  EXPECT_LT(score.psnr_db[1], score.psnr_db[0]) << "nearest is not better than native";
  const core::FlipMap map = core::flip(native, reference);
  EXPECT_NEAR(score.flip[0], map.mean, 0.005);
  // The left half shows the map.
  const core::Image colors = core::magma(map), picture = to_image(shown);
  double sum = 0;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width / 2 - 1; ++x)
      sum += std::abs(colors.at(x, y)[0] - picture.at(x, y)[0]) * 255;
  EXPECT_LT(sum / (size.width / 2.0 * size.height), 2);

  // While something moves the map is of one side against the other.
  const auto between = [&] {
    const auto state = frame->comparison();
    return state->scored && state->score.samples == 0;
  };
  for (int n = 0; n < 600 && !between(); ++n) {
    frame->draw(left, request(2 + n / 30.0, comparison));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ASSERT_TRUE(between());
  EXPECT_GT(frame->comparison()->score.flip[0], 0.001);
}

/// Fills the output with one colour.
std::unique_ptr<app::Generator> painter(float red, float blue) {
  return host_function(
      [=](const core::FrameIo& io) {
        for (int i = 0; i < io.info.output.width * io.info.output.height; ++i) {
          const float color[4] = {red, 0, blue, 1};
          for (int c = 0; c < 4; ++c) io.output[4 * i + c] = glm::packHalf1x16(color[c]);
        }
      },
      [=](neural::DebugView view, core::f16* rgba) {
        const float shade = view == neural::DebugView::blend_weight ? 0.25f : 0.75f;
        for (int i = 0; i < 4 * size.width * size.height; ++i) rgba[i] = glm::packHalf1x16(shade);
      });
}

TEST_F(ComparisonTest, TwoNetworksStandBesideEachOther) {
  const auto frame = make_frame();
  frame->set_generator(painter(1, 0));
  int given = 0;
  frame->set_right_generators([&](app::Lane& lane, RightLane right, std::uint64_t next_frame) {
    EXPECT_EQ(right, RightLane::neural);
    app::Generators one;
    one.push_back(painter(0, 1));
    lane.set_generators(std::move(one), next_frame);
    ++given;
  });
  ComparisonSettings comparison = beside(RightLane::neural);
  for (int n = 0; n < 3; ++n) frame->draw(settings(Upscaler::neural), request(1 + n / 30.0, comparison));
  Picture p = frame->read_picture();
  EXPECT_EQ(given, 1);
  EXPECT_GT(pixel(p, 20, 40)[0], pixel(p, 20, 40)[2] + 50);
  EXPECT_GT(pixel(p, 100, 40)[2], pixel(p, 100, 40)[0] + 50);

  // What they think, drawn by each.
  comparison.buffer = BufferView::blend_weight;
  frame->draw(settings(Upscaler::neural), request(1.2, comparison));
  p = frame->read_picture();
  for (const int x : {20, 100}) EXPECT_NEAR(pixel(p, x, 40)[1], 64, 1);
  comparison.buffer = BufferView::instability;
  frame->draw(settings(Upscaler::neural), request(1.3, comparison));
  EXPECT_NEAR(pixel(frame->read_picture(), 20, 40)[1], 191, 1);

  // Off: one side again, and nothing of it is left in the frame's passes.
  frame->draw(settings(Upscaler::neural), request(1.4));
  p = frame->read_picture();
  EXPECT_GT(pixel(p, 100, 40)[0], pixel(p, 100, 40)[2] + 50);
  EXPECT_FALSE(frame->comparison());
  for (const gpu::PassTime& pass : frame->passes()) EXPECT_NE(pass.name, "split view");
}

TEST_F(ComparisonTest, ARightSideThatFailsLeavesTheLeftOne) {
  const auto frame = make_frame();
  frame->set_right_generators([](app::Lane& lane, RightLane, std::uint64_t next_frame) {
    app::Generators one;
    one.push_back(
        host_function([](const core::FrameIo&) { core::fail("'w.safetensors' is no weights file"); }));
    lane.set_generators(std::move(one), next_frame);
  });
  EXPECT_THROW(frame->draw(settings(Upscaler::nearest), request(1, beside(RightLane::neural))),
               app::RightLaneFailed);
  frame->draw(settings(Upscaler::nearest), request(1 + 1 / 30.0, beside(RightLane::bilinear)));
  frame->draw(settings(Upscaler::nearest), request(1 + 2 / 30.0, beside(RightLane::bilinear)));
  frame->draw(settings(Upscaler::nearest), request(1 + 3 / 30.0, beside(RightLane::bilinear)));
  const Picture split = frame->read_picture();
  EXPECT_EQ(difference(split, moving(Upscaler::nearest, {}), 0, size.width / 2 - 1), 0);
  EXPECT_EQ(difference(split, moving(Upscaler::bilinear, {}), size.width / 2 + 1), 0);
}

TEST_F(ComparisonTest, BuffersAreShownAsTheyAre) {
  const auto frame = make_frame();
  const auto shown = [&](BufferView view, double seconds) {
    ComparisonSettings comparison;
    comparison.buffer = view;
    frame->draw(settings(Upscaler::taau), request(seconds, comparison));
    return frame->read_picture();
  };
  frame->draw(settings(Upscaler::taau), request(1));
  frame->draw(settings(Upscaler::taau), request(1 + 1 / 30.0));

  const Picture depth = shown(BufferView::depth, 1 + 2 / 30.0);
  core::FrameIo io = frame->read_contract();
  const auto [w, h] = io.info.render;
  for (int y = 0; y < h; y += 7)
    for (int x = 0; x < w; x += 5) {
      const float d = io.depth[y * w + x];
      const float grey = d > 0 ? std::clamp(1 + std::log2(d) / 14, 0.0f, 1.0f) : 0;
      EXPECT_NEAR(pixel(depth, x * size.width / w, y * size.height / h)[0], 255 * grey, 2);
    }

  const Picture motion = shown(BufferView::motion, 1 + 3 / 30.0);
  io = frame->read_contract();
  int moving = 0;
  for (int y = 0; y < h; y += 7)
    for (int x = 0; x < w; x += 5) {
      const float mx = glm::unpackHalf1x16(io.motion[2 * (y * w + x)]);
      const float my = glm::unpackHalf1x16(io.motion[2 * (y * w + x) + 1]);
      const auto rgb = pixel(motion, x * size.width / w, y * size.height / h);
      EXPECT_NEAR(*std::max_element(rgb.begin(), rgb.end()), 255 * (1 - std::exp2(-std::hypot(mx, my))), 2);
      moving += std::hypot(mx, my) > 0.5f;
    }
  EXPECT_GT(moving, 5);

  const Picture reactive = shown(BufferView::reactive, 1 + 4 / 30.0);
  io = frame->read_contract();
  int marked = 0;
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      EXPECT_NEAR(pixel(reactive, x * size.width / w, y * size.height / h)[0], io.reactive[y * w + x], 1);
      marked += io.reactive[y * w + x] > 0;
    }
  EXPECT_GT(marked, 5) << "the courtyard has glass and water";

  // TAAU draws its own: hidden is 0 or more where history was, and all where there was none.
  const Picture before = shown(BufferView::output, 1 + 5 / 30.0);
  const Picture history = shown(BufferView::history, 1 + 6 / 30.0);
  EXPECT_LE(difference(before, history), 1);
  const Picture weight = shown(BufferView::blend_weight, 1 + 7 / 30.0);
  EXPECT_LT(pixel(weight, 64, 10)[0], 250);
  frame->drop_history();
  EXPECT_EQ(pixel(shown(BufferView::blend_weight, 1 + 8 / 30.0), 64, 10)[0], 255);
  EXPECT_GT(difference(shown(BufferView::warped_history, 1 + 9 / 30.0), weight), 20);
}

}  // namespace
