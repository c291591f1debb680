// Tests what the grid of the sky's light does to the picture.

#include <gtest/gtest.h>

#include "tests/support/picture_fixture.h"

namespace {

class SkyVisibilityTest : public testing_support::PictureTest {
 protected:
  /// A roof of 12 m at a height of 2 m covers the left half of the floor; the camera sees the floor below the
  /// roof and beside it, from a low place in the open.
  void SetUp() override {
    PictureTest::SetUp();
    settings_.sun_intensity = 0;
    add_square({-6, 2, 0}, 6, 0);
    scene_.metre = 4;  // makes cells of 0.6, which are quickly calculated
    scene_.camera.keyframes = {{0.0, {1, 1.2f, 9}, {0, 0, 0}, false}};
  }
  /// The floor at x metres beside the roof's edge, z = 0.
  glm::vec3 floor_at(float x) const {
    const renderer::View& view = frame_->view();
    const glm::dvec4 clip = view.clip_from_world() * glm::dvec4(glm::dvec3(x, 0, 0) - view.eye, 1);
    return color(static_cast<int>((clip.x / clip.w * 0.5 + 0.5) * size_.width),
                 static_cast<int>((clip.y / clip.w * 0.5 + 0.5) * size_.height));
  }
};

TEST_F(SkyVisibilityTest, BelowARoofItIsDarkAndTheOpenStays) {
  draw();
  const glm::vec3 open = floor_at(4), under = floor_at(-4);
  EXPECT_NEAR(under.y, open.y, 0.1f * open.y) << "without a grid";
  scene_.ambient = scene::make_ambient_grid(scene_);
  draw();
  EXPECT_LT(floor_at(-4).y, 0.45f * open.y);
  EXPECT_NEAR(floor_at(4).y, open.y, 0.06f * open.y);
  settings_.sky_visibility.strength = 0.5f;
  draw();
  EXPECT_NEAR(floor_at(-4).y, 0.6f * open.y, 0.2f * open.y);
  settings_.sky_visibility.enabled = false;
  draw();
  EXPECT_NEAR(floor_at(-4).y, under.y, 0.01f * open.y);
}

/// It does not follow the camera or its jitter: the same place is as bright from elsewhere.
TEST_F(SkyVisibilityTest, StaysInPlace) {
  scene_.materials[0].specular = 0;
  scene_.ambient = scene::make_ambient_grid(scene_);
  draw();
  const float edge = floor_at(-1).y;
  scene_.camera.keyframes[0].position = {4, 1.5f, 8};
  draw();
  EXPECT_NEAR(floor_at(-1).y, edge, 0.06f * edge);
}

}  // namespace
