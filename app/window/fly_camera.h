#pragma once
// A camera that the user moves: WASD and the mouse.

#include "app/window/window.h"
#include "renderer/scene/scene.h"

namespace app {

class FlyCamera {
 public:
  /// Takes over from a camera path: same place, same direction.
  void set(const scene::CameraPose& pose);
  /// Moves by the held keys (metres a second) and turns by mouse motion (degrees a pixel).
  void move(const FlyKeys& keys, float seconds, float metres_per_second);
  void turn(float pixels_x, float pixels_y, float degrees_per_pixel);
  scene::CameraPose pose() const;

 private:
  glm::vec3 forward() const;
  glm::vec3 position_{0};
  float yaw_ = 0, pitch_ = 0;  ///< radians; yaw 0 looks along -z, positive turns left
};

}  // namespace app
