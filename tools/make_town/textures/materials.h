#pragma once
// Every material of the town: what its MTL entry says and how many metres its textures cover.

#include <array>
#include <cstddef>
#include <filesystem>
#include <glm/glm.hpp>
#include <string>

namespace town {

enum class Mat : int {
  rubble,
  ashlar,
  quay_stone,
  brick,
  plaster_cream,
  plaster_ochre,
  plaster_rose,
  plaster_white,
  plaster_teal,
  plaster_terracotta,
  plaster_blue,
  cobble,
  cobble_trodden,
  cobble_worn,
  cobble_mossy,
  setts,
  flagstone,
  grass,
  rock,
  sand,
  far_hill,
  timber,
  planks,
  deck,
  crate,
  paint_teal,
  paint_red,
  paint_green,
  paint_blue,
  paint_white,
  bark,
  tiles_red,
  tiles_brown,
  slate,
  shingles,
  iron,
  rust,
  brass,
  copper,
  rope,
  chain_link,
  net,
  cloth_red,
  cloth_teal,
  cloth_ochre,
  canvas,
  sail_red,
  pennant_red,
  pennant_teal,
  pennant_gold,
  burlap,
  straw,
  leaves_green,
  leaves_gold,
  leaves_olive,
  ivy,
  flowers_red,
  flowers_mixed,
  tuft,
  pane,
  pane_lit,
  dial,
  fascia,
  fascia_2,
  hanging,
  notices,
  lamp,
  beacon,
  glass,
  water,
  puddle,
  foam,
  smoke,
  dark,
  gull_white,
  gull_grey,
  orange,
  lemon,
  apple,
  fish,
  count
};
inline constexpr std::size_t material_count = static_cast<std::size_t>(Mat::count);

struct Material {
  const char* name;
  const char* textures;         ///< the set of its maps; nullptr for a plain colour
  const char* color = nullptr;  ///< the set of its colour map, where that differs
  float metres = 1;             ///< one tile of the textures
  float roughness = 1, metallic = 0;
  bool alpha = false;
  glm::vec3 tint{1};  ///< linear, times the map
  float opacity = 1;
  glm::vec3 emission{0};  ///< linear radiance, the same at every time of day: exposure does the rest
  const char* emission_map = nullptr;
};

const Material& material(Mat m);
/// The text of an MTL file with one material.
std::string material_entry(const Material& m);

}  // namespace town
