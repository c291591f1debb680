#include "renderer/scene/mesh/triangulate.h"

#include <algorithm>
#include <cmath>

namespace scene {
namespace {

using Point = glm::dvec2;

double cross(Point a, Point b) {
  return a.x * b.y - a.y * b.x;
}

/// Twice the signed area of a, b, c: positive when they turn left.
double turn(Point a, Point b, Point c) {
  return cross(b - a, c - a);
}

/// The polygon seen along its Newell normal, so that it winds counter-clockwise. Empty when it has no area.
std::vector<Point> flatten(std::span<const glm::vec3> polygon) {
  glm::dvec3 normal(0);
  const glm::dvec3 origin = polygon[0];
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const glm::dvec3 a = glm::dvec3(polygon[i]) - origin;
    const glm::dvec3 b = glm::dvec3(polygon[(i + 1) % polygon.size()]) - origin;
    normal += glm::cross(a, b);
  }
  const double length = glm::length(normal);
  if (!(length > 0) || !std::isfinite(length)) return {};
  normal /= length;
  const glm::dvec3 helper = std::abs(normal.x) < 0.6 ? glm::dvec3(1, 0, 0) : glm::dvec3(0, 1, 0);
  const glm::dvec3 right = glm::normalize(glm::cross(helper, normal)), up = glm::cross(normal, right);
  std::vector<Point> flat;
  for (const glm::vec3& p : polygon) {
    const glm::dvec3 d = glm::dvec3(p) - origin;
    flat.emplace_back(glm::dot(d, right), glm::dot(d, up));
  }
  return flat;
}

bool is_convex(const std::vector<Point>& p) {
  const std::size_t n = p.size();
  for (std::size_t i = 0; i < n; ++i)
    if (turn(p[i], p[(i + 1) % n], p[(i + 2) % n]) < 0) return false;
  return true;
}

/// Clips the ears of one polygon.
class EarClipper {
 public:
  EarClipper(const std::vector<Point>& points, std::uint64_t& steps_left);
  /// False where the steps ran out, and the rest became a fan.
  bool clip(std::vector<std::uint32_t>& triangles);

 private:
  bool is_reflex(std::uint32_t i) const {
    return turn(points_[previous_[i]], points_[i], points_[next_[i]]) <= 0;
  }
  bool is_ear(std::uint32_t i);
  bool is_empty(std::uint32_t before, std::uint32_t i, std::uint32_t after, glm::uvec2 cell);
  void remove(std::uint32_t i);
  /// The cell of a place, which is cut off at the polygon's box.
  glm::uvec2 cell_of(Point place) const;
  void spend(std::uint64_t steps) { steps_left_ -= std::min(steps_left_, steps); }

