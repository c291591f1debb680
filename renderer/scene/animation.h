#pragma once
// Rotations and looped time of animated models.

#include <glm/gtc/quaternion.hpp>

namespace scene {

/// The rotation that the scene file's rotation_degrees means: Ry * Rx * Rz of the angles in degrees.
glm::quat rotation_from_degrees(glm::vec3 degrees);

/// `seconds` modulo `duration`, in [0, duration); 0 where the duration is 0.
double looped(double seconds, double duration);

}  // namespace scene
