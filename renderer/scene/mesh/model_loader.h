#pragma once
// One OBJ with its materials and textures, ready to be put into a scene.

#include <filesystem>
#include <string>
#include <vector>

#include "renderer/scene/scene.h"

namespace scene {

struct ModelOptions {
  bool z_up = false;
  float alpha_cutoff = 0.5f;
};

/// Like a scene with one model, without lights and camera. Texture and material numbers are its own.
struct ModelData {
  std::vector<Vertex> vertices;
  std::vector<std::uint32_t> indices;
  std::vector<Chunk> chunks;
  std::vector<Material> materials;
  std::vector<Texture> textures;
  std::vector<std::string> warnings;
  std::vector<std::filesystem::path> inputs;  ///< every file that was read or looked for
};

ModelData load_model(const std::filesystem::path& path, const ModelOptions& options,
                     const LoadProgress& progress);

}  // namespace scene
