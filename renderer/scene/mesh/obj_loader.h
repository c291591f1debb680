#pragma once
// Reads a Wavefront OBJ file and its MTL files. Polygons stay as they are in the file; indices are checked.

#include <cstdint>
#include <filesystem>
#include <glm/glm.hpp>
#include <optional>
#include <string>
#include <vector>

namespace scene {

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
};

inline constexpr std::uint32_t no_index = 0xffffffffu;

/// Indices into the arrays of ObjFile. uv and normal may be no_index.
struct ObjCorner {
  std::uint32_t position = no_index, uv = no_index, normal = no_index;
};

struct ObjFace {
  std::uint32_t first_corner = 0, corner_count = 0;
  std::uint32_t material = 0;
};

struct ObjFile {
  std::filesystem::path path;
  std::vector<glm::vec3> positions, normals;
  std::vector<glm::vec2> uvs;  ///< as in the file: v points up
  std::vector<ObjCorner> corners;
  std::vector<ObjFace> faces;
  std::vector<ObjMaterial> materials;                 ///< at least one
  std::vector<std::filesystem::path> material_files;  ///< those that were read and those that were not found
  std::vector<std::string> warnings;
};

/// Throws core::Error with the file and, where it is known, the line. A missing material file is a warning.
ObjFile load_obj(const std::filesystem::path& path);

}  // namespace scene
