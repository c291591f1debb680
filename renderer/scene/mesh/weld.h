#pragma once
// Which corners of loose triangles lie at the same place.

#include <cstdint>
#include <vector>

#include "renderer/scene/mesh/geometry.h"

namespace scene {

/// A number for each corner, the same for equal positions: 0 to count - 1.
std::vector<std::uint32_t> weld(const Triangles& triangles, std::uint32_t& count);

/// The normal of a triangle's three corners. Its length is twice the area.
inline glm::vec3 area_normal(const Triangles::Corner* c) {
  return glm::cross(c[1].position - c[0].position, c[2].position - c[0].position);
}

}  // namespace scene
