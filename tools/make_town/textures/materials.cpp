#include "tools/make_town/textures/materials.h"

#include <fmt/core.h>

#include <iterator>
#include <string>

namespace town {

namespace {

Material stone(const char* name, float metres) {
  return {.name = name, .textures = name, .metres = metres};
}
/// The same stones, lighter and smoother where people walk.
Material cobble(const char* name, float light, float roughness) {
  return {.name = name, .textures = "cobble", .metres = 4, .roughness = roughness, .tint = glm::vec3(light)};
}
Material plaster(const char* name) {
  return {.name = name, .textures = "plaster_cream", .color = name, .metres = 5};
}
Material metal(const char* name, float metres, float metallic) {
  return {.name = name, .textures = name, .metres = metres, .metallic = metallic};
}
Material cutout(const char* name, float metres) {
  return {.name = name, .textures = name, .metres = metres, .alpha = true};
}
Material plain(const char* name, glm::vec3 color, float roughness) {
  return {.name = name, .textures = nullptr, .roughness = roughness, .tint = color};
}

/// In the order of Mat.
const Material table[] = {
    stone("rubble", 3),
    stone("ashlar", 4),
    stone("quay_stone", 4),
    stone("brick", 2),
    plaster("plaster_cream"),
    plaster("plaster_ochre"),
    plaster("plaster_rose"),
    plaster("plaster_white"),
    plaster("plaster_teal"),
    plaster("plaster_terracotta"),
    plaster("plaster_blue"),
    cobble("cobble", 0.62f, 1),
    cobble("cobble_trodden", 0.82f, 0.85f),
    cobble("cobble_worn", 1, 0.7f),
    stone("cobble_mossy", 4),
    stone("setts", 4),
    stone("flagstone", 4),
    stone("grass", 5),
    stone("rock", 14),
    stone("sand", 5),
    stone("far_hill", 200),
    stone("timber", 1.5f),
    stone("planks", 2),
    stone("deck", 2.4f),
    stone("crate", 1.2f),
    stone("paint_teal", 1.6f),
    stone("paint_red", 1.6f),
    stone("paint_green", 1.6f),
    stone("paint_blue", 1.6f),
    stone("paint_white", 1.6f),
    stone("bark", 1.2f),
    stone("tiles_red", 3),
    stone("tiles_brown", 3),
    stone("slate", 3),
    stone("shingles", 3),
    metal("iron", 1, 0.6f),
    metal("rust", 1.5f, 0.3f),
    metal("brass", 0.8f, 1),
    metal("copper", 2, 0.7f),
    metal("rope", 0.25f, 0),
    cutout("chain_link", 0.6f),
    cutout("net", 0.8f),
    stone("cloth_red", 2),
    stone("cloth_teal", 2),
    stone("cloth_ochre", 2),
    stone("canvas", 2),
    stone("sail_red", 2),
    stone("pennant_red", 2),
    stone("pennant_teal", 2),
    stone("pennant_gold", 2),
    stone("burlap", 0.8f),
    stone("straw", 1),
    cutout("leaves_green", 0.7f),
    cutout("leaves_gold", 0.7f),
    cutout("leaves_olive", 0.7f),
    cutout("ivy", 0.7f),
    cutout("flowers_red", 0.7f),
    cutout("flowers_mixed", 0.7f),
    cutout("tuft", 0.7f),
    {.name = "pane", .textures = "window", .metres = 4},
    {.name = "pane_lit",
     .textures = "window",
     .metres = 4,
     .emission = {1.7f, 1.05f, 0.52f},
     .emission_map = "window_glow"},
    {.name = "dial",
     .textures = "dial",
     .metres = 2,
     .emission = {0.10f, 0.09f, 0.06f},
     .emission_map = "dial"},
    stone("fascia", 3.2f),
    stone("fascia_2", 3.2f),
    stone("hanging", 3),
    stone("notices", 1.4f),
    {.name = "lamp",
     .textures = nullptr,
     .roughness = 0.4f,
     .tint = {0.9f, 0.6f, 0.3f},
     .emission = {3.6f, 1.75f, 0.52f}},
    {.name = "beacon",
     .textures = nullptr,
     .roughness = 0.3f,
     .tint = {0.9f, 0.85f, 0.7f},
     .emission = {9, 6.5f, 3.4f}},
    {.name = "glass",
     .textures = nullptr,
     .roughness = 0.08f,
     .tint = {0.75f, 0.82f, 0.8f},
     .opacity = 0.25f},
    {.name = "water", .textures = "water", .metres = 10, .opacity = 0.88f},
    {.name = "puddle",
     .textures = nullptr,
     .roughness = 0.04f,
     .tint = {0.055f, 0.05f, 0.045f},
     .opacity = 0.6f},
    plain("foam", {0.75f, 0.80f, 0.80f}, 0.6f),
    {.name = "smoke", .textures = "smoke", .alpha = true, .opacity = 0.5f},
    plain("dark", {0.02f, 0.018f, 0.016f}, 0.9f),
    plain("gull_white", {0.85f, 0.85f, 0.83f}, 0.8f),
    plain("gull_grey", {0.32f, 0.35f, 0.38f}, 0.8f),
    plain("orange", {0.85f, 0.30f, 0.03f}, 0.5f),
    plain("lemon", {0.85f, 0.66f, 0.06f}, 0.5f),
    plain("apple", {0.55f, 0.06f, 0.04f}, 0.35f),
    plain("fish", {0.42f, 0.50f, 0.54f}, 0.25f),
};
static_assert(std::size(table) == material_count);

}  // namespace

const Material& material(Mat m) {
  return table[static_cast<std::size_t>(m)];
}

std::string material_entry(const Material& m) {
  std::string text = fmt::format("newmtl {}\nKd {:.4f} {:.4f} {:.4f}\nPr {:.3f}\nPm {:.3f}\n", m.name,
                                 m.tint.x, m.tint.y, m.tint.z, m.roughness, m.metallic);
  if (m.opacity < 1) text += fmt::format("d {:.3f}\n", m.opacity);
  if (m.emission != glm::vec3(0))
    text += fmt::format("Ke {:.3f} {:.3f} {:.3f}\n", m.emission.x, m.emission.y, m.emission.z);
  if (m.textures) {
    const char* color = m.color ? m.color : m.textures;
    text += fmt::format(
        "map_Kd textures/{0}_color.png\nmap_Pr textures/{1}_roughness.png\nnorm textures/{1}_normal.png\n",
        color, m.textures);
    if (m.alpha) text += fmt::format("map_d textures/{}_color.png\n", color);
  }
  if (m.emission_map) text += fmt::format("map_Ke textures/{}_color.png\n", m.emission_map);
  return text + "\n";
}

}  // namespace town
