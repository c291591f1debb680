#pragma once
// The scene file (scene.toml), version 1: see docs in the scenes' README. Everything but the models' data.

#include <filesystem>
#include <string>
#include <vector>

#include "renderer/scene/mesh/model_loader.h"
#include "renderer/scene/scene.h"

namespace scene {

struct ModelEntry {
  std::filesystem::path path;  ///< found on disk
  ModelOptions options;
  Model model;  ///< placement and animation
};

struct SceneFile {
  std::string name;
  std::vector<ModelEntry> models;
  std::vector<PointLight> lights;
  Sun sun;
  Sky sky;
  float ev = 0;
  Camera camera;
  std::vector<std::string> warnings;  ///< unknown keys
};

/// Throws core::Error with file and line for wrong types, values out of range and missing models.
SceneFile read_scene_file(const std::filesystem::path& path);
/// The same from memory; `path` is for messages and relative paths.
SceneFile parse_scene_file(const std::string& text, const std::filesystem::path& path);

}  // namespace scene
