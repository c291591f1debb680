#pragma once
// Reads a Wavefront OBJ file and its MTL files. Polygons stay as they are in the file; indices are checked.

#include <cstdint>
#include <filesystem>
#include <glm/glm.hpp>
#include <string>
#include <vector>

#include "renderer/scene/mesh/mtl_loader.h"

namespace scene {

inline constexpr std::uint32_t no_index = 0xffffffffu;

/// Indices into the arrays of ObjFile. uv and normal may be no_index.
struct ObjCorner {
  std::uint32_t position = no_index, uv = no_index, normal = no_index;
};

/// What the file says about smoothing: 0 is "off", and larger numbers are groups.
inline constexpr std::int32_t smoothing_unsaid = -1;

struct ObjFace {
  std::uint32_t first_corner = 0, corner_count = 0;
  std::uint32_t material = 0;
  std::int32_t smoothing = smoothing_unsaid;
};

struct ObjFile {
  std::filesystem::path path;
  glm::dvec3 origin{0};  ///< subtracted from all positions, because floats are too coarse where they were
  std::vector<glm::vec3> positions, normals;
  std::vector<glm::vec3> colors;  ///< sRGB-encoded, one for each position; or empty
  std::vector<glm::vec2> uvs;     ///< as in the file: v points up
  std::vector<ObjCorner> corners;
  std::vector<ObjFace> faces;
  std::vector<ObjMaterial> materials;                 ///< at least one
  std::vector<std::filesystem::path> material_files;  ///< those that were read and those that were not found
  std::vector<std::string> warnings;
};

/// Bytes of an OBJ file: its corners are counted in 32 bits.
inline constexpr std::uintmax_t largest_obj = 0xffffffffu;

/// Throws core::Error with the file and the line. A missing material file is a warning.
ObjFile load_obj(const std::filesystem::path& path);
/// The same for a text in memory. `path` is used in messages and as the base of relative paths.
ObjFile parse_obj(std::string_view text, const std::filesystem::path& path);

}  // namespace scene
