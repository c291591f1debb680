// Triangles from faces, and the normals that a file does not give.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "renderer/scene/mesh/geometry.h"
#include "renderer/scene/mesh/triangulate.h"
#include "renderer/scene/mesh/weld.h"

namespace scene {
namespace {

glm::vec3 unit_or_zero(glm::vec3 v) {
  const glm::dvec3 d = v;
  const double length = glm::length(d);
  return length > 0 && std::isfinite(length) ? glm::vec3(d / length) : glm::vec3(0);
}

std::uint32_t packed(glm::vec3 color) {
  const auto byte = [](float c) { return static_cast<std::uint32_t>(c * 255 + 0.5f); };
  return byte(color.x) | byte(color.y) << 8 | byte(color.z) << 16 | 0xff000000u;
}

float corner_angle(const Triangles::Corner* c, int i) {
  const glm::vec3 a = unit_or_zero(c[(i + 1) % 3].position - c[i].position);
  const glm::vec3 b = unit_or_zero(c[(i + 2) % 3].position - c[i].position);
  return std::acos(std::clamp(glm::dot(a, b), -1.0f, 1.0f));
}

}  // namespace

Triangles make_triangles(const ObjFile& file, bool z_up, std::vector<std::string>& warnings) {
  const auto upright = [z_up](glm::vec3 v) { return z_up ? glm::vec3(v.x, v.z, -v.y) : v; };
  Triangles triangles;
  triangles.corners.reserve(file.corners.size());
  triangles.materials.reserve(file.faces.size());
  std::size_t without_area = 0, bad_normals = 0, rough_outlines = 0;
  Triangulator triangulator;
  std::vector<glm::vec3> polygon;
  std::vector<std::uint32_t> cut;
  for (const ObjFace& face : file.faces) {
    polygon.clear();
    for (std::uint32_t i = 0; i < face.corner_count; ++i)
      polygon.push_back(file.positions[file.corners[face.first_corner + i].position]);
    cut.clear();
    if (!triangulator.cut(polygon, cut)) ++rough_outlines;
    const MapPlacement& placement = file.materials[face.material].placement;
    for (std::size_t t = 0; t < cut.size(); t += 3) {
      Triangles::Corner corners[3];
      for (int i = 0; i < 3; ++i) {
        const ObjCorner& from = file.corners[face.first_corner + cut[t + static_cast<std::size_t>(i)]];
        corners[i].position = upright(file.positions[from.position]);
        if (from.uv != no_index) {
          const glm::vec2 uv = file.uvs[from.uv] * placement.scale + placement.offset;
          corners[i].uv = {uv.x, 1 - uv.y};
        }
        if (!file.colors.empty()) corners[i].color = packed(file.colors[from.position]);
        if (from.normal == no_index) continue;
        corners[i].normal = upright(unit_or_zero(file.normals[from.normal]));
        if (corners[i].normal == glm::vec3(0)) ++bad_normals;
      }
      if (unit_or_zero(area_normal(corners)) == glm::vec3(0)) {
        ++without_area;
        continue;
      }
      triangles.corners.insert(triangles.corners.end(), corners, corners + 3);
      triangles.materials.push_back(face.material);
      triangles.smoothing.push_back(face.smoothing);
    }
  }
  if (without_area > 0)
    warnings.push_back(
        fmt::format("'{}': {} triangles without area are left out", file.path.string(), without_area));
  if (rough_outlines > 0)
    warnings.push_back(
        fmt::format("'{}': {} concave faces with many corners would take too long to cut; their "
                    "outlines are not kept",
                    file.path.string(), rough_outlines));
  if (bad_normals > 0)
    warnings.push_back(
        fmt::format("'{}': {} normals of no length are made anew", file.path.string(), bad_normals));
  return triangles;
}

void generate_normals(Triangles& triangles, float smoothing_degrees) {
  auto& corners = triangles.corners;
  if (std::none_of(corners.begin(), corners.end(), [](const auto& c) { return c.normal == glm::vec3(0); }))
    return;
  std::uint32_t positions = 0;
  const std::vector<std::uint32_t> welded = weld(triangles, positions);
  // The corners at each position, one list after the other.
  std::vector<std::uint32_t> first(positions + 1, 0), around(corners.size());
  for (const std::uint32_t p : welded) ++first[p + 1];
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<std::uint32_t> fill(first.begin(), first.end() - 1);
  for (std::size_t c = 0; c < corners.size(); ++c) around[fill[welded[c]]++] = static_cast<std::uint32_t>(c);

  std::vector<glm::vec3> face_normals(triangles.size());
  core::parallel_ranges(triangles.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t t = begin; t < end; ++t) face_normals[t] = unit_or_zero(area_normal(&corners[3 * t]));
  });
  const float limit = std::cos(glm::radians(smoothing_degrees));
  const auto smooth = [&](std::size_t a, std::size_t b) {
    const std::int32_t group = triangles.smoothing.empty() ? smoothing_unsaid : triangles.smoothing[a];
    if (group == smoothing_unsaid) return glm::dot(face_normals[a], face_normals[b]) >= limit;
    return group > 0 ? triangles.smoothing[b] == group : a == b;
  };
  std::vector<glm::vec3> made(corners.size(), glm::vec3(0));
  core::parallel_ranges(corners.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      if (corners[c].normal != glm::vec3(0)) continue;
      const glm::vec3 own = face_normals[c / 3];
      const std::size_t from = first[welded[c]], to = first[welded[c] + 1];
      // At the hub of a huge fan a sample of the faces is enough, and keeps the work linear.
      const std::size_t step = 1 + (to - from) / 256;
      glm::vec3 sum = own * 1e-6f;
      for (std::size_t i = from; i < to; i += step) {
        const std::uint32_t other = around[i];
        if (!smooth(c / 3, other / 3)) continue;
        sum +=
            face_normals[other / 3] * corner_angle(&corners[other - other % 3], static_cast<int>(other % 3));
      }
      made[c] = unit_or_zero(sum);
    }
  });
  for (std::size_t c = 0; c < corners.size(); ++c)
    if (corners[c].normal == glm::vec3(0)) corners[c].normal = made[c];
}

}  // namespace scene
