#include "tools/make_town/geometry/mesh.h"

#include <algorithm>
#include <cmath>
#include <glm/gtc/matrix_transform.hpp>

namespace town {

std::size_t Model::triangle_count() const {
  std::size_t count = 0;
  for (const auto& part : triangles) count += part.size() / 3;
  return count;
}

Pen Pen::at(glm::vec3 offset) const {
  Pen pen = *this;
  pen.transform_ = glm::translate(transform_, offset);
  return pen;
}

Pen Pen::turn(float degrees, glm::vec3 axis) const {
  Pen pen = *this;
  pen.transform_ = glm::rotate(transform_, glm::radians(degrees), axis);
  return pen;
}

Pen Pen::scaled(float factor) const {
  Pen pen = *this;
  pen.transform_ = glm::scale(transform_, glm::vec3(factor));
  return pen;
}

Pen Pen::textured_from(glm::vec2 metres) const {
  Pen pen = *this;
  pen.uv_offset_ = metres;
  return pen;
}

void Pen::triangle(Mat m, const Vertex& a, const Vertex& b, const Vertex& c) const {
  // What the file keeps of a position: a tenth of a millimetre.
  const auto place = [&](const Vertex& v) { return glm::round(world(v.position) * 1e4f) * 1e-4f; };
  const glm::vec3 p[3] = {place(a), place(b), place(c)};
  const glm::vec3 area = glm::cross(p[1] - p[0], p[2] - p[0]);
  const float longest =
      std::max({glm::length(p[1] - p[0]), glm::length(p[2] - p[1]), glm::length(p[0] - p[2]), 1e-9f});
  if (glm::length(area) < 1e-7f || glm::length(area) / longest < 2e-4f) return;
  const Vertex* v[3] = {&a, &b, &c};
  const glm::vec3 face = glm::normalize(area);
  auto& out = model_->triangles[static_cast<std::size_t>(m)];
  for (int i = 0; i < 3; ++i) {
    glm::vec3 normal = glm::normalize(glm::mat3(transform_) * v[i]->normal);
    // Where a smooth surface bends too sharply, the face's own normal stands in.
    if (glm::dot(normal, face) < 0.1f) normal = face;
    out.push_back({p[i], normal, v[i]->uv});
  }
}

namespace {

struct Plane {
  glm::vec3 normal, u, v;
};

/// Texture axes of a face: u along the given direction as far as it lies in the face.
Plane plane(glm::vec3 normal, glm::vec3 along) {
  glm::vec3 u = along - normal * glm::dot(along, normal);
  if (glm::dot(u, u) < 1e-10f)
    u = glm::cross(glm::abs(normal.y) < 0.9f ? glm::vec3(0, 1, 0) : glm::vec3(0, 0, 1), normal);
  u = glm::normalize(u);
  return {normal, u, glm::cross(normal, u)};
}

}  // namespace

void Pen::triangle(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 along) const {
  const glm::vec3 area = glm::cross(b - a, c - a);
  if (glm::dot(area, area) < 1e-14f) return;
  const Plane f = plane(glm::normalize(area), along);
  const auto vertex = [&](glm::vec3 p) {
    const float size = glm::length(glm::vec3(transform_[0]));
    const glm::vec2 metres = size * glm::vec2(glm::dot(p, f.u), glm::dot(p, f.v)) + uv_offset_;
    return Vertex{p, f.normal, metres / material(m).metres};
  };
  triangle(m, vertex(a), vertex(b), vertex(c));
}

void Pen::quad(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 d, glm::vec3 along) const {
  triangle(m, a, b, c, along);
  triangle(m, a, c, d, along);
}

void Pen::picture(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 d, glm::vec2 low,
                  glm::vec2 high) const {
  const glm::vec3 n = glm::normalize(glm::cross(b - a, d - a));
  const Vertex va{a, n, low}, vb{b, n, {high.x, low.y}}, vc{c, n, high}, vd{d, n, {low.x, high.y}};
  triangle(m, va, vb, vc);
  triangle(m, va, vc, vd);
}

void Pen::sheet(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 d) const {
  quad(m, a, b, c, d);
  quad(m, b, a, d, c);
}

void Pen::flap(Mat m, glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 along) const {
  triangle(m, a, b, c, along);
  triangle(m, a, c, b, along);
}

}  // namespace town
