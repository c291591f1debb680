#pragma once
// How much of the sky's light reaches the places of a scene, on a coarse grid: from the open sky, and once
// and twice reflected by what stands still.

#include <array>
#include <cstddef>
#include <cstdint>
#include <glm/glm.hpp>
#include <vector>

namespace scene {

struct Scene;

/// Radiance that arrives at a place from a direction d, where the sky above has 1: a first-order spherical
/// harmonic, whose average over the cosine around a normal n is level + dot(slope, n) (Ramamoorthi and
/// Hanrahan 2001, "An Efficient Representation for Irradiance Environment Maps").
struct AmbientLight {
  float level = 0;
  glm::vec3 slope{0};
  float towards(const glm::vec3& normal) const { return level + glm::dot(slope, normal); }
};

/// What of a scene stands in a cell, as Voxels have it.
struct CellSurface {
  static constexpr float most_cover = 6;  ///< what a stored 255 stands for
  std::uint8_t cover[3] = {};             ///< along x, y and z
  std::uint8_t albedo[3] = {};            ///< red, green, blue, linear, times 255
};

/// A box of cells; everything outside of it counts as open. An empty grid has no cells.
struct AmbientGrid {
  glm::vec3 corner{0};                             ///< the least one of the first cell, in world space
  float cell = 1;                                  ///< side of a cell, in the scene's units
  glm::ivec3 cells{0};                             ///< along x, y, z; even
  std::vector<std::array<std::uint8_t, 4>> light;  ///< [z][y][x]: slope + 0.5, then level, each times 255
  std::vector<CellSurface> surfaces;               ///< of cells of twice the side, numbered likewise

  bool empty() const { return light.empty(); }
  /// The number of a cell in `light`.
  static std::size_t number(const glm::ivec3& cells, const glm::ivec3& cell) {
    return static_cast<std::size_t>((cell.z * cells.y + cell.y) * cells.x + cell.x);
  }
  /// Of the cell that holds the place, which must be inside.
  AmbientLight at(const glm::vec3& place) const;
};

/// What open ground sends up, of what it gets from the sky: the light of a direction below the horizon where
/// nothing stands.
inline constexpr float open_ground = 0.3f;

/// What arrives where nothing stands.
inline AmbientLight open_light() {
  return {0.5f * (1 + open_ground), {0, 0.5f * (1 - open_ground), 0}};
}
/// As AmbientGrid::light has it.
std::array<std::uint8_t, 4> stored(const AmbientLight& light);

inline constexpr int most_ambient_side = 1024;  ///< cells of a grid along an axis

/// Calculates the grid of all that stands still and is not blended, around the places that the camera comes
/// to. Takes at most about two seconds of two cores and 300 MB while it works, whatever the scene. Moving
/// models neither hide nor reflect. Empty where nothing stands near the camera's path. Uses several threads;
/// the result does not depend on how many.
AmbientGrid make_ambient_grid(const Scene& scene);

}  // namespace scene
