#pragma once
// Triangles by material, and a pen that draws them through a transform.
//
// Space: right-handed, y up, metres. Faces wind counter-clockwise seen from outside. uv are tiles of the
// material's textures, v up.

#include <array>
#include <cstdint>
#include <glm/glm.hpp>
#include <string>
#include <vector>

#include "tools/make_town/textures/materials.h"

namespace town {

struct Vertex {
  glm::vec3 position, normal;
  glm::vec2 uv;
};

struct Keyframe {
  float time;
  glm::vec3 position{0}, rotation_degrees{0};  ///< as the scene file has them: Ry * Rx * Rz
};

/// One OBJ file and one [[model]] of the scene. The static town is one; each moving thing is its own.
struct Model {
  std::string name;
  std::string shape;  ///< the OBJ to place; several models may place the same one
  std::array<std::vector<Vertex>, material_count> triangles;  ///< three vertices each
  glm::vec3 position{0}, rotation_degrees{0};
  std::vector<Keyframe> keyframes;

  std::size_t triangle_count() const;
};

class Pen {
 public:
  explicit Pen(Model& model) : model_(&model) {}

  /// Pens whose origin is moved, then turned about their own axes; degrees.
  Pen at(glm::vec3 offset) const;
  Pen at(float x, float y, float z) const { return at(glm::vec3(x, y, z)); }
  Pen yaw(float degrees) const { return turn(degrees, {0, 1, 0}); }
  Pen pitch(float degrees) const { return turn(degrees, {1, 0, 0}); }
  Pen roll(float degrees) const { return turn(degrees, {0, 0, 1}); }
  Pen scaled(float factor) const;
  /// The same geometry with the textures moved by so many metres.
  Pen textured_from(glm::vec2 metres) const;

  glm::vec3 world(glm::vec3 p) const { return glm::vec3(transform_ * glm::vec4(p, 1)); }
  Model& model() const { return *model_; }

  /// Normals and uv as given. Triangles too thin for the file's decimals are left out.
  void triangle(Mat m, const Vertex& a, const Vertex& b, const Vertex& c) const;
  /// A flat polygon's corners, textured in metres: u along the direction `along`, v up from it.
  void triangle(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 along) const;
  /// a lower left, b lower right, c upper right, d upper left; textured in metres, u along ab.
  void quad(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 d) const { quad(m, a, b, c, d, b - a); }
  void quad(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 d, glm::vec3 along) const;
  /// The same with a part of the texture stretched over it.
  void picture(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 d, glm::vec2 uv_low,
               glm::vec2 uv_high) const;
  /// Both sides of a thin sheet.
  void sheet(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 d) const;
  void flap(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 along) const;  ///< a triangle

 private:
  Pen turn(float degrees, glm::vec3 axis) const;

  Model* model_;
  glm::mat4 transform_{1};
  glm::vec2 uv_offset_{0};
};

}  // namespace town
