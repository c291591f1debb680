#include "renderer/scene/scene_size.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scene {
namespace {

/// A closed path around the scene that looks at its centre from a little above.
std::vector<CameraKeyframe> orbit(glm::vec3 middle, float size) {
  std::vector<CameraKeyframe> path;
  constexpr int keys = 24;
  for (int i = 0; i <= keys; ++i) {
    const float angle = 2 * std::numbers::pi_v<float> * static_cast<float>(i % keys) / keys;
    const glm::vec3 from = middle + size * glm::vec3(0.85f * std::cos(angle), 0.35f, 0.85f * std::sin(angle));
    path.push_back({16.0 * i / keys, from, middle, false});
  }
  return path;
}

/// How far the camera's targets are, at the median of its keys.
float focus_distance(const Camera& camera) {
  std::vector<float> distances;
  for (const CameraKeyframe& key : camera.keyframes)
    distances.push_back(glm::length(key.look_at - key.position));
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return *middle;
}

constexpr float single_model_metres = 10;

}  // namespace

glm::dvec3 find_origin(const std::vector<ModelEntry>& models, const std::vector<glm::dvec3>& origins) {
  for (std::size_t i = 0; i < models.size(); ++i)
    if (origins[i] != glm::dvec3(0))
      return models[i].places[0] +
             glm::dquat(models[i].model.rotation) * (double{models[i].model.scale} * origins[i]);
  // A float has steps of 8 mm there.
  constexpr double too_far = 1e5;
  for (const ModelEntry& entry : models)
    for (const glm::dvec3& place : entry.places)
      if (std::max({std::abs(place.x), std::abs(place.y), std::abs(place.z)}) > too_far) return place;
  return glm::dvec3(0);
}

Model placed_model(const ModelEntry& entry, const glm::dvec3& own_origin, const glm::dvec3& origin) {
  Model model = entry.model;
  const auto place = [&](const glm::dvec3& given, const glm::quat& rotation) {
    return glm::vec3(given + glm::dquat(rotation) * (double{model.scale} * own_origin) - origin);
  };
  model.position = place(entry.places[0], model.rotation);
  for (std::size_t k = 0; k < model.keyframes.size(); ++k)
    model.keyframes[k].position = place(entry.places[k + 1], model.keyframes[k].rotation);
  return model;
}

void choose_size(Scene& scene, const SceneFile& file, bool single_model) {
  const float size = std::max(glm::length(scene.box_max - scene.box_min), 1e-9f);
  Camera& camera = scene.camera;
  const bool orbits = camera.keyframes.empty();
  if (orbits) camera.keyframes = orbit((scene.box_min + scene.box_max) * 0.5f, size);
  if (file.metre) {
    scene.metre = *file.metre;
  } else if (single_model) {
    scene.metre = size / single_model_metres;
  } else if (const float focus = focus_distance(camera); focus < 0.3f || focus > 300) {
    scene.metre = focus / single_model_metres;
  }
  if (single_model) camera.fov_y_degrees = 50;
  if (!file.near_given) camera.near = orbits ? size / 1000 : 0.1f * scene.metre;
  if (!file.far_given) camera.far = std::max(orbits ? size * 4 : 1500 * scene.metre, 100 * camera.near);
  if (!file.near_given) camera.near = std::min(camera.near, camera.far / 100);
}

}  // namespace scene