  const std::vector<Point>& points_;
  std::uint64_t& steps_left_;
  std::vector<std::uint32_t> previous_, next_;  // the corners that are not cut off yet, as a ring
  std::vector<bool> removed_;
  // The reflex corners by place, in a grid of about one corner a cell: only they can lie inside an ear, and a
  // convex corner never becomes reflex.
  Point low_{0}, cells_per_unit_{0};
  std::uint32_t side_ = 1;
  std::vector<std::uint32_t> first_in_cell_, next_in_cell_;
  static constexpr std::uint32_t none = ~0u;
};

EarClipper::EarClipper(const std::vector<Point>& points, std::uint64_t& steps_left)
    : points_(points),
      steps_left_(steps_left),
      previous_(points.size()),
      next_(points.size()),
      removed_(points.size(), false),
      low_(points[0]),
      next_in_cell_(points.size(), none) {
  const auto n = static_cast<std::uint32_t>(points.size());
  Point high = points[0];
  for (std::uint32_t i = 0; i < n; ++i) {
    previous_[i] = (i + n - 1) % n;
    next_[i] = (i + 1) % n;
    low_ = glm::min(low_, points[i]);
    high = glm::max(high, points[i]);
  }
  side_ = static_cast<std::uint32_t>(std::clamp(std::sqrt(double(n)), 1.0, 1024.0));
  for (int axis = 0; axis < 2; ++axis)
    cells_per_unit_[axis] = high[axis] > low_[axis] ? side_ / (high[axis] - low_[axis]) : 0;
  first_in_cell_.assign(std::size_t{side_} * side_, none);
  for (std::uint32_t i = 0; i < n; ++i) {
    if (!is_reflex(i)) continue;
    const glm::uvec2 cell = cell_of(points[i]);
    std::uint32_t& first = first_in_cell_[cell.y * side_ + cell.x];
    next_in_cell_[i] = first;
    first = i;
  }
}

glm::uvec2 EarClipper::cell_of(Point place) const {
  return glm::uvec2(glm::clamp((place - low_) * cells_per_unit_, Point(0), Point(side_ - 1)));
}

void EarClipper::remove(std::uint32_t i) {
  next_[previous_[i]] = next_[i];
  previous_[next_[i]] = previous_[i];
  removed_[i] = true;
}

/// Whether no reflex corner in the cell lies in the triangle.
bool EarClipper::is_empty(std::uint32_t before, std::uint32_t i, std::uint32_t after, glm::uvec2 cell) {
  const Point a = points_[before], b = points_[i], c = points_[after];
  for (std::uint32_t j = first_in_cell_[cell.y * side_ + cell.x]; j != none; j = next_in_cell_[j]) {
    spend(1);
    const Point p = points_[j];
    if (removed_[j] || p == a || p == b || p == c) continue;  // a hole's bridge visits corners twice
    if (!(turn(a, b, p) >= 0 && turn(b, c, p) >= 0 && turn(c, a, p) >= 0)) continue;
    if (is_reflex(j)) return false;
  }
  return true;
}

/// An ear: a convex corner whose triangle holds no reflex corner of the rest.
bool EarClipper::is_ear(std::uint32_t i) {
  const std::uint32_t before = previous_[i], after = next_[i];
  const Point a = points_[before], b = points_[i], c = points_[after];
  spend(1);
  if (turn(a, b, c) <= 0) return false;
  const glm::uvec2 low = cell_of(glm::min(a, glm::min(b, c))), high = cell_of(glm::max(a, glm::max(b, c)));
  spend(std::uint64_t{high.x - low.x + 1} * (high.y - low.y + 1));
  for (std::uint32_t y = low.y; y <= high.y; ++y)
    for (std::uint32_t x = low.x; x <= high.x; ++x)
      if (!is_empty(before, i, after, {x, y})) return false;
  return true;
}

bool EarClipper::clip(std::vector<std::uint32_t>& triangles) {
  std::size_t left = points_.size(), tried = 0;
  std::uint32_t at = 0;
  while (left > 2) {
    const bool out_of_time = steps_left_ == 0;
    // A polygon that crosses itself may have no ear. Then any corner is cut, so that the result covers
    // everything.
    if (out_of_time || is_ear(at) || tried >= left) {
      triangles.insert(triangles.end(), {previous_[at], at, next_[at]});
      remove(at);
      --left;
      tried = 0;
    } else {
      ++tried;
    }
    at = next_[at];
  }
  return steps_left_ > 0;
}

}  // namespace

bool Triangulator::cut(std::span<const glm::vec3> polygon, std::vector<std::uint32_t>& triangles) {
  const auto n = static_cast<std::uint32_t>(polygon.size());
  if (n > 3) {
    const std::vector<Point> flat = flatten(polygon);
    if (!flat.empty() && !is_convex(flat)) return EarClipper(flat, steps_left_).clip(triangles);
  }
  for (std::uint32_t i = 2; i < n; ++i) triangles.insert(triangles.end(), {0u, i - 1, i});
  return true;
}

}  // namespace scene
