// Triangles of OBJ files.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>

#include "renderer/scene/mesh/geometry.h"
#include "renderer/scene/mesh/triangulate.h"
#include "renderer/scene/scene.h"
#include "tests/support/scene_folder.h"

namespace {

using testing_support::corner;
using testing_support::plain_tga;
using testing_support::quad_obj;

class GeometryTest : public testing_support::SceneFolder {};

double area(const scene::Scene& s) {
  double sum = 0;
  for (const scene::Chunk& c : s.chunks)
    for (std::uint32_t i = 0; i < c.index_count; i += 3)
      sum += glm::length(
                 glm::cross(corner(s, c, i + 1) - corner(s, c, i), corner(s, c, i + 2) - corner(s, c, i))) /
             2;
  return sum;
}

TEST_F(GeometryTest, QuadSharesVerticesAndTurnsVOver) {
  const scene::Scene s = load(write("q.obj", quad_obj));
  EXPECT_EQ(s.indices.size(), 6u);
  ASSERT_EQ(s.vertices.size(), 4u);
  for (const scene::Vertex& v : s.vertices) {
    EXPECT_FLOAT_EQ(v.uv.x, v.position.x);
    EXPECT_FLOAT_EQ(v.uv.y, 1 - v.position.y);
    EXPECT_NEAR(glm::distance(scene::decode_normal(v.normal), glm::vec3(0, 0, 1)), 0, 1e-4);
    // u grows with x, and y points up in the image. So the bitangent is +y, which is handedness +1.
    EXPECT_EQ(v.tangent[0], 127);
    EXPECT_EQ(v.tangent[3], 127);
  }
}

TEST_F(GeometryTest, MirroredMappingHasTheOtherHandedness) {
  const scene::Scene s = load(write("q.obj",
                                    "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 1 0\nvt 0 0\nvt 0 1\nvt 1 1\n"
                                    "f 1/1 2/2 3/3 4/4\n"));
  for (const scene::Vertex& v : s.vertices) {
    EXPECT_EQ(v.tangent[0], -127);
    EXPECT_EQ(v.tangent[3], -127);
  }
}

/// A star with so many corners in all.
std::vector<glm::vec3> star(int corners) {
  std::vector<glm::vec3> points;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * M_PI * i / corners, radius = i % 2 == 0 ? 2 : 1;
    points.emplace_back(radius * std::cos(angle), radius * std::sin(angle), 0);
  }
  return points;
}

TEST(Triangulate, CutsConcavePolygonsWithoutOverlap) {
  // An L, and a comb with 40 teeth: signed areas must all be positive and sum up to the polygon's.
  std::vector<std::vector<glm::vec3>> shapes = {
      {{0, 0, 0}, {2, 0, 0}, {2, 1, 0}, {1, 1, 0}, {1, 2, 0}, {0, 2, 0}}};
  std::vector<glm::vec3> comb = {{0, 0, 0}, {80, 0, 0}};
  for (int i = 39; i >= 0; --i) {
    comb.emplace_back(2 * i + 1, 5, 0);
    comb.emplace_back(2 * i, 1, 0);
  }
  shapes.push_back(comb);
  shapes.push_back({{0, 0, 0}, {2, 2, 0}, {0, 1, 0}, {-2, 2, 0}});  // a concave quad
  shapes.push_back(star(6000));
  for (const auto& shape : shapes) {
    double wanted = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const glm::vec3 a = shape[i], b = shape[(i + 1) % shape.size()];
      wanted += (double(a.x) * b.y - double(b.x) * a.y) / 2;
    }
    std::vector<std::uint32_t> triangles;
    ASSERT_TRUE(scene::Triangulator().cut(shape, triangles));
    ASSERT_EQ(triangles.size(), 3 * (shape.size() - 2));
    double sum = 0;
    for (std::size_t i = 0; i < triangles.size(); i += 3) {
      const glm::vec3 a = shape[triangles[i]], b = shape[triangles[i + 1]], c = shape[triangles[i + 2]];
      const double one = glm::cross(b - a, c - a).z / 2;
      EXPECT_GE(one, 0);
      sum += one;
    }
    EXPECT_NEAR(sum, wanted, 1e-6 * wanted);
  }
}

