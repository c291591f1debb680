#pragma once
// Cuts polygons into triangles.

#include <cstdint>
#include <glm/glm.hpp>
#include <span>
#include <vector>

namespace scene {

/// Appends polygon.size() - 2 triangles with the polygon's winding to `triangles`: three indices into
/// `polygon` each. Convex polygons become fans. Concave ones are cut by ear clipping in the plane of their
/// Newell normal. Degenerate polygons, which have no plane, become fans too.
void triangulate(std::span<const glm::vec3> polygon, std::vector<std::uint32_t>& triangles);

}  // namespace scene
