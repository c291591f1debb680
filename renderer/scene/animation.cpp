#include "renderer/scene/animation.h"

#include <algorithm>
#include <cmath>
#include <glm/gtc/matrix_transform.hpp>

#include "renderer/scene/scene.h"

namespace scene {

glm::quat rotation_from_degrees(glm::vec3 degrees) {
  const glm::vec3 r = glm::radians(degrees);
  return glm::normalize(glm::angleAxis(r.y, glm::vec3(0, 1, 0)) * glm::angleAxis(r.x, glm::vec3(1, 0, 0)) *
                        glm::angleAxis(r.z, glm::vec3(0, 0, 1)));
}

double looped(double seconds, double duration) {
  if (!(duration > 0) || !std::isfinite(seconds)) return 0;
  const double rest = std::fmod(seconds, duration);
  return rest < 0 ? rest + duration : rest;
}

glm::mat4 model_to_world(const Model& model, double seconds) {
  glm::vec3 position = model.position;
  glm::quat rotation = model.rotation;
  const auto& keys = model.keyframes;
  if (!keys.empty()) {
    const double time = looped(seconds, keys.back().time);
    const auto next = std::upper_bound(keys.begin(), keys.end(), time,
                                       [](double t, const ModelKeyframe& key) { return t < key.time; });
    const ModelKeyframe& b = next == keys.end() ? keys.back() : *next;
    const ModelKeyframe& a = next == keys.begin() ? keys.front() : *(next - 1);
    const double span = b.time - a.time;
    const auto part = static_cast<float>(span > 0 ? (time - a.time) / span : 0.0);
    position = glm::mix(a.position, b.position, part);
    rotation = glm::slerp(a.rotation, b.rotation, part);  // glm takes the shorter way
  }
  return glm::translate(glm::mat4(1), position) * glm::mat4_cast(rotation) *
         glm::scale(glm::mat4(1), glm::vec3(model.scale));
}

}  // namespace scene
