#pragma once
// Reads a Wavefront MTL file.

#include <filesystem>
#include <glm/glm.hpp>
#include <optional>
#include <string>
#include <vector>

namespace scene {

/// How a map lies on a surface: it is sampled at uv * scale + offset (v up).
struct MapPlacement {
  glm::vec2 scale{1}, offset{0};
  bool clamp = false;  ///< its edge goes on outside 0..1, where it else repeats
  friend bool operator==(const MapPlacement&, const MapPlacement&) = default;
};

/// One material of an MTL file. Values that the file does not give are empty or have the default here.
struct ObjMaterial {
  std::string name{};
  std::filesystem::path folder{};  ///< the base of the texture names
  std::optional<glm::vec3> diffuse{}, specular{};
  glm::vec3 emission{0};
  std::optional<float> shininess{}, roughness{}, metallic{};
  float dissolve = 1;
  float bump_scale = 1;
  std::string diffuse_map{}, alpha_map{}, bump_map{}, normal_map{}, emission_map{}, roughness_map{},
      metallic_map{};
  MapPlacement placement{};  ///< of all maps
};

/// Throws core::Error where the file cannot be read. What cannot be understood in it is a warning with file
/// and line, and the material has the default.
std::vector<ObjMaterial> load_mtl(const std::filesystem::path& path, std::vector<std::string>& warnings);

}  // namespace scene
