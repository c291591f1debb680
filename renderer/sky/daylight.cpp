#include "renderer/sky/daylight.h"

#include <algorithm>
#include <glm/gtc/matrix_transform.hpp>
#include <numbers>

namespace renderer {
namespace {

float smooth(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

/// Of a sun whose direction has this upward part, 1 in the zenith.
glm::vec3 sun_at(float height) {
  const glm::vec3 tint = glm::mix(glm::vec3(1, 0.5f, 0.25f), glm::vec3(1), smooth(0, 0.35f, height));
  return tint * smooth(-0.05f, 0.12f, height);
}

float sky_at(float height) {
  return 0.04f + 0.96f * smooth(-0.2f, 0.25f, height);
}

}  // namespace

Daylight daylight(const scene::Sun& sun, float hours) {
  const glm::vec3 own = glm::normalize(sun.direction);
  if (hours == 0) return {own, glm::vec3(1), 1};
  const glm::vec3 axis = glm::normalize(glm::vec3(0, 1, -1));
  const float angle = hours / 12 * std::numbers::pi_v<float>;
  const glm::vec3 now =
      glm::normalize(glm::vec3(glm::rotate(glm::mat4(1), -angle, axis) * glm::vec4(own, 0)));
  // Relative to the scene's own time, whose colours its author has chosen. A scene of the night keeps its
  // sun.
  constexpr float least = 0.05f;
  const glm::vec3 before = glm::max(sun_at(-own.y), glm::vec3(least));
  return {now, glm::min(sun_at(-now.y) / before, glm::vec3(4)),
          std::min(sky_at(-now.y) / sky_at(-own.y), 4.0f)};
}

}  // namespace renderer
