// Which way triangles face, and which surfaces are seen from both sides.

#include <algorithm>
#include <bit>
#include <numeric>
#include <unordered_map>

#include "renderer/scene/mesh/geometry.h"
#include "renderer/scene/mesh/weld.h"

namespace scene {
namespace {

struct PositionHash {
  std::size_t operator()(const glm::vec3& p) const {
    // + 0 turns -0 into 0, which compares equal to it.
    std::uint64_t h = std::bit_cast<std::uint32_t>(p.x + 0.0f) * 0x9e3779b97f4a7c15ull;
    h = (h ^ (h >> 29) ^ std::bit_cast<std::uint32_t>(p.y + 0.0f)) * 0xbf58476d1ce4e5b9ull;
    h = (h ^ (h >> 32) ^ std::bit_cast<std::uint32_t>(p.z + 0.0f)) * 0x94d049bb133111ebull;
    return h ^ (h >> 29);
  }
};

std::size_t next_corner(std::size_t corner) {
  return corner % 3 == 2 ? corner - 2 : corner + 1;
}

/// Triangles that hang together by their edges.
class Parts {
 public:
  Parts(const Triangles& triangles, const std::vector<std::uint32_t>& welded);
  std::uint32_t of(std::uint32_t triangle) {
    while (parent_[triangle] != triangle) triangle = parent_[triangle] = parent_[parent_[triangle]];
    return triangle;
  }
  /// Whether each edge of the part is shared by two triangles, and whether they run along it in opposite
  /// directions.
  bool closed(std::uint32_t part) const { return !open_[part]; }
  bool consistent(std::uint32_t part) const { return !inconsistent_[part]; }

 private:
  struct Edge {
    std::uint64_t ends;  // the smaller number first
    std::uint32_t triangle;
    bool forward;
  };
  std::vector<std::uint32_t> parent_;
  std::vector<bool> open_, inconsistent_;  // by part
};

Parts::Parts(const Triangles& triangles, const std::vector<std::uint32_t>& welded)
    : parent_(triangles.size()), open_(triangles.size(), false), inconsistent_(triangles.size(), false) {
  std::iota(parent_.begin(), parent_.end(), 0u);
  std::vector<Edge> edges;
  edges.reserve(welded.size());
  for (std::size_t c = 0; c < welded.size(); ++c) {
    const std::uint64_t a = welded[c], b = welded[next_corner(c)];
    edges.push_back({std::min(a, b) << 32 | std::max(a, b), static_cast<std::uint32_t>(c / 3), a < b});
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return a.ends != b.ends ? a.ends < b.ends : a.triangle < b.triangle;
  });
  struct Fault {
    std::uint32_t triangle;
    bool open;
  };
  std::vector<Fault> faults;
  for (std::size_t first = 0, end = 0; first < edges.size(); first = end) {
    std::size_t forward = 0;
    for (end = first; end < edges.size() && edges[end].ends == edges[first].ends; ++end) {
      forward += edges[end].forward;
      parent_[of(edges[end].triangle)] = of(edges[first].triangle);
    }
    if ((end - first) % 2 != 0) faults.push_back({edges[first].triangle, true});
    const bool rim = end - first == 1;
    if (!rim && 2 * forward != end - first) faults.push_back({edges[first].triangle, false});
  }
  for (const Fault& fault : faults) (fault.open ? open_ : inconsistent_)[of(fault.triangle)] = true;
}

}  // namespace

std::vector<std::uint32_t> weld(const Triangles& triangles, std::uint32_t& count) {
  std::unordered_map<glm::vec3, std::uint32_t, PositionHash> numbers;
  numbers.reserve(triangles.corners.size() / 3);
  std::vector<std::uint32_t> welded;
  welded.reserve(triangles.corners.size());
  for (const Triangles::Corner& corner : triangles.corners)
    welded.push_back(
        numbers.emplace(corner.position, static_cast<std::uint32_t>(numbers.size())).first->second);
  count = static_cast<std::uint32_t>(numbers.size());
  return welded;
}

