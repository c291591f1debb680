#include "renderer/scene/mesh/triangulate.h"

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

/// The corners that are not cut off yet, as a ring.
struct Ring {
  std::vector<std::uint32_t> previous, next;
  explicit Ring(std::size_t n) : previous(n), next(n) {
    for (std::size_t i = 0; i < n; ++i) {
      previous[i] = static_cast<std::uint32_t>((i + n - 1) % n);
      next[i] = static_cast<std::uint32_t>((i + 1) % n);
    }
  }
  void remove(std::uint32_t i) {
    next[previous[i]] = next[i];
    previous[next[i]] = previous[i];
  }
};

/// An ear: a convex corner whose triangle holds no reflex corner of the rest.
bool is_ear(const std::vector<Point>& p, const Ring& ring, std::uint32_t i) {
  const std::uint32_t before = ring.previous[i], after = ring.next[i];
  const Point a = p[before], b = p[i], c = p[after];
  if (turn(a, b, c) <= 0) return false;
  for (std::uint32_t j = ring.next[after]; j != before; j = ring.next[j]) {
    if (p[j] == a || p[j] == b || p[j] == c) continue;  // a hole's bridge visits corners twice
    if (turn(p[ring.previous[j]], p[j], p[ring.next[j]]) > 0) continue;
    if (turn(a, b, p[j]) >= 0 && turn(b, c, p[j]) >= 0 && turn(c, a, p[j]) >= 0) return false;
  }
  return true;
}

void clip_ears(const std::vector<Point>& p, std::vector<std::uint32_t>& triangles) {
  Ring ring(p.size());
  std::size_t left = p.size(), tried = 0;
  std::uint32_t at = 0;
  while (left > 2) {
    // A polygon that crosses itself may have no ear. Then any corner is cut, so that the result covers
    // everything.
    if (is_ear(p, ring, at) || tried >= left) {
      triangles.insert(triangles.end(), {ring.previous[at], at, ring.next[at]});
      ring.remove(at);
      --left;
      tried = 0;
    } else {
      ++tried;
    }
    at = ring.next[at];
  }
}

}  // namespace

void triangulate(std::span<const glm::vec3> polygon, std::vector<std::uint32_t>& triangles) {
  const auto n = static_cast<std::uint32_t>(polygon.size());
  if (n > 3) {
    // Ear clipping takes quadratic time, so larger polygons become a fan.
    constexpr std::uint32_t largest = 4096;
    const std::vector<Point> flat = flatten(polygon);
    if (!flat.empty() && n <= largest && !is_convex(flat)) return clip_ears(flat, triangles);
  }
  for (std::uint32_t i = 2; i < n; ++i) triangles.insert(triangles.end(), {0u, i - 1, i});
}

}  // namespace scene
