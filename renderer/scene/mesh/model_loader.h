#pragma once
// Loads one OBJ file with its materials and textures.

#include <filesystem>
#include <string>
#include <vector>

#include "renderer/scene/scene.h"

namespace scene {

struct ModelOptions {
  bool z_up = false;
  float alpha_cutoff = 0.5f;
};

/// The data of one model. Indices of materials and textures refer to its own lists.
struct ModelData {
  glm::dvec3 origin{0};  ///< where the model's file has what is here at the origin
  std::vector<Vertex> vertices;
  std::vector<std::uint32_t> indices;
  std::vector<Chunk> chunks;
  std::vector<Material> materials;
  std::vector<Texture> textures;
  std::vector<std::string> warnings;
  std::vector<std::filesystem::path> inputs;  ///< every file that was read, and every file that was not found
};

/// Throws core::Error with file and line where the OBJ cannot be read. Loads textures on several threads.
ModelData load_model(const std::filesystem::path& path, const ModelOptions& options,
                     const LoadProgress& progress);

}  // namespace scene
