// Tests the light that the picture shows: soft shadows, short ones, those of lamps, what surfaces reflect of
// the sun, and leaves in the wind.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/picture_fixture.h"

namespace {

class LightTest : public testing_support::PictureTest {
 protected:
  void SetUp() override {
    PictureTest::SetUp();
    settings_.sky_intensity = 0;
    scene_.sun.direction = {-1, -1, 0};
    scene_.materials[0].specular = 0;
  }
  /// How many pixels of the middle row, left of `end`, are neither lit nor dark.
  int half_lit(int end) const {
    int count = 0;
    const float lit = color(2, 60).y;
    for (int x = 3; x < end; ++x) count += color(x, 60).y > 0.1f * lit && color(x, 60).y < 0.9f * lit;
    return count;
  }
};

TEST_F(LightTest, AShadowIsSofterFarFromWhatCasts) {
  settings_.shadow.softness = 0;
  settings_.shadow.contact = false;
  int width[2][2];
  for (const int soft : {0, 1})
    for (const int high : {0, 1}) {
      scene_.vertices.resize(4);
      scene_.indices.resize(6);
      scene_.chunks.resize(1);
      const float height = high ? 3.0f : 1.0f;
      add_square({0, height, 0}, 1, 0);
      settings_.shadow.spread = soft ? 0.1f : 0.0f;
      draw();
      width[soft][high] = half_lit(high ? 40 : 60);
    }
  EXPECT_LE(width[0][0], 3);
  EXPECT_LE(width[0][1], 3);
  EXPECT_GE(width[1][1], width[1][0] + 3);
}

/// A model above the floor that is not to be seen, and then not to cast a shadow either.
TEST_F(LightTest, WhatIsNotSeenMayStillCastAShadow) {
  const auto dark = [&] {
    int count = 0;
    for (int y = 0; y < size_.height; ++y)
      for (int x = 0; x < size_.width; ++x) count += color(x, y).y < 0.1f;
    return count;
  };
  const std::size_t middle = static_cast<std::size_t>(size_.width) * 60 + 80;
  draw();
  const float floor = io_.depth[middle];
  ASSERT_EQ(dark(), 0);
  scene_.models.push_back({});
  add_square({0, 2, 0}, 1, 0);
  scene_.chunks.back().model = 1;
  draw();
  EXPECT_GT(io_.depth[middle], 1.1f * floor);
  scene_.models[1].seen = false;
  draw();
  EXPECT_FLOAT_EQ(io_.depth[middle], floor);
  EXPECT_GT(dark(), 100);
  scene_.models[1].casts = false;
  draw();
  EXPECT_EQ(dark(), 0);
}

/// A sheet 15 cm above the floor, and a map that is too coarse for it.
TEST_F(LightTest, WhatIsCloseShadesWhereTheMapIsTooCoarse) {
  settings_.shadow.resolution = 128;
  settings_.shadow.bias = 16;
  scene_.camera.keyframes = {{0.0, {0, 2, 0.1f}, {0, 0, 0}, false}};
  add_square({0, 0.15f, 0}, 0.5f, 0);
  // 52 pixels a metre: the sheet's rim is seen at x = 52, its shadow reaches to 46.
  settings_.shadow.contact = false;
  draw();
  const float lit = color(10, 60).y;
  EXPECT_NEAR(color(49, 60).y, lit, 0.1f * lit) << "the map has this shadow: the test says nothing";
  settings_.shadow.contact = true;
  draw();
  EXPECT_LT(color(49, 60).y, 0.6f * lit);
  EXPECT_NEAR(color(10, 60).y, lit, 0.02f * lit);
  EXPECT_NEAR(color(80, 60).y, lit, 0.1f * lit) << "the sheet itself stands in the sun";
}

/// A lamp 3 m above the floor, and sheets half-way: each shadow is twice as large as its sheet, and twice as
/// far away. Those of the four sheets aside lie in the maps of the cube's other sides.
TEST_F(LightTest, ALampHasShadowsOfItsOwn) {
  settings_.sun_intensity = 0;
  scene_.camera.keyframes = {{0.0, {0, 16, 0.1f}, {0, 0, 0}, false}};
  scene_.lights = {{.position = {0, 3, 0}, .color = {1, 1, 1}, .intensity = 10, .radius = 30}};
  const auto floor_at = [&](const glm::vec2& metres) {  // 1 m is 120 / (2 * 16 * tan 30) pixels
    const glm::ivec2 pixel = glm::floor(metres * (120 / (32 * std::tan(0.5f * 1.0471976f))));
    return color(80 + pixel.x, 60 + pixel.y).y;
  };
  struct Place {
    glm::vec2 sheet, shadow, beside;
    float half_side;
  };
  const Place places[] = {{{0, 0}, {1.4f, 0}, {0, 2.05f}, 0.85f},
                          {{2.5f, 0}, {5.2f, 0}, {3.9f, 0}, 0.3f},
                          {{-2.5f, 0}, {-5.2f, 0}, {-3.9f, 0}, 0.3f},
                          {{0, 2.5f}, {0, 5.2f}, {0, 3.9f}, 0.3f},
                          {{0, -2.5f}, {0, -5.2f}, {0, -3.9f}, 0.3f}};
  draw();
  std::vector<float> lit, beside;
  for (const Place& place : places) {
    lit.push_back(floor_at(place.shadow));
    beside.push_back(floor_at(place.beside));
    add_square({place.sheet.x, 1.5f, place.sheet.y}, place.half_side, 0);
  }
  for (const bool shadows : {true, false}) {
    settings_.shadow.lamps = shadows ? 8 : 0;
    draw();
    for (std::size_t i = 0; i < std::size(places); ++i) {
      const float now = floor_at(places[i].shadow);
      if (shadows)
        EXPECT_LT(now, 0.05f * lit[i]) << i;
      else
        EXPECT_NEAR(now, lit[i], 0.01f * lit[i]) << i;
      EXPECT_NEAR(floor_at(places[i].beside), beside[i], 0.02f * beside[i]) << i;
    }
  }
}

/// Over a red floor in the sun hangs a white ceiling: seen from below, it is as red as the floor sends up.
TEST_F(LightTest, ACeilingIsLitByTheFloorInTheSun) {
  scene_.materials[0].base_color = {0.6f, 0.1f, 0.1f};
  scene_.materials[0].double_sided = true;
  add_material().specular = 0;
  scene_.sun.direction = {-1, -1, 0};
  scene_.metre = 2;
  add_square({0, 3, 0}, 1.5f, 1);
  scene_.camera.keyframes = {{0.0, {3, 0.5f, 0}, {0, 3, 0}, false}};
  scene_.ambient = scene::make_ambient_grid(scene_);
  const auto ceiling = [&](float bounce) {
    settings_.sun_bounce = bounce;
    draw();
    return color(80, 60);
  };
  const glm::vec3 none = ceiling(0), once = ceiling(1) - none, twice = ceiling(2) - none;
  // The floor's radiance is its colour times the cosine of 45 degrees. The middle of the sheet sees a tenth
  // of it in the sheet's shadow.
  EXPECT_NEAR(once.x, 0.9f * 0.6f * 0.7071f, 0.15f * 0.6f * 0.7071f);
  EXPECT_NEAR(once.y / once.x, 1.0f / 6, 0.03f);
  EXPECT_NEAR(twice.x, 2 * once.x, 0.02f * once.x);
}

/// A leaf moves, and its motion vectors say how far: the mean place of its pixels tells both.
TEST_F(LightTest, LeavesSwayAndTheirMotionIsExact) {
  scene::Material& leaf = add_material();
  leaf.base_color = {0, 1, 0};
  leaf.alpha_mode = scene::AlphaMode::mask;
  leaf.sways = true;
  scene_.sway = 0.05f;
  const std::size_t first = scene_.vertices.size();
  add_square({0, 7, 0.26f}, 0.35f, 1);  // a metre below the camera: 104 pixels a metre
  for (std::size_t v = first; v < scene_.vertices.size(); ++v) {  // askew, so that no edge follows the pixels
    glm::vec3& p = scene_.vertices[v].position;
    p = {0.9f * p.x - 0.43f * (p.z - 0.26f), p.y, 0.43f * p.x + 0.9f * (p.z - 0.26f) + 0.26f};
  }
  frame_ = std::make_unique<app::Frame>(*device_, scene_, settings_, size_);
  const auto middle = [&](double seconds, glm::vec2& motion) {
    frame_->draw(settings_, {.seconds = seconds});
    io_ = frame_->read_contract();
    glm::vec2 sum(0);
    float count = 0;
    motion = {0, 0};
    for (int y = 0; y < size_.height; ++y)
      for (int x = 0; x < size_.width; ++x) {
        if (color(x, y).x > 0.2f * color(x, y).y) continue;
        const core::f16* texel = io_.motion + 2 * (y * size_.width + x);
        motion += glm::vec2(glm::unpackHalf1x16(texel[0]), glm::unpackHalf1x16(texel[1]));
        sum += glm::vec2(x, y);
        ++count;
      }
    EXPECT_GT(count, 500);
    motion /= count;
    return sum / count;
  };
  glm::vec2 motion, before = middle(10, motion);
  float farthest = 0;
  for (const double seconds : {10.4, 10.8, 11.5}) {
    const glm::vec2 now = middle(seconds, motion);
    EXPECT_LT(glm::length(now + motion - before), 0.05f + 0.05f * glm::length(now - before))
        << seconds << ": moved by " << now.x - before.x << ", " << now.y - before.y << ", motion " << motion.x
        << ", " << motion.y;
    farthest = std::max(farthest, glm::length(now - before));
    before = now;
  }
  EXPECT_GT(farthest, 1);
}

/// Where the scene has no wind, a leaf is as still as anything else.
TEST_F(LightTest, WithoutWindLeavesDoNotMove) {
  scene::Material& leaf = add_material();
  leaf.alpha_mode = scene::AlphaMode::mask;
  leaf.sways = true;
  add_square({0, 4, 0}, 1.2f, 1);
  frame_ = std::make_unique<app::Frame>(*device_, scene_, settings_, size_);
  for (const double seconds : {1.0, 1.5}) frame_->draw(settings_, {.seconds = seconds});
  io_ = frame_->read_contract();
  for (int i = 0; i < 2 * size_.width * size_.height; ++i)
    ASSERT_NEAR(glm::unpackHalf1x16(io_.motion[i]), 0, 1e-3f) << i;
}

}  // namespace
