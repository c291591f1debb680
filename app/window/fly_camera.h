#pragma once
// A camera that the user moves with the keyboard and the mouse.

#include "app/window/window.h"
#include "renderer/scene/scene.h"

namespace app {

class FlyCamera {
 public:
  /// Takes position and direction from a pose of the camera path.
  void set(const scene::CameraPose& pose);
  /// Moves by the held keys for `seconds`.
  void move(const FlyKeys& keys, float seconds, float metres_per_second);
  /// Turns by the mouse's motion in pixels: right and down are positive.
  void turn(float pixels_x, float pixels_y, float degrees_per_pixel);
  scene::CameraPose pose() const;

 private:
  glm::vec3 forward() const;
  glm::vec3 position_{0};
  float yaw_ = 0, pitch_ = 0;  ///< radians; yaw 0 looks along -z, positive turns left
};

}  // namespace app
