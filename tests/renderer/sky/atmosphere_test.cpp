// Tests the calculated sky: against what is known in closed form, and that no light is made.

#include "renderer/sky/atmosphere.h"

#include <gtest/gtest.h>

#include <cmath>

#include "renderer/sky/sky_light.h"

namespace {

using glm::vec3;
using renderer::Atmosphere;

vec3 at_height(float height) {
  return {std::sqrt(1 - height * height), height, 0};
}
/// What a level white surface gets of the whole sky, in units of what it gets of a sun in the zenith without
/// air.
vec3 from_the_sky(const Atmosphere::Table& table, const vec3& to_sun) {
  constexpr int up = 32, around = 64;
  vec3 sum(0);
  for (int j = 0; j < up; ++j)
    for (int i = 0; i < around; ++i) {
      const float height = (static_cast<float>(j) + 0.5f) / up,
                  azimuth = 2 * 3.14159265f * static_cast<float>(i) / around;
      const float across = std::sqrt(1 - height * height);
      sum +=
          table.radiance({across * std::cos(azimuth), height, across * std::sin(azimuth)}, to_sun) * height;
    }
  return sum * (2.0f / (up * around));
}

/// A vertical ray meets coefficient * scale height of air and of aerosols, and half the width of the ozone's
/// tent.
TEST(Atmosphere, TheZenithIsAsBrightAsItsDepthSays) {
  for (const float haze : {0.0f, 1.0f, 3.0f}) {
    const vec3 air = vec3(5.802e-3f, 13.558e-3f, 33.1e-3f) * 8.0f,
               ozone = vec3(0.650e-3f, 1.881e-3f, 0.085e-3f) * 15.0f;
    const vec3 expected = glm::exp(-(air + ozone + vec3(haze * (3.996e-3f + 4.40e-3f) * 1.2f)));
    const vec3 got = Atmosphere(haze).sun(1);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(got[c], expected[c], 0.01f) << haze << ' ' << c;
  }
}

TEST(Atmosphere, ALowSunIsRedAndASetOneIsGone) {
  const Atmosphere air(1);
  vec3 before(2);
  for (const float height : {1.0f, 0.5f, 0.2f, 0.05f, 0.01f}) {
    const vec3 sun = air.sun(height);
    EXPECT_TRUE(sun.r > sun.g && sun.g > sun.b) << height;
    EXPECT_TRUE(glm::all(glm::lessThan(sun, before))) << height;
    before = sun;
  }
  EXPECT_EQ(air.sun(-0.01f), vec3(0));
}

/// Sun and sky together give a level surface less than the sun alone would without air, and the sky's part is
/// what is measured on clear days: a tenth to a third, most of it blue.
TEST(Atmosphere, MakesNoLight) {
  for (const float haze : {0.0f, 1.0f, 4.0f}) {
    const Atmosphere air(haze);
    for (const float height : {1.0f, 0.6f, 0.3f, 0.1f}) {
      const vec3 sky = from_the_sky(air.table(height), at_height(height)), sun = air.sun(height) * height;
      for (int c = 0; c < 3; ++c) {
        EXPECT_GT(sky[c], 0) << haze << ' ' << height;
        EXPECT_LT(sky[c] + sun[c], height) << haze << ' ' << height << ' ' << c;
      }
      if (haze == 1 && height >= 0.3f) {
        const float part = sky.g / (sky.g + sun.g);
        EXPECT_GT(part, 0.05f) << height;
        EXPECT_LT(part, 0.35f) << height;
        EXPECT_GT(sky.b, 1.3f * sky.r) << height;
      }
    }
  }
}

TEST(Atmosphere, IsFiniteWhereverTheSunIs) {
  const Atmosphere air(2);
  float noon = 0;
  for (float height = 1; height >= -1; height -= 0.125f) {
    const Atmosphere::Table table = air.table(height);
    float sum = 0;
    for (const auto* part : {&table.air, &table.aerosol})
      for (const vec3& v : *part)
        for (int c = 0; c < 3; ++c) {
          ASSERT_TRUE(std::isfinite(v[c]) && v[c] >= 0) << height;
          sum += v[c];
        }
    if (height == 1) noon = sum;
    if (height < -0.4f) {
      EXPECT_LT(sum, 1e-3f * noon) << "night at " << height;
    }
  }
}

TEST(SkyModel, AGradientIsAsTheSceneSays) {
  scene::Scene scene;
  scene.sky.intensity = 2;
  renderer::SkyModel model(scene);
  const renderer::SkyLight& light = model.at(0);
  EXPECT_EQ(light.zenith, scene.sky.zenith * 2.0f);
  EXPECT_EQ(light.horizon, scene.sky.horizon * 2.0f);
  EXPECT_EQ(light.sunward, vec3(0));
  EXPECT_EQ(light.extinction, vec3(0));
  EXPECT_FALSE(light.table);
}

TEST(SkyModel, IsMadeAnewWhereSomethingHasChanged) {
  scene::Scene scene;
  scene.sky.atmosphere = true;
  renderer::SkyModel model(scene);
  const int first = model.at(0).version;
  EXPECT_EQ(model.at(0).version, first);
  const vec3 noon = model.at(0).zenith, sun = model.at(0).sun;
  EXPECT_EQ(sun, scene.sun.color * scene.sun.intensity) << "the author's own";
  EXPECT_NE(model.at(3).version, first);
  EXPECT_NE(model.at(3).zenith, noon);
  EXPECT_EQ(model.at(0).zenith, noon);
  const int before = model.at(0).version;
  scene.sky.haze = 5;
  EXPECT_NE(model.at(0).version, before);
  EXPECT_NE(model.at(0).zenith, noon);
  EXPECT_GT(model.at(0).air_sunward.g, model.at(0).air_away.g) << "aerosols shine around the sun";
}

}  // namespace
