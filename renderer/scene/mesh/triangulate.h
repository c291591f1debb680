#pragma once
// Polygons of any size into triangles.

#include <cstdint>
#include <glm/glm.hpp>
#include <span>
#include <vector>

namespace scene {

/// Appends corner_count - 2 triangles (three numbers each, into `polygon`) with the polygon's winding. Convex
/// polygons become fans, concave ones are cut ear by ear in the plane of their Newell normal; what has no
/// plane (a line, a point) becomes a fan too.
void triangulate(std::span<const glm::vec3> polygon, std::vector<std::uint32_t>& triangles);

}  // namespace scene
