#include "renderer/scene/mesh/materials.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "renderer/scene/file_names.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

float brightest(glm::vec3 v) {
  return std::max({v.x, v.y, v.z});
}

/// Blinn-Phong exponent to roughness: alpha = sqrt(2 / (Ns + 2)) (Walter et al. 2007), roughness =
/// sqrt(alpha).
float roughness_from_exponent(float exponent) {
  return std::pow(2.0f / (std::max(exponent, 0.0f) + 2.0f), 0.25f);
}

/// A Ks of up to 0.04 is taken for a reflectance. Larger ones are taken for the strength between 0 and 1 that
/// exporters write, where 0.5 is an ordinary dielectric.
float specular_from_ks(float ks) {
  return std::min(ks <= 0.04f ? ks / 0.08f : std::max(0.5f, ks), 1.0f);
}

/// Splits a name into its words: "stk_waterA.png" into {"stk", "water", "a", "png"}.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  bool inside = false;
  char before = 0;
  for (const char c : name) {
    const auto u = static_cast<unsigned char>(c);
    const bool letter = std::isalpha(u) != 0;
    const bool hump = std::isupper(u) != 0 && std::islower(static_cast<unsigned char>(before)) != 0;
    if (letter && (!inside || hump)) words.emplace_back();
    if (letter) words.back().push_back(static_cast<char>(std::tolower(u)));
    inside = letter;
    before = c;
  }
  return words;
}

bool names_any(const ObjMaterial& material, std::span<const std::string_view> wanted) {
  for (const std::string_view text :
       {std::string_view(material.name), std::string_view(material.diffuse_map)})
    for (const std::string& word : words_of(text))
      if (std::find(wanted.begin(), wanted.end(), word) != wanted.end()) return true;
  return false;
}

constexpr std::string_view glass_words[] = {"glass", "water", "sea", "ocean", "window", "puddle"};
constexpr std::string_view water_words[] = {"water", "sea", "ocean"};
constexpr std::string_view puddle_words[] = {"puddle"};
constexpr std::string_view leaf_words[] = {"leaf", "leaves", "foliage", "ivy", "tuft"};

WaterKind water_of(const ObjMaterial& material) {
  if (names_any(material, puddle_words)) return WaterKind::puddle;
  return names_any(material, water_words) ? WaterKind::open : WaterKind::none;
}

class Planner {
 public:
  explicit Planner(float alpha_cutoff) : alpha_cutoff_(alpha_cutoff) {}
  void add(const ObjMaterial& from);
  MaterialPlan take() { return std::move(plan_); }

 private:
  fs::path locate(const ObjMaterial& from, const std::string& name) {
    if (core::trimmed(name).empty()) return {};
    return find_file(from.folder, name).value_or(expected_path(from.folder, name));
  }
  std::int32_t request(const TextureRequest& wanted) {
    const auto [entry, fresh] = numbers_.emplace(wanted, static_cast<std::int32_t>(plan_.requests.size()));
    if (fresh) plan_.requests.push_back(wanted);
    return entry->second;
  }
  void add_textures(const ObjMaterial& from, Material& to);

  float alpha_cutoff_;
  MaterialPlan plan_;
  std::map<TextureRequest, std::int32_t> numbers_;
};

void Planner::add_textures(const ObjMaterial& from, Material& to) {
  const fs::path color = locate(from, from.diffuse_map), alpha = locate(from, from.alpha_map);
  if (!color.empty() || !alpha.empty()) {
    TextureRequest base{.role = TextureRole::base_color, .first = color};
    if (alpha != color) base.second = alpha;
    base.alpha = from.dissolve < 1 ? AlphaHint::blend : alpha.empty() ? AlphaHint::image : AlphaHint::map;
    base.glass = names_any(from, glass_words);
    base.alpha_cutoff = alpha_cutoff_;
    to.base_color_texture = request(base);
  }
  if (const fs::path normal = locate(from, from.normal_map); !normal.empty()) {
    to.normal_texture = request({.role = TextureRole::normal, .first = normal});
  } else if (const fs::path bump = locate(from, from.bump_map); !bump.empty()) {
    to.normal_texture = request({.role = TextureRole::height, .first = bump, .bump_scale = from.bump_scale});
  }
  const fs::path roughness = locate(from, from.roughness_map), metallic = locate(from, from.metallic_map);
  if (!roughness.empty() || !metallic.empty())
    to.roughness_metallic_texture =
        request({.role = TextureRole::roughness_metallic, .first = roughness, .second = metallic});
  if (const fs::path emission = locate(from, from.emission_map); !emission.empty())
    to.emissive_texture = request({.role = TextureRole::emissive, .first = emission});
}

