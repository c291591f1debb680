// Simulated water in a frame: what of a scene is a wall and what a boat, the picture, its depth and motion,
// and the same water on the device that renders.

#include "app/frame/water/basin.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "app/frame/frame.h"
#include "app/open/water.h"
#include "compute/pixel/half.h"
#include "core/picture/metrics.h"
#include "tests/support/gpu_fixture.h"
#include "tests/support/pond.h"
#include "tests/support/scratch.h"

namespace {

using core::Size;

class WaterFrame : public testing_support::DeviceTest<WaterFrame> {
 protected:
  void SetUp() override {
    scene_ = scene::load_scene(testing_support::write_pond(folder_), {.use_cache = false, .progress = {}});
    settings_.upscaler = renderer::Upscaler::bilinear;
    settings_.shadow.resolution = 256;
    settings_.water.cells = 128;
  }
  std::unique_ptr<app::Frame> make_frame() const {
    return std::make_unique<app::Frame>(*device_, scene_, settings_, size);
  }
  static app::FrameRequest at(double seconds) { return {.seconds = seconds, .exposure = 1.0f}; }
  /// The picture after some frames from `from` on.
  std::vector<std::byte> draw(app::Frame& frame, double from, int frames) const {
    for (int n = 0; n < frames; ++n) frame.draw(settings_, at(from + n / 30.0));
    return frame.read_picture();
  }
  static double difference(const std::vector<std::byte>& a, const std::vector<std::byte>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      sum += std::abs(static_cast<int>(a[i]) - static_cast<int>(b[i]));
    return sum / static_cast<double>(a.size());
  }

