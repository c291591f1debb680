#pragma once
// Cuts polygons into triangles.

#include <cstdint>
#include <glm/glm.hpp>
#include <span>
#include <vector>

namespace scene {

/// Cuts the polygons of one model. Its time is bounded: once `steps` are used up, concave polygons become
/// fans as convex ones do.
class Triangulator {
 public:
  explicit Triangulator(std::uint64_t steps = 1'200'000'000) : steps_left_(steps) {}  // some 5 s

  /// Appends polygon.size() - 2 triangles with the polygon's winding to `triangles`: three indices into
  /// `polygon` each. Convex polygons become fans. Concave ones are cut by ear clipping in the plane of their
  /// Newell normal. Degenerate polygons, which have no plane, become fans too. False where the steps have run
  /// out, so that the outline may not be kept.
  bool cut(std::span<const glm::vec3> polygon, std::vector<std::uint32_t>& triangles);

 private:
  std::uint64_t steps_left_;
};

}  // namespace scene
