#include "app/window/fly_camera.h"

#include <algorithm>
#include <cmath>

namespace app {

void FlyCamera::set(const scene::CameraPose& pose) {
  position_ = pose.position;
  const glm::vec3 d = pose.look_at - pose.position;
  const float length = glm::length(d);
  if (!(length > 0)) return;
  yaw_ = std::atan2(-d.x, -d.z);
  pitch_ = std::asin(std::clamp(d.y / length, -1.0f, 1.0f));
}

glm::vec3 FlyCamera::forward() const {
  return {-std::sin(yaw_) * std::cos(pitch_), std::sin(pitch_), -std::cos(yaw_) * std::cos(pitch_)};
}

void FlyCamera::move(const FlyKeys& keys, float seconds, float metres_per_second) {
  const glm::vec3 right{std::cos(yaw_), 0, -std::sin(yaw_)};
  const float distance = metres_per_second * seconds * (keys.fast ? 4.0f : 1.0f);
  position_ += distance * (keys.forward * forward() + keys.right * right + glm::vec3(0, keys.up, 0));
}

void FlyCamera::turn(float pixels_x, float pixels_y, float degrees_per_pixel) {
  constexpr float limit = 1.55f;  // just short of straight up, where the direction has no yaw
  yaw_ -= glm::radians(pixels_x * degrees_per_pixel);
  pitch_ = std::clamp(pitch_ - glm::radians(pixels_y * degrees_per_pixel), -limit, limit);
}

scene::CameraPose FlyCamera::pose() const {
  return {position_, position_ + forward()};
}

}  // namespace app