void Planner::add(const ObjMaterial& from) {
  Material to;
  to.name = from.name;
  add_textures(from, to);
  const bool textured = !from.diffuse_map.empty();
  to.base_color = from.diffuse.value_or(glm::vec3(textured ? 1.0f : 0.8f));
  if (textured && to.base_color == glm::vec3(0)) to.base_color = glm::vec3(1);
  to.base_color = glm::clamp(to.base_color, 0.0f, 1.0f);
  to.opacity = from.dissolve;
  to.alpha_cutoff = alpha_cutoff_;
  to.clamp = from.placement.clamp;
  to.emissive = from.emission;
  if (to.emissive_texture != no_texture && to.emissive == glm::vec3(0)) to.emissive = glm::vec3(1);

  const float ks = brightest(from.specular.value_or(glm::vec3(0.04f)));
  to.specular = specular_from_ks(ks);
  FactorsWithoutMaps without;
  without.emissive = from.emission;
  without.roughness = std::clamp(from.roughness   ? *from.roughness
                                 : from.shininess ? roughness_from_exponent(*from.shininess)
                                                  : 0.8f,
                                 0.0f, 1.0f);
  without.metallic = std::clamp(from.metallic.value_or(0.0f), 0.0f, 1.0f);
  // The factor of a map is 1 where the file gives no number.
  to.roughness = from.roughness || from.roughness_map.empty() ? without.roughness : 1.0f;
  to.metallic = from.metallic || from.metallic_map.empty() ? without.metallic : 1.0f;
  to.alpha_mode = from.dissolve < 1 ? AlphaMode::blend : AlphaMode::opaque;
  to.water = water_of(from);
  to.sways = names_any(from, leaf_words);
  plan_.without_maps.push_back(without);
  plan_.glossy.push_back(from.dissolve < 1 || names_any(from, glass_words));
  plan_.materials.push_back(std::move(to));
}

/// Where a map cannot be used, its factor of 1 is replaced as well.
void drop_factors_of_lost_maps(Material& material, const FactorsWithoutMaps& without,
                               const std::vector<LoadedTexture>& loaded) {
  if (material.emissive_texture != no_texture &&
      loaded[static_cast<std::size_t>(material.emissive_texture)].first_lost)
    material.emissive = without.emissive;
  if (material.roughness_metallic_texture == no_texture) return;
  const LoadedTexture& map = loaded[static_cast<std::size_t>(material.roughness_metallic_texture)];
  if (map.first_lost) material.roughness = without.roughness;
  if (map.second_lost) material.metallic = without.metallic;
}

}  // namespace

MaterialPlan plan_materials(const std::vector<ObjMaterial>& from, float alpha_cutoff) {
  Planner planner(alpha_cutoff);
  for (const ObjMaterial& material : from) planner.add(material);
  return planner.take();
}

std::vector<Texture> finish_materials(MaterialPlan& plan, std::vector<LoadedTexture>&& loaded) {
  std::vector<Texture> textures;
  std::vector<std::int32_t> places;
  for (LoadedTexture& one : loaded) {
    places.push_back(one.usable ? static_cast<std::int32_t>(textures.size()) : no_texture);
    if (one.usable) textures.push_back(std::move(one.texture));
  }
  for (std::size_t m = 0; m < plan.materials.size(); ++m) {
    Material& material = plan.materials[m];
    if (material.base_color_texture != no_texture && material.alpha_mode == AlphaMode::opaque)
      material.alpha_mode = loaded[static_cast<std::size_t>(material.base_color_texture)].alpha;
    drop_factors_of_lost_maps(material, plan.without_maps[m], loaded);
    for (std::int32_t* texture : {&material.base_color_texture, &material.normal_texture,
                                  &material.roughness_metallic_texture, &material.emissive_texture})
      if (*texture != no_texture) *texture = places[static_cast<std::size_t>(*texture)];
    if (material.alpha_mode != AlphaMode::blend) material.water = WaterKind::none;
    if (material.alpha_mode != AlphaMode::mask) material.sways = false;
    if (material.alpha_mode == AlphaMode::blend && plan.glossy[m]) {
      // Glass and water reflect even where the file's Ks is 0 (F0 of water 0.02, of glass 0.04).
      const bool water = material.water != WaterKind::none;
      material.specular = std::max(material.specular, water ? 0.25f : 0.5f);
      material.roughness = std::min(material.roughness, water ? 0.1f : 0.15f);
    }
  }
  return textures;
}

}  // namespace scene
