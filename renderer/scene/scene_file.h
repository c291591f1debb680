#pragma once
// Reads the scene file (scene.toml), version 1: everything but the data of the models. docs/adding.md
// describes the file.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "renderer/scene/mesh/model_loader.h"
#include "renderer/scene/scene.h"

namespace scene {

struct ModelEntry {
  std::filesystem::path path;  ///< of an existing file
  ModelOptions options;
  Model model;  ///< placement and animation
  std::vector<glm::dvec3>
      places;  ///< its position and those of its keyframes, which may be too large for floats
};

struct SceneFile {
  std::string name;
  std::vector<ModelEntry> models;
  std::vector<PointLight> lights;
  Sun sun;
  Sky sky;
  WaterPlace water;
  float sway = 0;
  float ev = 0;
  Camera camera;
  std::optional<float> metre;  ///< units_per_metre
  bool near_given = false, far_given = false;
  std::vector<std::string> warnings;  ///< one for each unknown key
};

/// Reads the file. Throws core::Error with file and line for wrong types, values out of range and missing
/// models.
/// `origin` is subtracted from the places of cameras and lights before they become floats.
SceneFile read_scene_file(const std::filesystem::path& path, const glm::dvec3& origin = glm::dvec3(0));
/// The same for a text in memory. `path` is used in messages and as the base of relative paths.
SceneFile parse_scene_file(const std::string& text, const std::filesystem::path& path,
                           const glm::dvec3& origin = glm::dvec3(0));

}  // namespace scene
