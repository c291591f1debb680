#include "renderer/sky/sky_light.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace renderer {
namespace {

using glm::vec3;

// Of a night without a moon, under a sun of radiance 1.
const vec3 airglow{0.0015f, 0.003f, 0.008f};
// Far hills of a scene stand for farther ones.
constexpr float air_exaggeration = 4;

/// What a white Lambert surface with this normal gets of the sky, as if the half that it faces were all sky.
vec3 received(const Atmosphere::Table& table, const vec3& to_sun, const vec3& normal) {
  constexpr int up = 8, around = 24;
  vec3 sum(0);
  float weights = 0;
  for (int j = 0; j < up; ++j)
    for (int i = 0; i < around; ++i) {
      const float height = (static_cast<float>(j) + 0.5f) / up,
                  azimuth = 2 * std::numbers::pi_v<float> * static_cast<float>(i) / around,
                  across = std::sqrt(1 - height * height);
      const vec3 direction(across * std::cos(azimuth), height, across * std::sin(azimuth));
      const float cosine = std::max(glm::dot(direction, normal), 0.0f);
      sum += table.radiance(direction, to_sun) * cosine;
      weights += cosine;
    }
  return sum / weights;
}

}  // namespace

const SkyLight& SkyModel::at(float hours) {
  const scene::Sky& sky = scene_->sky;
  if (light_ && light_->hours == hours && scene_->sun == sun_ && sky == sky_) return *light_;
  const Daylight day = daylight(scene_->sun, hours);
  SkyLight light;
  light.hours = hours;
  light.version = light_ ? light_->version + 1 : 1;
  light.to_sun = -day.direction;
  light.sun = scene_->sun.color * day.sun * scene_->sun.intensity;
  light.zenith = sky.zenith * sky.intensity * day.sky;
  light.horizon = sky.horizon * sky.intensity * day.sky;
  if (sky.atmosphere) light_by_atmosphere(light);
  sun_ = scene_->sun;
  sky_ = sky;
  return light_.emplace(std::move(light));
}

void SkyModel::light_by_atmosphere(SkyLight& light) {
  const scene::Sky& sky = scene_->sky;
  const scene::Sun& sun = scene_->sun;
  if (!air_ || haze_ != sky.haze) air_.emplace(haze_ = sky.haze);
  light.scale = sky.intensity * sun.intensity;
  // The scene's author has chosen the sun's colour at the scene's own time.
  if (light.hours != 0) {
    const vec3 own = glm::max(air_->sun(-glm::normalize(sun.direction).y), vec3(0.05f));
    light.sun = sun.color * sun.intensity * glm::min(air_->sun(light.to_sun.y) / own, vec3(4));
  }
  Atmosphere::Table& table = light.table.emplace(air_->table(light.to_sun.y));
  for (vec3& radiance : table.air) radiance += airglow;

  const vec3 level(light.to_sun.x, 0, light.to_sun.z);
  const vec3 towards = glm::length(level) > 1e-4f ? glm::normalize(level) : vec3(1, 0, 0);
  const vec3 top = received(table, light.to_sun, {0, 1, 0}), near = received(table, light.to_sun, towards),
             away = received(table, light.to_sun, -towards), side = 0.5f * (near + away);
  // sky_diffuse() of shaders/lighting.glsl makes top = 0.3 horizon + 0.7 zenith and side = 0.775 horizon +
  // 0.225 zenith; half of what a side gets is the ground's.
  light.horizon = glm::max((0.7f * side - 0.225f * top) / 0.475f, vec3(0)) * light.scale;
  light.zenith = glm::max((0.775f * top - 0.3f * side) / 0.475f, vec3(0)) * light.scale;
  light.sunward = 0.25f * (near - away) * light.scale;

  const auto low = [&](const vec3& at) {
    return table.radiance(glm::normalize(at + vec3(0, 0.05f, 0)), light.to_sun) * light.scale;
  };
  light.air_sunward = low(towards);
  light.air_away = low(-towards);
  light.extinction = air_->extinction() * (0.001f * air_exaggeration);
}

}  // namespace renderer
