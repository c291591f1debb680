#pragma once
// The sun and the sky at another time of the day than the scene's own.

#include "renderer/scene/scene.h"

namespace renderer {

struct Daylight {
  glm::vec3 direction{0, -1, 0};  ///< in which the sun's light travels; a unit vector
  glm::vec3 sun{1};               ///< multiplies the sun's colour: 0 at night, warm near the horizon
  float sky = 1;                  ///< multiplies the sky's intensity
};

/// The daylight so many hours after the scene's own time: the sun turns by 15 degrees an hour around an axis
/// that leans by 45 degrees towards -z (north). 0 hours changes nothing, and 24 hours are a whole turn.
Daylight daylight(const scene::Sun& sun, float hours);

}  // namespace renderer
