#pragma once
// Solids and sheets that the things of the town are made of.

#include <functional>
#include <glm/glm.hpp>
#include <span>
#include <vector>

#include "tools/make_town/geometry/mesh.h"

namespace town {

/// Which faces of a box to draw, as bits; `no_back` is for what stands on a wall (facing +z).
enum Faces : int {
  right_face = 1,
  left_face = 2,
  top_face = 4,
  bottom_face = 8,
  front_face = 16,
  back_face = 32
};
inline constexpr int all_faces = 63, no_back = 63 - back_face, no_bottom = 63 - bottom_face;

/// The grain (u) runs along the longest edge; the texture starts elsewhere for every box.
void box(const Pen& pen, Mat m, glm::vec3 low, glm::vec3 high, int faces = all_faces);
/// The same by its centre and full size.
void block(const Pen& pen, Mat m, glm::vec3 center, glm::vec3 size, int faces = all_faces);
/// A squared beam from a to b; `width` lies across `up`, `depth` along it.
void beam(const Pen& pen, Mat m, glm::vec3 a, glm::vec3 b, float width, float depth, glm::vec3 up = {0, 1, 0},
          int faces = all_faces);
/// A round bar from a to b, without ends unless asked.
void rod(const Pen& pen, Mat m, glm::vec3 a, glm::vec3 b, float radius, int sides = 6, bool ends = false);
/// A round bar bent through points; smooth.
void tube(const Pen& pen, Mat m, std::span<const glm::vec3> points, float radius, int sides = 5);
/// A profile of (radius, y) from the bottom up, turned about the y axis. `smooth` rounds its bends.
void lathe(const Pen& pen, Mat m, std::span<const glm::vec2> profile, int sides, bool smooth = false);
void ball(const Pen& pen, Mat m, glm::vec3 center, float radius, int sides = 8, float flatten = 1);
/// A round picture that faces +z; a part of the texture around uv_center stretched over it.
void disc(const Pen& pen, Mat m, float radius, glm::vec2 uv_center, glm::vec2 uv_radius, int pieces);
/// A ring of tube: tyre, hoop, buoy; its axis is y.
void torus(const Pen& pen, Mat m, float radius, float thickness, int sides, int around);
/// A leaf card: its normals lean towards `outward`, so that crowns are lit as rounded bodies.
void leaf_card(const Pen& pen, Mat m, glm::vec3 center, glm::vec3 right, glm::vec3 up, glm::vec3 outward);
/// A curved sheet through a grid of (columns + 1) x (rows + 1) points, smooth; its outside is where columns
/// turn to rows counter-clockwise. `both` draws the inside too.
void surface(const Pen& pen, Mat m, int columns, int rows, const std::function<glm::vec3(int, int)>& point,
             bool both = false);
/// A wire that sags between two points; `sag` metres in the middle.
std::vector<glm::vec3> catenary(glm::vec3 a, glm::vec3 b, float sag, int pieces);

}  // namespace town