/// A spiral has few ears at a time. Its outline is kept within the steps that 200 such polygons may take in
/// all, and without any steps left it still becomes corners - 2 triangles.
TEST(Triangulate, TakesABoundedTime) {
  std::vector<glm::vec3> spiral;
  constexpr int half = 1000;
  for (int side = 0; side < 2; ++side)
    for (int i = 0; i < half; ++i) {
      const int at = side == 0 ? i : half - 1 - i;
      const double angle = 0.1 * at, radius = 10 + angle + 0.3 * side;
      spiral.emplace_back(radius * std::cos(angle), radius * std::sin(angle), 0);
    }
  std::vector<std::uint32_t> triangles;
  EXPECT_TRUE(scene::Triangulator(5'000'000).cut(spiral, triangles));
  EXPECT_EQ(triangles.size(), 3u * (2 * half - 2));
  triangles.clear();
  scene::Triangulator tired(10'000);
  EXPECT_FALSE(tired.cut(spiral, triangles));
  EXPECT_EQ(triangles.size(), 3u * (2 * half - 2));
  EXPECT_FALSE(tired.cut(star(100), triangles)) << "the steps are those of all polygons together";
}

TEST_F(GeometryTest, PolygonsOfAnySize) {
  std::string text;
  std::string face = "f";
  constexpr int corners = 300;  // more than tinyobjloader's own limit of 255
  for (int i = 0; i < corners; ++i) {
    const double a = 2 * M_PI * i / corners;
    text += fmt::format("v {} {} 0\n", std::cos(a), std::sin(a));
    face += fmt::format(" {}", i + 1);
  }
  const scene::Scene s = load(write("disc.obj", text + face + "\n"));
  EXPECT_EQ(s.indices.size(), 3u * (corners - 2));
  EXPECT_NEAR(area(s), corners * std::sin(2 * M_PI / corners) / 2, 1e-4);
}

TEST_F(GeometryTest, SmoothsBySmoothingAngle) {
  // Two faces that meet at 90 degrees stay hard, at 20 degrees they share a normal.
  for (const auto& [degrees, shared] : {std::pair(90.0, false), std::pair(20.0, true)}) {
    const double a = degrees * M_PI / 180;
    const scene::Scene s =
        load(write("fold.obj", fmt::format("v 0 0 0\nv 0 0 1\nv 1 0 0\nv {} {} 0\nf 1 2 3\nf 1 4 2\n",
                                           -std::cos(a), -std::sin(a))));
    std::set<std::pair<int, int>> at_fold;
    for (const scene::Vertex& v : s.vertices)
      if (v.position.x == 0 && v.position.y == 0) at_fold.emplace(v.normal[0], v.normal[1]);
    EXPECT_EQ(at_fold.size(), shared ? 1u : 2u) << degrees;
  }
}

/// Whether every triangle faces away from the middle of the model, and whether its only material is drawn
/// from both sides.
struct Sides {
  bool outside = true, both = false;
};
Sides sides_of(const scene::Scene& s) {
  Sides sides{true, s.materials[0].double_sided};
  const glm::vec3 middle = (s.box_min + s.box_max) * 0.5f;
  for (const scene::Chunk& c : s.chunks)
    for (std::uint32_t i = 0; i < c.index_count; i += 3) {
      const glm::vec3 a = corner(s, c, i),
                      normal = glm::cross(corner(s, c, i + 1) - a, corner(s, c, i + 2) - a);
      sides.outside &= glm::dot(normal, a - middle) > 0;
    }
  return sides;
}

TEST_F(GeometryTest, AClosedBodyFacesOutwards) {
  const std::string corners =
      "v -1 -1 9\nv -1 -1 11\nv -1 1 9\nv -1 1 11\nv 1 -1 9\nv 1 -1 11\nv 1 1 9\nv 1 1 11\n";
  const std::vector<std::string> faces = {"1 2 4 3", "5 7 8 6", "1 5 6 2", "3 4 8 7", "1 3 7 5", "2 6 8 4"};
  const auto cube = [&](const std::function<bool(std::size_t)>& turned) {
    std::string text = corners;
    for (std::size_t f = 0; f < faces.size(); ++f)
      text += "f " + (turned(f) ? std::string(faces[f].rbegin(), faces[f].rend()) : faces[f]) + "\n";
    return sides_of(load(write("cube.obj", text)));
  };
  const Sides good = cube([](std::size_t) { return false; });
  EXPECT_TRUE(good.outside && !good.both);
  const Sides turned = cube([](std::size_t) { return true; });
  EXPECT_TRUE(turned.outside) << "its volume is negative";
  const Sides mixed = cube([](std::size_t f) { return f % 2 == 0; });
  EXPECT_TRUE(mixed.both) << "its faces do not agree";
  const Sides one = cube([](std::size_t f) { return f == 3; });
  EXPECT_TRUE(one.both);
}

TEST_F(GeometryTest, SmoothingGroupsSayWhichFacesShareNormals) {
  // A prism of six sides: its faces meet at 60 degrees.
  const auto normals_at_an_edge = [&](const std::string& smoothing) {
    std::string text;
    for (int i = 0; i < 6; ++i)
      for (const int y : {-1, 1})
        text += fmt::format("v {} {} {}\n", std::cos(M_PI / 3 * i), y, std::sin(M_PI / 3 * i));
    text += smoothing;
    for (int i = 0; i < 6; ++i) {
      const int a = 2 * i + 1, b = 2 * ((i + 1) % 6) + 1;
      text += fmt::format("f {} {} {} {}\n", a, a + 1, b + 1, b);
    }
    std::set<std::pair<int, int>> different;
    const scene::Scene s = load(write("prism.obj", text));
    for (const scene::Vertex& v : s.vertices)
      if (v.position.x > 0.9f && v.position.y > 0) different.emplace(v.normal[0], v.normal[1]);
    return different.size();
  };
  EXPECT_EQ(normals_at_an_edge("s 1\n"), 1u);
  EXPECT_EQ(normals_at_an_edge("s off\n"), 2u);
  EXPECT_EQ(normals_at_an_edge(""), 2u) << "by the angle";
}

TEST_F(GeometryTest, VertexColorsAndMapOptionsReachTheVertices) {
  write("c.tga", plain_tga(2, 2, {255, 0, 0, 255}));
  write("m.mtl", "newmtl m\nKd 1 1 1\nmap_Kd -s 4 2 1 -o 0.5 0 0 -clamp on c.tga\n");
  const scene::Scene s =
      load(write("t.obj",
                 "mtllib m.mtl\nv 0 0 0 1 0 0\nv 1 0 0 0 1 0\nv 0 1 0 0 0 1\nvt 0 0\nvt 1 0\n"
                 "vt 0 1\nusemtl m\nf 1/1 2/2 3/3\n"));
  EXPECT_TRUE(s.materials[0].vertex_colors && s.materials[0].clamp);
  for (const scene::Vertex& v : s.vertices) {
    EXPECT_FLOAT_EQ(v.uv.x, 4 * v.position.x + 0.5f);
    EXPECT_FLOAT_EQ(v.uv.y, 1 - 2 * v.position.y);
    EXPECT_EQ(v.color[1], v.position.x == 1 ? 255 : 0);
    EXPECT_EQ(v.color[2], v.position.y == 1 ? 255 : 0);
  }
}

TEST_F(GeometryTest, NegativeIndicesSpacesBackslashesAndCase) {
  write("My Tex.TGA", plain_tga(2, 2, {255, 0, 0, 255}));
  write("my mat.mtl", "newmtl red one\r\nKd 1 1 1\r\nmap_Kd .\\MY tex.tga\r\n");
  const scene::Scene s = load(write(
      "a b.obj", "mtllib my mat.mtl\r\nv 0 0 0\r\nv 1 0 0\r\nv 0 1 0\r\nusemtl red one\r\nf -3 -2 -1\r\n"));
  EXPECT_TRUE(s.warnings.empty()) << s.warnings.front();
  ASSERT_EQ(s.textures.size(), 1u);
  EXPECT_EQ(s.indices.size(), 3u);
  EXPECT_EQ(s.materials[s.chunks[0].material].name, "red one");
}

TEST_F(GeometryTest, UpZBecomesUpY) {
  write("t.obj", "v 0 0 0\nv 1 0 0\nv 0 0 2\nvn 0 0 1\nf 1//1 2//1 3//1\n");
  const scene::Scene s = load(write("s.toml", "[[model]]\npath = \"t.obj\"\nup = \"z\"\n"));
  EXPECT_FLOAT_EQ(s.box_max.y, 2);
  EXPECT_FLOAT_EQ(s.box_max.z, 0);
  EXPECT_NEAR(scene::decode_normal(s.vertices[0].normal).y, 1, 1e-4);
}

}  // namespace
