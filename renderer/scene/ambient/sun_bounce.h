#pragma once
// The sun's light that the surfaces of a scene reflect once, on a grid.

#include "renderer/scene/ambient/ambient_grid.h"

namespace scene {

/// What a stored 255 stands for.
inline constexpr float bounce_white = 0.5f;

/// The cells of the grid below: half as many along each axis as the ambient grid has.
inline glm::ivec3 bounce_cells(const AmbientGrid& grid) {
  return grid.cells / 2;
}

/// Light in units of what a white surface that faces the sun reflects, for a sun in the direction `to_sun`
/// (of length 1): red, green and blue of its mean over all directions, each times 255 over bounce_white, and
/// how much more comes from above than from below: 255 above alone, 0 below alone. A matt surface gets
/// mean * (1 + (2 a - 1) * n.y), n being its normal. Takes at most some tenths of a second of two cores. The
/// grid must have surfaces. Uses several threads; the result does not depend on how many.
std::vector<std::array<std::uint8_t, 4>> make_sun_bounce(const AmbientGrid& grid, const glm::vec3& to_sun);

}  // namespace scene
