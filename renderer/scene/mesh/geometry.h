#pragma once
// Turns the faces of an OBJ file into vertices, indices and chunks that are ready to draw.

#include <cstdint>
#include <glm/glm.hpp>
#include <string>
#include <vector>

#include "renderer/scene/mesh/obj_loader.h"
#include "renderer/scene/scene.h"

namespace scene {

/// Triangles without an index buffer: each has three corners of its own.
struct Triangles {
  struct Corner {
    glm::vec3 position{0}, normal{0};   ///< a zero normal stands for a missing one
    glm::vec2 uv{0};                    ///< v down
    std::uint32_t color = 0xffffffffu;  ///< the bytes of Vertex::color
  };
  std::vector<Corner> corners;           ///< 3 for each triangle
  std::vector<std::uint32_t> materials;  ///< 1 for each triangle
  std::vector<std::int32_t> smoothing;   ///< ObjFace::smoothing of each triangle; or empty
  std::size_t size() const { return materials.size(); }
};

/// Cuts polygons into triangles, flips v, and drops triangles without area. `z_up` turns a model whose up
/// axis is z so that it is y. Appends a sentence to `warnings` for each kind of repair.
Triangles make_triangles(const ObjFile& file, bool z_up, std::vector<std::string>& warnings);

/// Computes missing normals. Faces that meet at a position share a normal where they belong to one smoothing
/// group, or, where the file says nothing of groups, at less than the smoothing angle. It is weighted by the
/// angle of each face's corner (Thuermer & Wuethrich 1998, "Computing Vertex Normals from Polygonal Facets").
void generate_normals(Triangles& triangles, float smoothing_degrees = 45);

/// Reverses each triangle whose three authored normals all oppose its winding, since back faces are culled by
/// winding. Returns the number of reversed triangles.
std::size_t match_winding_to_normals(Triangles& triangles);

/// Turns each part that is closed and wound inside out, so that its volume is negative. Returns for each
/// material whether it has to be drawn from both sides: where such a part was turned (it may have been a
/// room, to be seen from within), and where the triangles of a part do not agree on a side. Parts with
/// normals of their own are left alone, because these say which side is the front.
std::vector<bool> turn_inside_out_parts(Triangles& triangles, std::size_t material_count);

/// For each material, whether its surfaces can be seen from behind, as those of leaves, flags and curtains
/// can.
std::vector<bool> find_open_materials(const Triangles& triangles, std::size_t material_count);

/// A vertex buffer and an index buffer, divided into chunks.
struct Geometry {
  std::vector<Vertex> vertices;
  std::vector<std::uint32_t> indices;
  std::vector<Chunk> chunks;  ///< with `model` 0
};

/// Merges equal vertices, computes tangents, and cuts each material's triangles into chunks in an order that
/// suits the vertex cache.
Geometry make_geometry(const Triangles& triangles, std::size_t material_count);

/// Encodes a unit vector octahedrally as two snorm16 (Cigolle et al. 2014, "A Survey of Efficient
/// Representations for Independent Unit Vectors"), and decodes it.
void encode_normal(glm::vec3 normal, std::int16_t out[2]);
glm::vec3 decode_normal(const std::int16_t in[2]);
/// xyz as snorm8; the sign of `handedness` as +127 or -127 in w.
void encode_tangent(glm::vec3 tangent, float handedness, std::int8_t out[4]);

}  // namespace scene
