#pragma once
// What materials want of image files, and the textures made from them.

#include <filesystem>
#include <string>
#include <vector>

#include "renderer/scene/scene.h"

namespace scene {

enum class TextureRole : std::uint8_t { base_color, normal, height, roughness_metallic, emissive };

/// How a base colour's alpha is meant.
enum class AlphaHint : std::uint8_t {
  image,  ///< nothing is said: transparency only if much of the image has none, else gloss or the like
  map,    ///< map_d: transparency
  blend,  ///< d < 1
};

struct TextureRequest {
  TextureRole role = TextureRole::base_color;
  std::filesystem::path first{};   ///< colour, normals, heights, roughness; may be empty
  std::filesystem::path second{};  ///< separate alpha, metallic; may be empty
  AlphaHint alpha = AlphaHint::image;
  bool glass = false;  ///< the material's name says glass or water: partial alpha is blended
  float alpha_cutoff = 0.5f;
  float bump_scale = 1;

  auto operator<=>(const TextureRequest&) const = default;
};

struct LoadedTexture {
  bool usable = true;  ///< false: left out; what is missing is not drawn as a pattern in a normal map
  bool first_lost = false, second_lost = false;  ///< a named file that could not be read
  Texture texture;
  AlphaMode alpha = AlphaMode::opaque;  ///< what a base colour's alpha turned out to be
  std::vector<std::string> warnings;
};

/// Never throws for a bad file: a base colour becomes a magenta checker, another map is left out, with a
/// warning.
LoadedTexture load_texture(const TextureRequest& request);

}  // namespace scene
