#pragma once
// A texture set: colour, normal and roughness made from one function of uv.

#include <filesystem>
#include <functional>
#include <glm/glm.hpp>
#include <string>
#include <vector>

#include "tools/make_town/geometry/noise.h"

namespace town {

/// What a surface is at one place.
struct Texel {
  glm::vec3 color{0.5f};  ///< sRGB-encoded
  float height = 0;       ///< metres, outwards
  float roughness = 0.8f;
  float alpha = 1;
};

/// sRGB from 0xRRGGBB.
inline glm::vec3 rgb(std::uint32_t hex) {
  return glm::vec3((hex >> 16) & 255, (hex >> 8) & 255, hex & 255) / 255.0f;
}

/// One set of maps to be written as NAME_color.png, NAME_normal.png, NAME_roughness.png. uv (0, 0) is the
/// lower left corner. Functions must be pure: sets are baked in parallel.
struct TextureSet {
  std::string name;
  int size = 1024;   ///< texels a side
  float metres = 1;  ///< that the tile covers, for the slope of the normals
  bool alpha = false;
  bool color_only = false;  ///< shares the normal and roughness of another set
  std::function<Texel(glm::vec2 uv)> surface;
};

void bake(const TextureSet& set, int size_limit, const std::filesystem::path& folder);

/// The sets by kind; each file of this folder adds its own.
std::vector<TextureSet> stone_textures(Seed seed);
std::vector<TextureSet> plaster_textures(Seed seed);
std::vector<TextureSet> ground_textures(Seed seed);
std::vector<TextureSet> wood_textures(Seed seed);
std::vector<TextureSet> roof_textures(Seed seed);
std::vector<TextureSet> metal_textures(Seed seed);
std::vector<TextureSet> cloth_textures(Seed seed);
std::vector<TextureSet> leaf_textures(Seed seed);
std::vector<TextureSet> mesh_textures(Seed seed);
std::vector<TextureSet> window_textures(Seed seed);
std::vector<TextureSet> sign_textures(Seed seed);
std::vector<TextureSet> smoke_textures(Seed seed);

}  // namespace town
