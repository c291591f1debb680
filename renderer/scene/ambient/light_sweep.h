#pragma once
// Light that crosses a grid of cells, a direction after the other.

#include <array>
#include <vector>

#include "renderer/scene/ambient/ambient_grid.h"
#include "renderer/scene/ambient/voxels.h"

namespace scene {

/// The light of all directions in each cell.
struct LightField {
  std::vector<float> level;
  std::array<std::vector<float>, 3> slope;
  AmbientLight at(std::size_t cell) const {
    return {level[cell], {slope[0][cell], slope[1][cell], slope[2][cell]}};
  }
};

/// Sends the light of an open sky (1 from above, open_ground from below) through the cells. Surfaces reflect
/// what `before` says that they get; without it they are black, and no light comes from below. A direction's
/// light is carried from slice to slice of the cells, each cell taking its own from the four before it, so
/// that the whole costs the same whatever stands in the cells. Light that arrives at a cell has passed all
/// cells before it, but not that one.
LightField sweep_sky(const Voxels& voxels, const LightField* before);

/// The sun's light that arrives at each cell, as a share of what does in the open.
struct Lit {
  glm::vec3 to_sun{0, 1, 0};
  /// At the sides that face the sun along x, y and z. What grazes a surface has crossed other cells of it, so
  /// a side gets what arrives at the cell before it where that is more.
  std::array<std::vector<float>, 3> arriving;
};
Lit sweep_sun(const Voxels& voxels, const glm::vec3& to_sun);

/// Sends what surfaces reflect of the sun, once, through the cells. Nothing else shines.
LightField sweep_reflected(const Voxels& voxels, const Lit& lit);

}  // namespace scene