  static constexpr Size size{192, 108};
  const std::filesystem::path folder_ = testing_support::scratch();
  scene::Scene scene_;
  renderer::RenderSettings settings_;
};

TEST_F(WaterFrame, WallsCloseTheBasinAndBoatsFloat) {
  const compute::water::Basin basin = app::basin_of(scene_, app::hulls_of(scene_), 128);
  ASSERT_EQ(basin.cells, (Size{128, 128}));
  EXPECT_EQ(basin.cell, 0.25f);
  const auto open = [&](float x, float z) {
    return basin.open[static_cast<std::size_t>(static_cast<int>((z + 16) / 0.25f) * 128 +
                                               static_cast<int>((x + 16) / 0.25f))];
  };
  EXPECT_EQ(open(5, 0), 0);  // inside of the wall
  EXPECT_EQ(open(4.1f, 3.1f), 0);
  EXPECT_EQ(open(3.5f, 0), 1);
  EXPECT_EQ(open(6.6f, 0), 1);
  EXPECT_EQ(open(-15, 15), 1);
  EXPECT_GT(open(-4, 2), 0);  // under the boat
  EXPECT_LT(open(-4, 2), 1);

  const auto hulls = app::hulls_of(scene_);
  ASSERT_EQ(hulls.size(), 1u);
  EXPECT_NEAR(hulls[0].draught, 0.25f, 0.03f);  // at the time 0 it stands 5 cm high
  const auto high = app::push_of(hulls[0], scene_, 0), low = app::push_of(hulls[0], scene_, 0.7);
  EXPECT_NEAR(high.x, 12, 0.05f);
  EXPECT_NEAR(high.z, 18, 0.05f);
  EXPECT_NEAR(high.half_length, 2, 0.01f);
  EXPECT_NEAR(high.half_width, 0.8f, 0.01f);
  EXPECT_NEAR(low.head - high.head, 0.1f, 0.01f);  // where it sinks, it presses
  EXPECT_NEAR(std::abs(high.direction_x), std::sin(glm::radians(20.0f)), 0.02f);
}

TEST_F(WaterFrame, AFrameIsTheSameHoweverItIsReached) {
  settings_.upscaler = renderer::Upscaler::native;  // no jitter, which goes by the number of the frame
  const auto first = make_frame(), second = make_frame();
  EXPECT_TRUE(draw(*first, 2, 5) == draw(*second, 2, 5));
  // A jump begins anew, so that what was before does not matter.
  draw(*first, 9, 3);
  EXPECT_TRUE(draw(*first, 20, 4) == draw(*second, 20, 4));
}

TEST_F(WaterFrame, MovesAndCanBeSwitchedOff) {
  settings_.upscaler = renderer::Upscaler::native;
  const auto frame = make_frame();
  const auto now = draw(*frame, 1, 1);
  frame->draw(settings_, at(1));
  EXPECT_NE(frame->water(), nullptr);
  settings_.water.simulated = false;
  const auto off = draw(*frame, 1, 1);
  EXPECT_GT(difference(now, off), 2);
  scene_.water.size = 0;  // another scene: it has no place for it
  settings_.water.simulated = true;
  app::Frame without(*device_, scene_, settings_, size);
  EXPECT_TRUE(draw(without, 1, 1) == off);
  EXPECT_EQ(without.water(), nullptr);
}

/// Water is a surface: its depth and motion are the plane's, to the precision in which they are stored.
TEST_F(WaterFrame, DepthAndMotionAreThePlanes) {
  const auto frame = make_frame();
  for (int n = 0; n < 3; ++n) frame->draw(settings_, at(1 + n * 0.2));
  const renderer::View before = frame->view();
  frame->draw(settings_, at(1.8));
  const renderer::View now = frame->view();
  const core::FrameIo io = frame->read_contract();
  const Size render = io.info.render;
  int checked = 0;
  double worst = 0;
  for (int y = 0; y < render.height; ++y)
    for (int x = 0; x < render.width; ++x) {
      const double px = (x + 0.5 + static_cast<double>(io.info.jitter[0])) / render.width * 2 - 1,
                   py = 1 - (y + 0.5 + static_cast<double>(io.info.jitter[1])) / render.height * 2;
      const glm::dvec3 ray =
          now.axes * glm::dvec3(px * now.tan_half_fov_y * now.aspect, py * now.tan_half_fov_y, -1);
      const int i = y * render.width + x;
      const double distance = -now.eye.y / ray.y, depth = static_cast<double>(io.depth[i]);
      if (!(distance > 0) || std::abs(depth * distance / now.near - 1) > 1e-3) continue;  // not the water
      ++checked;
      EXPECT_GT(io.reactive[i], 50) << x << ", " << y;
      const glm::dvec4 clip = before.clip_from_world() * glm::dvec4(now.eye + distance * ray - before.eye, 1);
      const double was_x = (clip.x / clip.w + 1) / 2 * render.width,
                   was_y = (clip.y / clip.w + 1) / 2 * render.height;
      const double move_x = was_x - (px + 1) / 2 * render.width,
                   move_y = was_y - (1 - py) / 2 * render.height;
      worst = std::max(
          {worst, std::abs(static_cast<double>(compute::pixel::from_half(io.motion[2 * i])) - move_x),
           std::abs(static_cast<double>(compute::pixel::from_half(io.motion[2 * i + 1])) - move_y)});
    }
  EXPECT_GT(checked, render.width * render.height / 3);
  EXPECT_LT(worst, 0.01);  // render pixels; motion is stored as halfs
}

/// A puddle mirrors the red wall behind it, wets the ground, and has no waves.
TEST_F(WaterFrame, APuddleMirrorsAndLiesStill) {
  const std::filesystem::path folder = folder_ / "puddle";
  core::write_file(folder / "m.mtl",
                   "newmtl ground\nKd 0.4 0.4 0.4\nPr 1\nnewmtl wall\nKd 0.8 0.02 0.02\nPr 1\n"
                   "newmtl puddle\nKd 0.05 0.05 0.05\nd 0.6\n");
  core::write_file(folder / "m.obj",
                   "mtllib m.mtl\nv -9 0 9\nv 9 0 9\nv 9 0 -9\nv -9 0 -9\nv -9 0 -4\nv 9 0 -4\nv 9 9 -4\n"
                   "v -9 9 -4\nv -2 0.01 2\nv 2 0.01 2\nv 2 0.01 -2\nv -2 0.01 -2\n"
                   "usemtl ground\nf 1 2 3 4\nusemtl wall\nf 5 6 7 8\nusemtl puddle\nf 9 10 11 12\n");
  core::write_file(folder / "scene.toml",
                   "name = 'Puddle'\n[[model]]\npath = 'm.obj'\n[water]\ncenter = [0, -5, 0]\nsize = 16\n"
                   "[sun]\nintensity = 3\n[camera]\n[[camera.keyframe]]\ntime = 0\nposition = [0, 1, 5]\n"
                   "look_at = [0, 0.3, 0]\n");
  scene_ = scene::load_scene(folder / "scene.toml", {.use_cache = false, .progress = {}});
  settings_.upscaler = renderer::Upscaler::native;
  const auto pixel = [](const std::vector<std::byte>& picture, int x, int y, int c) {
    return std::to_integer<int>(picture[static_cast<std::size_t>(3 * (y * size.width + x) + c)]);
  };
  const auto frame = make_frame();
  const auto with = draw(*frame, 1, 1), later = draw(*frame, 2.7, 1);
  settings_.water.reflections = false;
  const auto plain = draw(*frame, 2.7, 1);
  const int x = size.width / 2, y = size.height / 2;  // in the puddle
  EXPECT_GT(pixel(with, x, y, 0), pixel(with, x, y, 1) + 12) << "no wall is mirrored";
  EXPECT_LT(pixel(plain, x, y, 0), pixel(plain, x, y, 1) + 12) << "the wall is mirrored although it is off";
  EXPECT_TRUE(with == later) << "it moves";
  EXPECT_LT(pixel(with, x, y, 1), pixel(with, x, size.height - 3, 1)) << "the ground is not wet";
}

TEST_F(WaterFrame, AFingerMakesWaves) {
  settings_.water.wind = 0;
  const auto touched = make_frame(), calm = make_frame();
  touched->draw(settings_, at(1));
  calm->draw(settings_, at(1));
  const glm::vec2 wanted(-1, 6);
  const glm::dmat4 clip_from_world = touched->view().clip_from_world();
  const glm::dvec4 clip =
      clip_from_world * glm::dvec4(glm::dvec3(wanted.x, 0, wanted.y) - touched->view().eye, 1);
  const glm::vec2 pixel((clip.x / clip.w + 1) / 2 * size.width, (clip.y / clip.w + 1) / 2 * size.height);
  const auto place = app::water_under(scene_, touched->view(), size, pixel);
  ASSERT_TRUE(place);
  EXPECT_NEAR(place->x, wanted.x, 1e-3f);
  EXPECT_NEAR(place->y, wanted.y, 1e-3f);
  EXPECT_FALSE(app::water_under(scene_, touched->view(), size, {96, 1}));  // the sky

  for (int n = 1; n <= 8; ++n) {
    app::FrameRequest request = at(1 + n / 30.0);
    calm->draw(settings_, request);
    request.poke = place;
    touched->draw(settings_, request);
  }
  const auto with = touched->read_picture(), without = calm->read_picture();
  const auto around = [&](glm::vec2 middle) {
    double sum = 0;
    for (int y = -4; y <= 4; ++y)
      for (int x = -6; x <= 6; ++x)
        for (int c = 0; c < 3; ++c) {
          const auto i = static_cast<std::size_t>(
              3 * ((static_cast<int>(middle.y) + y) * size.width + static_cast<int>(middle.x) + x) + c);
          sum += std::abs(static_cast<int>(with[i]) - static_cast<int>(without[i]));
        }
    return sum / (9 * 13 * 3);
  };
  EXPECT_GT(around(pixel), 8);
  EXPECT_LT(around({180, 80}), 0.5);  // the waves are not there yet
}

/// The same water by shaders on the device that renders, in the renderer's own memory.
TEST_F(WaterFrame, TheDeviceThatRendersCanComputeIt) {
  app::Settings on_device, on_host;
  app::set(on_device, "backend", "vulkan");
  app::set(on_host, "backend", "cpu");
  const auto device = make_frame(), host = make_frame();
  app::give_water(*device, *device_, on_device);
  app::give_water(*host, *device_, on_host);
  for (const double from : {1.0, 6.0}) {
    const auto a = draw(*device, from, 4), b = draw(*host, from, 4);
    EXPECT_NE(device->water()->description().find("vulkan"), std::string::npos)
        << device->water()->description();
    EXPECT_LT(difference(a, b), 0.05);
  }
}

}  // namespace
