#pragma once

#include <glm/gtc/quaternion.hpp>

namespace scene {

/// Ry * Rx * Rz, the scene file's rotation_degrees.
glm::quat rotation_from_degrees(glm::vec3 degrees);

/// `seconds` looped into [0, duration); 0 where there is no duration.
double looped(double seconds, double duration);

}  // namespace scene
