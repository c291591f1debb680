#pragma once
// The points that a view sees, for what is fused of views.

#include <algorithm>
#include <cmath>
#include <optional>

#include "neural/field/learned_view.h"

namespace neural {

struct Point {
  float x = 0, y = 0, z = 0;
};
inline Point operator-(Point a, Point b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Point operator*(Point a, float s) {
  return {a.x * s, a.y * s, a.z * s};
}
inline float dot(Point a, Point b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Point cross(Point a, Point b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline Point unit(Point a) {
  return a * (1 / std::sqrt(std::max(1e-20f, dot(a, a))));
}

/// The points of a view relative to its eye.
class ViewPoints {
 public:
  explicit ViewPoints(const LearnedView& view) : view_(view) {}
  /// Through a pixel, as the sample saw it, or so many pixels beside that.
  Point direction(int x, int y, float right = 0, float down = 0) const {
    const auto d = view_.camera.direction(x, y, right, down);
    return {d[0], d[1], d[2]};
  }
  float depth(int x, int y) const {
    return view_.depth[static_cast<std::size_t>(y) * static_cast<std::size_t>(view_.camera.size.width) +
                       static_cast<std::size_t>(x)];
  }
  Point at(int x, int y) const { return direction(x, y) * depth(x, y); }
  /// The normal of the surface by the nearer neighbours; towards the eye where they belong to others.
  Point normal(int x, int y) const {
    const Point seen = unit(direction(x, y));
    const auto a = step(x, y, 1, 0), b = step(x, y, 0, 1);
    if (!a || !b) return seen * -1;
    const Point n = unit(cross(*b, *a));
    return dot(n, seen) > 0 ? n * -1 : n;
  }

 private:
  std::optional<Point> step(int x, int y, int dx, int dy) const {
    const float z = depth(x, y);
    const float limit = 0.03f * z + 1.25f * z * z * view_.camera.pixel_size();
    float best = 0.45f * z;
    std::optional<Point> result;
    for (const int sign : {-1, 1}) {
      const int nx = x + sign * dx, ny = y + sign * dy;
      if (nx < 0 || ny < 0 || nx >= view_.camera.size.width || ny >= view_.camera.size.height) continue;
      const float other = depth(nx, ny), apart = std::abs(other - z);
      if (other <= 0 || apart > limit || apart >= best) continue;
      best = apart;
      result = (at(nx, ny) - at(x, y)) * static_cast<float>(sign);
    }
    return result;
  }
  const LearnedView& view_;
};

}  // namespace neural
