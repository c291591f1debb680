#include "app/window/fly_camera.h"

#include <gtest/gtest.h>

namespace {

void expect_near(const glm::vec3& a, const glm::vec3& b) {
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(a[i], b[i], 1e-4f) << "axis " << i;
}

TEST(FlyCamera, TakesOverWhereThePathWas) {
  app::FlyCamera camera;
  for (const glm::vec3& target :
       {glm::vec3(4, 2, -7), glm::vec3(-3, -5, 1), glm::vec3(1, 3, 2), glm::vec3(2, 2, 9)}) {
    const glm::vec3 eye(1, 2, 3);
    if (target == eye) continue;
    camera.set({eye, target});
    expect_near(camera.pose().position, eye);
    expect_near(camera.pose().look_at - eye, glm::normalize(target - eye));
  }
}

TEST(FlyCamera, MovesAlongWhatItSees) {
  app::FlyCamera camera;
  camera.set({{0, 0, 0}, {1, 0, 0}});  // east; right of it is south, +z
  camera.move({.forward = 1, .right = 0, .up = 0}, 2, 3);
  expect_near(camera.pose().position, {6, 0, 0});
  camera.move({.forward = 0, .right = 1, .up = 0}, 1, 3);
  expect_near(camera.pose().position, {6, 0, 3});
  camera.move({.forward = 0, .right = 0, .up = 1, .fast = true}, 1, 1);
  expect_near(camera.pose().position, {6, 4, 3});
}

TEST(FlyCamera, TheMouseTurnsItAndItNeverTipsOver) {
  app::FlyCamera camera;
  camera.set({{0, 0, 0}, {0, 0, -1}});
  camera.turn(90, 0, 1);  // to the right by 90 degrees: north to east
  expect_near(camera.pose().look_at, {1, 0, 0});
  camera.turn(0, -45, 1);  // up
  EXPECT_NEAR(camera.pose().look_at.y, std::sqrt(0.5f), 1e-4f);
  camera.turn(0, -1000, 1);
  EXPECT_LT(camera.pose().look_at.y, 1.0f);
  EXPECT_GT(camera.pose().look_at.y, 0.99f);
  EXPECT_GT(camera.pose().look_at.x, 0.0f) << "it still looks east";
}

}  // namespace
