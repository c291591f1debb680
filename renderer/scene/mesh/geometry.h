#pragma once
// From the faces of an OBJ to vertices, indices and chunks that are ready to draw.

#include <cstdint>
#include <glm/glm.hpp>
#include <string>
#include <vector>

#include "renderer/scene/mesh/obj_loader.h"
#include "renderer/scene/scene.h"

namespace scene {

/// Triangles that are not indexed yet: three corners each.
struct Triangles {
  struct Corner {
    glm::vec3 position{0}, normal{0};  ///< a zero normal is missing
    glm::vec2 uv{0};                   ///< v down
  };
  std::vector<Corner> corners;           ///< 3 a triangle
  std::vector<std::uint32_t> materials;  ///< 1 a triangle
  std::size_t size() const { return materials.size(); }
};

/// Cuts polygons, turns v over, drops triangles without area and the like. `z_up` turns the model so that
/// its z axis points along y. Says in `warnings` what it repaired.
Triangles make_triangles(const ObjFile& file, bool z_up, std::vector<std::string>& warnings);

/// Fills missing normals: faces that meet at a position under less than the smoothing angle share theirs,
/// weighted by the angle of their corner (Thuermer & Wuethrich 1998, "Computing Vertex Normals from
/// Polygonal Facets").
void generate_normals(Triangles& triangles, float smoothing_degrees = 45);

/// Where authored normals oppose the winding on all three corners the triangle is turned around, since back
/// faces are culled by winding. Returns how many.
std::size_t match_winding_to_normals(Triangles& triangles);

/// For each material, whether its surfaces can be seen from behind: sheets such as leaves, flags, curtains.
std::vector<bool> find_open_materials(const Triangles& triangles, std::size_t material_count);

/// One vertex and index buffer in chunks.
struct Geometry {
  std::vector<Vertex> vertices;
  std::vector<std::uint32_t> indices;
  std::vector<Chunk> chunks;  ///< model is 0
};

/// Shares vertices, makes tangents, cuts each material's triangles into chunks and puts them in an order that
/// vertex caches like.
Geometry make_geometry(const Triangles& triangles, std::size_t material_count);

/// Octahedral encoding (Cigolle et al. 2014, "A Survey of Efficient Representations for Independent Unit
/// Vectors") of a unit vector as snorm16, and back.
void encode_normal(glm::vec3 normal, std::int16_t out[2]);
glm::vec3 decode_normal(const std::int16_t in[2]);
void encode_tangent(glm::vec3 tangent, float handedness, std::int8_t out[4]);

}  // namespace scene
