// Vertex encoding, sharing, tangents; the order of triangles is made in chunks.cpp.

#include "renderer/scene/mesh/geometry.h"

#include <meshoptimizer.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/parallel.h"
#include "renderer/scene/mesh/chunks.h"

namespace scene {
namespace {

std::int16_t snorm16(float x) {
  return static_cast<std::int16_t>(std::lround(std::clamp(x, -1.0f, 1.0f) * 32767.0f));
}
std::int8_t snorm8(float x) {
  return static_cast<std::int8_t>(std::lround(std::clamp(x, -1.0f, 1.0f) * 127.0f));
}

glm::vec3 any_perpendicular(glm::vec3 n) {
  const glm::vec3 helper = std::abs(n.y) < 0.9f ? glm::vec3(0, 1, 0) : glm::vec3(1, 0, 0);
  return glm::normalize(glm::cross(helper, n));
}

/// The direction of growing u in the triangle's plane, as long as the triangle is large in space, and whether
/// the mapping is mirrored (Lengyel 2001, "Computing Tangent Space Basis Vectors for an Arbitrary Mesh").
struct TriangleTangent {
  glm::vec3 along_u{0};
  float handedness = 1;
};

TriangleTangent tangent_of(const Triangles::Corner* c) {
  const glm::vec3 e1 = c[1].position - c[0].position, e2 = c[2].position - c[0].position;
  const glm::vec2 d1 = c[1].uv - c[0].uv, d2 = c[2].uv - c[0].uv;
  const float area = d1.x * d2.y - d2.x * d1.y;
  if (area == 0 || !std::isfinite(area)) return {};
  const float sign = area < 0 ? -1.0f : 1.0f;
  const glm::vec3 u = (e1 * d2.y - e2 * d1.y) * sign, v = (e2 * d1.x - e1 * d2.x) * sign;
  const float length = glm::length(u);
  if (!(length > 0) || !std::isfinite(length)) return {};
  // v runs down the image and +y of a normal map up it, so the bitangent is -v.
  const glm::vec3 normal = glm::cross(e1, e2);
  const float handedness = glm::dot(glm::cross(normal, u), -v) < 0 ? -1.0f : 1.0f;
  return {u * (glm::length(normal) / length), handedness};
}

/// All triangles of one material, indexed, with tangents.
struct Mesh {
  std::vector<Vertex> vertices;
  std::vector<std::uint32_t> indices;
};

Mesh make_mesh(const Triangles& triangles, const std::vector<std::uint32_t>& which) {
  const std::size_t corners = 3 * which.size();
  std::vector<Vertex> loose(corners);
  std::vector<glm::vec3> normals(corners);
  std::vector<TriangleTangent> tangents(which.size());
  for (std::size_t t = 0; t < which.size(); ++t) {
    const Triangles::Corner* from = &triangles.corners[3 * which[t]];
    tangents[t] = tangent_of(from);
    for (std::size_t i = 0; i < 3; ++i) {
      Vertex& to = loose[3 * t + i];
      to = {};  // the padding-free bytes are hashed
      to.position = from[i].position + 0.0f;
      to.uv = from[i].uv + 0.0f;
      std::memcpy(to.color, &from[i].color, sizeof to.color);
      encode_normal(from[i].normal, to.normal);
      to.tangent[3] = tangents[t].handedness < 0 ? -127 : 127;
      normals[3 * t + i] = from[i].normal;
    }
  }
  std::vector<std::uint32_t> remap(corners);
  const std::size_t shared =
      meshopt_generateVertexRemap(remap.data(), nullptr, corners, loose.data(), corners, sizeof(Vertex));
  Mesh mesh;
  mesh.vertices.resize(shared);
  mesh.indices = remap;
  std::vector<glm::vec3> sums(shared, glm::vec3(0)), vertex_normals(shared);
  for (std::size_t c = 0; c < corners; ++c) {
    mesh.vertices[remap[c]] = loose[c];
    sums[remap[c]] += tangents[c / 3].along_u;
    vertex_normals[remap[c]] = normals[c];
  }
  for (std::size_t v = 0; v < shared; ++v) {
    const glm::vec3 n = vertex_normals[v];
    glm::vec3 tangent = sums[v] - n * glm::dot(n, sums[v]);
    const float length = glm::length(tangent);
    tangent = length > 1e-20f && std::isfinite(length) ? tangent / length : any_perpendicular(n);
    encode_tangent(tangent, mesh.vertices[v].tangent[3], mesh.vertices[v].tangent);
  }
  return mesh;
}

/// The diagonal of the box around the central nine tenths of the triangles: a sky dome or a far plane would
/// hide how large the world is.
float typical_size(const Triangles& triangles) {
  glm::vec3 side(0);
  std::vector<float> along(triangles.size());
  if (along.empty()) return 0;
  for (int axis = 0; axis < 3; ++axis) {
    for (std::size_t t = 0; t < along.size(); ++t) along[t] = triangles.corners[3 * t].position[axis];
    const auto low = along.begin() + static_cast<std::ptrdiff_t>(along.size() / 20);
    const auto high = along.end() - 1 - static_cast<std::ptrdiff_t>(along.size() / 20);
    std::nth_element(along.begin(), low, along.end());
    if (high > low) std::nth_element(low, high, along.end());
    side[axis] = *high - *low;
  }
  return glm::length(side);
}

}  // namespace

void encode_normal(glm::vec3 n, std::int16_t out[2]) {
  const float sum = std::abs(n.x) + std::abs(n.y) + std::abs(n.z);
  glm::vec2 p = sum > 0 ? glm::vec2(n.x, n.y) / sum : glm::vec2(0);
  if (n.z < 0)
    p = glm::vec2((1 - std::abs(p.y)) * (p.x >= 0 ? 1.0f : -1.0f),
                  (1 - std::abs(p.x)) * (p.y >= 0 ? 1.0f : -1.0f));
  out[0] = snorm16(p.x);
  out[1] = snorm16(p.y);
}

glm::vec3 decode_normal(const std::int16_t in[2]) {
  const glm::vec2 p(static_cast<float>(in[0]) / 32767.0f, static_cast<float>(in[1]) / 32767.0f);
  glm::vec3 n(p.x, p.y, 1 - std::abs(p.x) - std::abs(p.y));
  const float fold = std::max(-n.z, 0.0f);
  n.x += n.x >= 0 ? -fold : fold;
  n.y += n.y >= 0 ? -fold : fold;
  return glm::normalize(n);
}

void encode_tangent(glm::vec3 tangent, float handedness, std::int8_t out[4]) {
  for (int i = 0; i < 3; ++i) out[i] = snorm8(tangent[i]);
  out[3] = handedness < 0 ? -127 : 127;
}

Geometry make_geometry(const Triangles& triangles, std::size_t material_count) {
  std::vector<std::vector<std::uint32_t>> of_material(material_count);
  for (std::size_t t = 0; t < triangles.size(); ++t)
    of_material[triangles.materials[t]].push_back(static_cast<std::uint32_t>(t));
  const float size = typical_size(triangles);
  std::vector<Geometry> parts(material_count);
  core::parallel_for(material_count, [&](std::size_t m) {
    if (of_material[m].empty()) return;
    const Mesh mesh = make_mesh(triangles, of_material[m]);
    parts[m] = make_chunks(mesh.vertices, mesh.indices, static_cast<std::uint32_t>(m), size);
  });
  Geometry all;
  for (const Geometry& part : parts) {
    for (Chunk chunk : part.chunks) {
      chunk.first_index += static_cast<std::uint32_t>(all.indices.size());
      chunk.vertex_offset += static_cast<std::int32_t>(all.vertices.size());
      all.chunks.push_back(chunk);
    }
    all.vertices.insert(all.vertices.end(), part.vertices.begin(), part.vertices.end());
    all.indices.insert(all.indices.end(), part.indices.begin(), part.indices.end());
  }
  return all;
}

}  // namespace scene
