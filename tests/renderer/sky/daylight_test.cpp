// Tests the sun at other times of the day.

#include "renderer/sky/daylight.h"

#include <gtest/gtest.h>

namespace {

using renderer::daylight;
using renderer::Daylight;

TEST(Daylight, TheScenesOwnTimeChangesNothing) {
  const scene::Sun sun;
  const Daylight now = daylight(sun, 0);
  EXPECT_EQ(now.direction, glm::normalize(sun.direction));
  EXPECT_EQ(now.sun, glm::vec3(1));
  EXPECT_EQ(now.sky, 1);
}

TEST(Daylight, TheSunTurnsSetsAndComesBack) {
  const scene::Sun sun;
  float night = 1, turn = 0;
  glm::vec3 before = daylight(sun, -12).direction;
  for (float hours = -12; hours <= 12; hours += 0.5f) {
    const Daylight now = daylight(sun, hours);
    EXPECT_NEAR(glm::length(now.direction), 1, 1e-5) << hours;  // a few roundings of float
    for (int c = 0; c < 3; ++c) EXPECT_TRUE(now.sun[c] >= 0 && now.sun[c] <= 4) << hours;
    if (now.direction.y > 0.1f) {
      EXPECT_EQ(now.sun, glm::vec3(0)) << "light from below at " << hours;
    }
    EXPECT_TRUE(now.sky > 0 && now.sky <= 4) << hours;
    EXPECT_LT(glm::length(now.direction - before), 0.14f) << "half an hour is 7.5 degrees: " << hours;
    turn += glm::length(now.direction - before);
    before = now.direction;
    night = std::min(night, now.sky);
  }
  EXPECT_LT(night, 0.1f) << "it never gets dark";
  EXPECT_GT(turn, 3);
  EXPECT_LT(glm::length(daylight(sun, 12).direction - daylight(sun, -12).direction), 1e-5);
}

TEST(Daylight, TheEveningSunIsWarm) {
  scene::Sun sun;
  sun.direction = {0, -1, 0};
  for (float hours = 0.5f; hours < 12; hours += 0.25f) {
    const Daylight now = daylight(sun, hours);
    const float height = -now.direction.y;
    if (height < 0.05f || height > 0.2f) continue;
    EXPECT_GT(now.sun.r, 1.2f * now.sun.b) << "at " << hours;
    return;
  }
  FAIL() << "the sun does not come near the horizon";
}

}  // namespace
