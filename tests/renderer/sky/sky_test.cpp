// Tests the sky of an atmosphere in the picture: the map against the table, the sun, clouds, stars and the
// air before far things.

#include <gtest/gtest.h>

#include <cmath>

#include "renderer/sky/sky_light.h"
#include "tests/support/picture_fixture.h"

namespace {

using glm::vec3;

class SkyTest : public testing_support::PictureTest {
 protected:
  void SetUp() override {
    PictureTest::SetUp();
    scene_.sky = {};
    scene_.sky.atmosphere = true;
    scene_.sun = {
        .direction = {0.3f, -0.6f, -0.8f}, .color = {1, 1, 1}, .intensity = 2};  // sets within 12 hours
  }
  /// Looks from above the floor along a direction, half a degree a pixel in the middle.
  void look(const vec3& direction) {
    scene_.camera.keyframes = {{0.0, {0, 2, 0}, vec3(0, 2, 0) + direction, false}};
    draw();
  }
  /// The direction of the ray through the middle of a pixel.
  vec3 ray(int x, int y) const {
    const core::FrameInfo& info = io_.info;
    const scene::CameraKeyframe& key = scene_.camera.keyframes[0];
    const vec3 ahead = glm::normalize(key.look_at - key.position),
               right = glm::normalize(glm::cross(ahead, vec3(0, 1, 0)));
    const float nx = 2 * (static_cast<float>(x) + 0.5f) / static_cast<float>(info.render.width) - 1,
                ny = 1 - 2 * (static_cast<float>(y) + 0.5f) / static_cast<float>(info.render.height);
    return glm::normalize(ahead +
                          info.tan_half_fov_y * (nx * info.aspect * right + ny * glm::cross(right, ahead)));
  }
};

TEST_F(SkyTest, IsTheTables) {
  renderer::SkyModel model(scene_);
  const renderer::SkyLight& light = model.at(0);
  int compared = 0;
  for (const vec3& direction :
       {vec3(0, 1, 0.1f), vec3(1, 0.4f, 0.3f), vec3(-1, 0.5f, 1), vec3(0.2f, 0.3f, -1)}) {
    look(direction);
    for (int y = 3; y < size_.height; y += 19)
      for (int x = 3; x < size_.width; x += 17) {
        const vec3 at = ray(x, y);
        if (at.y < 0.02f || glm::dot(at, light.to_sun) > 0.97f)
          continue;  // around the sun the table is coarse
        const vec3 expected = light.table->radiance(at, light.to_sun) * light.scale * io_.info.exposure;
        const vec3 got = color(x, y);
        for (int c = 0; c < 3; ++c)
          EXPECT_NEAR(got[c], expected[c], 0.02f * expected[c] + 1e-3f) << x << ' ' << y;
        ++compared;
      }
  }
  EXPECT_GT(compared, 120);
}

/// Half a degree wide, and gone where it has set.
TEST_F(SkyTest, HasASun) {
  const vec3 to_sun = -glm::normalize(scene_.sun.direction);
  look(to_sun);
  const float pixel = 2 * io_.info.tan_half_fov_y / static_cast<float>(size_.height);
  double light = 0;
  for (int y = 50; y < 70; ++y)
    for (int x = 70; x < 90; ++x) light += std::max(0.0f, color(x, y).y - 4 * color(60, 60).y);
  const double expected = 2 * 40 * 3.14159265 * 0.0047 * 0.0047 / (pixel * pixel);
  EXPECT_NEAR(light, expected, 0.25 * expected);
  settings_.time_of_day = 12;
  draw();
  for (int y = 50; y < 70; ++y)
    for (int x = 70; x < 90; ++x) EXPECT_LT(color(x, y).y, 0.2f);
}

TEST_F(SkyTest, CloudsCoverAndStarsComeAtNight) {
  const auto spread = [&] {  // of the brightness
    double sum = 0, squares = 0;
    for (int y = 0; y < size_.height; ++y)
      for (int x = 0; x < size_.width; ++x) {
        const double v = color(x, y).y;
        sum += v, squares += v * v;
      }
    const double n = size_.width * size_.height, mean = sum / n;
    return std::sqrt(std::max(squares / n - mean * mean, 0.0)) / mean;
  };
  scene_.sun.direction = {0.6f, -0.5f, 0.9f};
  look({0.3f, 1, -0.6f});
  const double clear = spread();
  scene_.sky.clouds = 0.6f;
  draw();
  EXPECT_GT(spread(), 1.5 * clear);
  scene_.sky.clouds = 0;
  scene_.sky.stars = 1;
  draw();
  EXPECT_NEAR(spread(), clear, 0.02 * clear) << "no stars by day";
  scene_.sun.direction = {0.6f, 0.5f, 0.9f};
  draw();
  const double starry = spread();
  scene_.sky.stars = 0;
  draw();
  EXPECT_GT(starry, 5 * spread());
}

/// A white floor fades into the light of the air before it, by what the air takes.
TEST_F(SkyTest, FarThingsFade) {
  renderer::SkyModel model(scene_);
  const renderer::SkyLight& light = model.at(0);
  settings_.shadow.enabled = false;
  add_square({0, -1, 0}, 3000, 0);
  scene_.box_min = {-3000, -1, -3000};
  scene_.box_max = {3000, 8, 3000};
  scene_.camera.far = 1e5f;
  look({1, 0, 0});
  const auto floor_at = [&](int y) { return std::pair(color(80, y), 3 / std::max(-ray(80, y).y, 1e-6f)); };
  const auto [near, near_distance] = floor_at(119);
  const auto [far, far_distance] = floor_at(60);
  ASSERT_GT(far_distance, 300);
  for (int c = 0; c < 3; ++c) {
    const float left = std::exp(-light.extinction[c] * far_distance);
    const float towards = 0.5f + 0.5f * glm::normalize(glm::vec2(light.to_sun.x, light.to_sun.z)).x;
    const float air = glm::mix(light.air_away[c], light.air_sunward[c], towards * towards);
    // The gloss of the floor is stronger far off, so only the share of the air is compared.
    EXPECT_LT(std::abs(far[c] - air * io_.info.exposure),
              std::abs(near[c] - air * io_.info.exposure) + 1e-3f);
    EXPECT_LT(left, 1);
  }
}

/// The constants change with the hour while it runs, and the map with them.
TEST_F(SkyTest, FollowsTheHour) {
  look({0, 1, 0.1f});
  const vec3 day = color(80, 60);
  settings_.time_of_day = 12;
  frame_->draw(settings_, {});
  io_ = frame_->read_contract();
  EXPECT_LT(color(80, 60).y, 0.1f * day.y);
  settings_.time_of_day = 0;
  frame_->draw(settings_, {});
  io_ = frame_->read_contract();
  EXPECT_NEAR(color(80, 60).y, day.y, 1e-3f);
}

}  // namespace
