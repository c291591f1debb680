#pragma once
// Makes the textures that materials need from image files.

#include <filesystem>
#include <string>
#include <vector>

#include "renderer/scene/scene.h"

namespace scene {

enum class TextureRole : std::uint8_t { base_color, normal, height, roughness_metallic, emissive };

/// What the material says about the alpha of its base colour.
enum class AlphaHint : std::uint8_t {
  image,  ///< nothing is said: transparency only if much of the image has none, else gloss or the like
  map,    ///< the material has a map_d: alpha is transparency
  blend,  ///< the material has d < 1
};

struct TextureRequest {
  TextureRole role = TextureRole::base_color;
  std::filesystem::path first{};   ///< file of the colour, normals, heights or roughness; may be empty
  std::filesystem::path second{};  ///< file of a separate alpha, or of metallic; may be empty
  AlphaHint alpha = AlphaHint::image;
  bool glass = false;  ///< the material is named as glass or water: partial alpha is blended
  float alpha_cutoff = 0.5f;
  float bump_scale = 1;

  auto operator<=>(const TextureRequest&) const = default;
};

struct LoadedTexture {
  bool usable = true;  ///< false where the material must do without it; only base colours have a placeholder
  bool first_lost = false, second_lost = false;  ///< the request named a file that could not be read
  Texture texture;
  AlphaMode alpha = AlphaMode::opaque;  ///< of a base colour, as its image shows
  std::vector<std::string> warnings;
};

/// Does not throw for a bad file but adds a warning: a base colour becomes a magenta checker pattern, any
/// other map is left out. May be called from any thread.
LoadedTexture load_texture(const TextureRequest& request);

}  // namespace scene