std::size_t match_winding_to_normals(Triangles& triangles) {
  std::size_t turned = 0;
  for (std::size_t t = 0; t < triangles.size(); ++t) {
    Triangles::Corner* c = &triangles.corners[3 * t];
    const glm::vec3 normal = area_normal(c);
    if (glm::dot(normal, c[0].normal) >= 0 || glm::dot(normal, c[1].normal) >= 0 ||
        glm::dot(normal, c[2].normal) >= 0)
      continue;
    std::swap(c[1], c[2]);
    ++turned;
  }
  return turned;
}

std::vector<bool> turn_inside_out_parts(Triangles& triangles, std::size_t material_count) {
  std::vector<bool> both_sides(material_count, false);
  const auto has_normal = [](const Triangles::Corner& c) { return c.normal != glm::vec3(0); };
  if (std::all_of(triangles.corners.begin(), triangles.corners.end(), has_normal)) return both_sides;
  std::uint32_t positions = 0;
  Parts parts(triangles, weld(triangles, positions));
  std::vector<double> volumes(triangles.size(), 0);  // six times that of each part
  std::vector<bool> told(triangles.size(), false);   // a part with normals of the file's own
  for (std::uint32_t t = 0; t < triangles.size(); ++t) {
    const std::uint32_t part = parts.of(t);
    const Triangles::Corner* c = &triangles.corners[3 * t];
    const glm::dvec3 origin = triangles.corners[3 * part].position;
    const glm::dvec3 a = glm::dvec3(c[0].position) - origin, b = glm::dvec3(c[1].position) - origin;
    volumes[part] += glm::dot(glm::cross(a, b), glm::dvec3(c[2].position) - origin);
    if (std::any_of(c, c + 3, has_normal)) told[part] = true;
  }
  for (std::uint32_t t = 0; t < triangles.size(); ++t) {
    const std::uint32_t part = parts.of(t);
    if (told[part]) continue;
    if (!parts.consistent(part)) {
      both_sides[triangles.materials[t]] = true;
    } else if (parts.closed(part) && volumes[part] < 0) {
      std::swap(triangles.corners[3 * t + 1], triangles.corners[3 * t + 2]);
      // It may have been a room, to be seen from within.
      both_sides[triangles.materials[t]] = true;
    }
  }
  return both_sides;
}

std::vector<bool> find_open_materials(const Triangles& triangles, std::size_t material_count) {
  std::uint32_t positions = 0;
  const std::vector<std::uint32_t> welded = weld(triangles, positions);
  // An edge is closed when its neighbour runs along it the other way.
  std::vector<std::uint64_t> edges;
  edges.reserve(welded.size());
  const auto edge = [&](std::size_t corner) {
    const std::size_t next = corner % 3 == 2 ? corner - 2 : corner + 1;
    return std::pair(welded[corner], welded[next]);
  };
  for (std::size_t c = 0; c < welded.size(); ++c) {
    const auto [a, b] = edge(c);
    edges.push_back(std::uint64_t{a} << 32 | b);
  }
  std::sort(edges.begin(), edges.end());
  std::vector<std::size_t> all(material_count, 0), open(material_count, 0);
  for (std::size_t c = 0; c < welded.size(); ++c) {
    const auto [a, b] = edge(c);
    const std::uint32_t material = triangles.materials[c / 3];
    ++all[material];
    if (!std::binary_search(edges.begin(), edges.end(), std::uint64_t{b} << 32 | a)) ++open[material];
  }
  std::vector<bool> result(material_count);
  // A single card of two triangles has 4 open edges of 6, and a strip at least 1 of 3. A wall or a terrain
  // has open edges at its rim only.
  for (std::size_t m = 0; m < material_count; ++m) result[m] = 10 * open[m] > 3 * all[m];
  return result;
}

}  // namespace scene
