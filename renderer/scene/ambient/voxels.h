#pragma once
// Triangles as cells that hide and reflect.

#include <array>
#include <glm/glm.hpp>
#include <vector>

namespace scene {

struct Scene;

/// What of a scene stands in each cell of a box. They are numbered as AmbientGrid's are.
struct Voxels {
  glm::vec3 corner{0};
  float cell = 1;
  glm::ivec3 cells{0};
  std::array<std::vector<float>, 3> cover;  ///< surface seen along x, y and z, as a share of a cell's face;
                                            ///< surfaces that cross a whole cell count several times
  std::vector<float> albedo;                ///< mean of the surfaces, 0 to 1
  std::array<std::vector<float>, 3> tint;   ///< red, green and blue over their luminance, of cells of twice
                                            ///< the side
  std::size_t count() const { return albedo.size(); }
};

/// The box of what stands still and is not blended within `low` to `high`; low > high where nothing is there.
void find_still_bounds(const Scene& scene, glm::vec3& low, glm::vec3& high);

/// `corner`, `cell` and `cells`, which are even, say where.
Voxels voxelise(const Scene& scene, const glm::vec3& corner, float cell, const glm::ivec3& cells);

/// The same in cells of twice the side, without tint.
Voxels coarser(const Voxels& voxels);

}  // namespace scene
