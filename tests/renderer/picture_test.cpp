// Tests each part of the picture by the pixels of a scene that is made for it: shadows, lights, ambient
// occlusion, holes in leaves, emission, bloom, exposure, culling, cuts. The spatial upscalers are compared
// with plain loops.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <glm/gtc/packing.hpp>

#include "renderer/scene/texture/mipmaps.h"
#include "tests/support/picture_fixture.h"

namespace {

using renderer::Upscaler;

class PictureTest : public testing_support::PictureTest {};

TEST_F(PictureTest, TheSunLightsAndWhatStandsInItsWayShades) {
  add_square({0, 2, 0}, 1, 0);
  scene_.sun.direction = {-1, -1, 0};  // the shadow lies on the left
  draw();
  // 8 m above a floor of 60 degrees across: 13 pixels a metre.
  const glm::vec3 lit = color(130, 60), shaded = color(54, 60), above = color(80, 60);
  EXPECT_GT(lit.y, 2 * shaded.y);
  EXPECT_GT(shaded.y, 0.01f) << "the sky lights shadows";
  EXPECT_NEAR(above.y, lit.y, 0.1f * lit.y) << "the square itself stands in the sun";
  settings_.shadow.enabled = false;
  draw();
  EXPECT_NEAR(color(54, 60).y, lit.y, 0.1f * lit.y);
  settings_.sun_intensity = 0;
  draw();
  EXPECT_NEAR(color(130, 60).y, shaded.y, 0.3f * shaded.y) << "without the sun all is as in its shadow";
}

TEST_F(PictureTest, AMovedObjectsShadowMovesWithIt) {
  add_square({0, 2, 0}, 1, 0);
  scene_.models.resize(2);
  scene_.models[1].keyframes = {{.time = 0, .position = {0, 0, 0}}, {.time = 20, .position = {6, 0, 0}}};
  scene_.chunks.back().model = 1;
  scene_.sun.direction = {-1, -1, 0};
  draw();
  const float lit = color(130, 60).y;
  EXPECT_LT(color(54, 60).y, 0.5f * lit);
  EXPECT_NEAR(color(93, 60).y, lit, 0.1f * lit);
  // 3 m to the right, and by one of its many steps to there.
  for (const double seconds : {2.0, 4.0, 6.0, 8.0, 10.0}) frame_->draw(settings_, {.seconds = seconds});
  io_ = frame_->read_contract();
  EXPECT_NEAR(color(54, 60).y, lit, 0.1f * lit) << "the shadow stayed where it was";
  EXPECT_LT(color(93, 60).y, 0.5f * lit);
}

/// At 50 km from the origin a float has steps of 4 mm, so that everything that is not computed relative to
/// the camera trembles.
TEST_F(PictureTest, FarFromTheOriginEverythingIsAsNearIt) {
  add_square({0, 2, 0}, 1, 0);
  scene_.sun.direction = {-1, -1, 0.25f};
  const auto shoot = [&](glm::vec3 offset) {
    scene_.models[0].position = offset;
    const auto key = [&](double time, glm::vec3 eye) {
      return scene::CameraKeyframe{time, offset + eye, offset + glm::vec3(0.25f, 0, 0.5f), false};
    };
    scene_.camera.keyframes = {key(0, {0.25f, 8, 0.75f}), key(1, {2.25f, 8, 1.75f})};
    scene_.box_min = offset + glm::vec3(-20, -1, -20);
    scene_.box_max = offset + glm::vec3(20, 8, 20);
    frame_ = std::make_unique<app::Frame>(*device_, scene_, settings_, size_);
    for (const double seconds : {0.0, 1 / 64.0}) frame_->draw(settings_, {.seconds = seconds});
    io_ = frame_->read_contract();
  };
  const auto pixels = static_cast<std::size_t>(size_.width * size_.height);
  for (const bool shadows : {false, true}) {
    SCOPED_TRACE(shadows);
    settings_.shadow.enabled = shadows;
    shoot({0, 0, 0});
    const std::vector<float> depth(io_.depth, io_.depth + pixels);
    const std::vector<core::f16> motion(io_.motion, io_.motion + 2 * pixels),
        colors(io_.color, io_.color + 4 * pixels);
    shoot({50000, 100, -50000});
    int other_colors = 0;
    double farthest = 0, moved = 0;
    const auto half = [](core::f16 h) { return static_cast<double>(glm::unpackHalf1x16(h)); };
    for (std::size_t i = 0; i < pixels; ++i) {
      EXPECT_NEAR(io_.depth[i], depth[i], 1e-5f * depth[i]);
      for (std::size_t c = 2 * i; c < 2 * i + 2; ++c) {
        farthest = std::max(farthest, std::abs(half(io_.motion[c]) - half(motion[c])));
        moved = std::max(moved, std::abs(half(motion[c])));
      }
      other_colors += std::abs(half(io_.color[4 * i]) - half(colors[4 * i])) > 0.02 * half(colors[4 * i]);
    }
    EXPECT_GT(moved, 0.3) << "nothing moves: the comparison says nothing";
    EXPECT_LT(farthest, 0.002) << "pixels of motion";
    // Cascades snap to texels of the world, which lie otherwise there: the shadow's rim of 100 pixels may
    // change.
    EXPECT_LE(other_colors, shadows ? 120 : 0);
  }
}

TEST_F(PictureTest, PointLightsFadeWithDistance) {
  settings_.sun_intensity = settings_.sky_intensity = 0;
  scene_.lights = {{.position = {0, 1, 0}, .color = {1, 0.5f, 0}, .intensity = 2, .radius = 6}};
  draw();
  // A white Lambert surface facing it at 1 m: intensity * (1 - (1/radius)^4)^2; gloss adds to it.
  const glm::vec3 below = color(80, 60), far = color(80, 5);
  EXPECT_GT(below.x, 1.9f);
  EXPECT_LT(below.x, 3.0f);
  EXPECT_NEAR(below.y / below.x, 0.5f, 0.02f);
  EXPECT_EQ(below.z, 0);
  EXPECT_LT(far.x, below.x / 20);
  settings_.point_lights = false;
  draw();
  EXPECT_EQ(color(80, 60), glm::vec3(0));
}

TEST_F(PictureTest, AmbientOcclusionDarkensGapsAndNotTheOpen) {
  settings_.sun_intensity = 0;
  // A step of half a metre: the floor beside it is partly hidden from the sky.
  add_square({-5, 0.5f, 0}, 5, 0);
  draw();
  const float open = color(150, 60).y, beside = color(82, 60).y;
  settings_.ambient_occlusion = {.enabled = true, .radius = 2};
  draw();
  EXPECT_NEAR(color(150, 60).y, open, 0.05f * open);
  EXPECT_LT(color(82, 60).y, 0.9f * beside);
}

TEST_F(PictureTest, HolesInLeavesShowWhatLiesBehindAndLetLightThrough) {
  // Its left half is cut away.
  scene::Image image{2, 1, {255, 0, 0, 0, 255, 0, 0, 255}, true};
  scene_.textures.push_back(scene::make_color_texture(image, 0.5f));
  scene::Material& leaf = add_material();
  leaf.alpha_mode = scene::AlphaMode::mask;
  leaf.base_color_texture = 0;
  leaf.emissive = {0, 0, 3};
  add_square({0, 2, 0}, 2, 1);
  draw();
  const glm::vec3 leaf_color = color(100, 60), through = color(60, 60), open = color(10, 60);
  EXPECT_GT(leaf_color.z, 2.5f) << "the leaf glows";
  EXPECT_LT(leaf_color.y, 0.1f) << "and is red and blue only";
  EXPECT_NEAR(glm::distance(through, open), 0, 0.02f) << "the floor in the sun, seen through the hole";
  scene_.materials[1].alpha_mode = scene::AlphaMode::opaque;
  draw();
  EXPECT_GT(color(60, 60).z, 2.5f) << "without the alpha test there is no hole";
}

TEST_F(PictureTest, BloomSpreadsWhatIsBrightAndNothingElse) {
  settings_.sun_intensity = settings_.sky_intensity = 0;
  add_material().emissive = glm::vec3(50);
  add_square({0, 1, 0}, 0.3f, 1);
  const auto shown = [&](bool bloom, int x) {
    settings_.bloom.enabled = bloom;
    draw();
    return std::to_integer<int>(frame_->read_picture()[3 * static_cast<std::size_t>(60 * size_.width + x)]);
  };
  EXPECT_LT(shown(false, 92), 5);
  EXPECT_GT(shown(true, 92), shown(false, 92) + 20);
  EXPECT_GT(shown(true, 92), shown(true, 120)) << "less farther out";
  EXPECT_GT(shown(true, 80), 200);
}

TEST_F(PictureTest, ExposureByHandIsStops) {
  draw();
  const float before = color(80, 60).y;
  settings_.exposure.ev = 2;
  draw();
  EXPECT_NEAR(color(80, 60).y / before, 4, 0.02f);
  EXPECT_EQ(io_.info.exposure, 4);
}

TEST_F(PictureTest, TheEyeAdaptsByTheTimeOfFramesAndNotByTheirNumber) {
  settings_.exposure.automatic = true;
  // At first exposure is adapted to the sun, which then goes out.
  const auto after = [&](int frames, float frame_seconds) {
    app::Frame frame(*device_, scene_, settings_, size_);
    for (int n = 0; n < 4; ++n) frame.draw(settings_, {.frame_seconds = frame_seconds});
    const float first = frame.info().exposure;
    renderer::RenderSettings dark = settings_;
    dark.sun_intensity = 0;
    // A measurement is two frames old when it is used.
    for (int n = 0; n < frames + 2; ++n) frame.draw(dark, {.frame_seconds = frame_seconds});
    return frame.info().exposure / first;
  };
  const float few = after(8, 0.02f), many = after(16, 0.01f), longer = after(32, 0.02f);
  EXPECT_GT(few, 1.05f) << "brighter in the dark";
  EXPECT_NEAR(few, many, 0.02f * few);
  EXPECT_GT(longer, 1.3f * few);
  EXPECT_FLOAT_EQ(after(8, 0), 1) << "no time, no change";
}

/// A cut starts anew as a first frame does; without one the eye takes its time.
TEST_F(PictureTest, AutomaticExposureSnapsAtACut) {
  settings_.exposure.automatic = true;
  renderer::RenderSettings dark = settings_;
  dark.sun_intensity = 0;
  app::Frame fresh(*device_, scene_, dark, size_);
  fresh.draw(dark, {.frame_seconds = 0.02f});
  const float adapted = fresh.info().exposure;
  for (const bool cut : {false, true}) {
    app::Frame frame(*device_, scene_, settings_, size_);
    for (int n = 0; n < 4; ++n) frame.draw(settings_, {.frame_seconds = 0.02f});
    ASSERT_LT(frame.info().exposure, 0.5f * adapted);
    frame.draw(dark, {.frame_seconds = 0.02f, .cut = cut});
    if (cut) {
      EXPECT_NEAR(frame.info().exposure, adapted, 1e-3f * adapted);
    } else {
      EXPECT_LT(frame.info().exposure, 0.6f * adapted);
    }
    for (int n = 0; n < 3 && cut; ++n) {
      frame.draw(dark, {.frame_seconds = 0.02f});
      EXPECT_NEAR(frame.info().exposure, adapted, 1e-3f * adapted) << "an older measurement came after it";
    }
  }
}

TEST_F(PictureTest, CullingLeavesThePictureAsItIs) {
  renderer::RenderSettings settings;
  settings.upscaler = Upscaler::native;
  settings.shadow.resolution = 512;
  const auto picture = [&](bool culling) {
    settings.culling = culling;
    app::Frame frame(*device_, *courtyard_, settings, size_);
    for (int n = 0; n < 3; ++n) frame.draw(settings, {.seconds = 2 + n / 30.0});
    return frame.read_picture();
  };
  EXPECT_EQ(picture(true), picture(false));
}

TEST_F(PictureTest, ACutDropsTheHistory) {
  app::Frame frame(*device_, *courtyard_, settings_, size_);
  frame.draw(settings_, {.seconds = 1});
  EXPECT_TRUE(frame.info().reset) << "the first frame";
  frame.draw(settings_, {.seconds = 1.02});
  EXPECT_FALSE(frame.info().reset);
  frame.draw(settings_, {.seconds = 6, .cut = true});
  EXPECT_TRUE(frame.info().reset);
  frame.draw(settings_, {.seconds = 6.02});
  EXPECT_FALSE(frame.info().reset);
}

/// Weights of the samples around, by the same definition as in shaders/upscale_spatial.comp.
std::array<double, 4> weights(bool cubic, double t) {
  if (!cubic) return {0, 1 - t, t, 0};
  return {-0.5 * t * t * t + t * t - 0.5 * t, 1.5 * t * t * t - 2.5 * t * t + 1,
          -1.5 * t * t * t + 2 * t * t + 0.5 * t, 0.5 * t * t * t - 0.5 * t * t};
}

TEST_F(PictureTest, BilinearAndCatmullRomAreThoseOfPlainLoops) {
  renderer::RenderSettings settings = settings_;
  const core::Size output{161, 91};
  for (const Upscaler upscaler : {Upscaler::bilinear, Upscaler::catmull_rom}) {
    for (const float scale : {2.0f, 1.7f, 3.0f}) {
      SCOPED_TRACE(testing::Message() << static_cast<int>(upscaler) << " at scale " << scale);
      settings.upscaler = upscaler;
      settings.scale = scale;
      app::Frame frame(*device_, *courtyard_, settings, output);
      for (int n = 0; n < 2; ++n) frame.draw(settings, {.seconds = 2 + n / 30.0});
      const core::FrameIo io = frame.read_contract();
      const core::Size r = io.info.render;
      double worst = 0;
      for (int y = 0; y < output.height; ++y) {
        for (int x = 0; x < output.width; ++x) {
          const double px = (x + 0.5) * r.width / output.width - io.info.jitter[0] - 0.5,
                       py = (y + 0.5) * r.height / output.height - io.info.jitter[1] - 0.5;
          const int bx = static_cast<int>(std::floor(px)), by = static_cast<int>(std::floor(py));
          const auto wx = weights(upscaler == Upscaler::catmull_rom, px - bx),
                     wy = weights(upscaler == Upscaler::catmull_rom, py - by);
          for (int c = 0; c < 3; ++c) {
            double sum = 0, low = 1e9, high = 0;
            for (int j = 0; j < 4; ++j)
              for (int i = 0; i < 4; ++i) {
                const int sx = std::clamp(bx + i - 1, 0, r.width - 1),
                          sy = std::clamp(by + j - 1, 0, r.height - 1);
                const double sample = glm::unpackHalf1x16(io.color[4 * (sy * r.width + sx) + c]);
                sum += wx[static_cast<std::size_t>(i)] * wy[static_cast<std::size_t>(j)] * sample;
                low = std::min(low, sample);
                high = std::max(high, sample);
              }
            const double expected = std::clamp(sum, low, high);
            const double got = glm::unpackHalf1x16(io.output[4 * (y * output.width + x) + c]);
            worst = std::max(worst, std::abs(got - expected) / (0.01 + expected));
          }
        }
      }
      EXPECT_LT(worst, 4e-3);
    }
  }
}

}  // namespace
