// Triangles of OBJ files.

#include <gtest/gtest.h>

#include <cmath>
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
  for (const auto& shape : shapes) {
    double wanted = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const glm::vec3 a = shape[i], b = shape[(i + 1) % shape.size()];
      wanted += (double(a.x) * b.y - double(b.x) * a.y) / 2;
    }
    std::vector<std::uint32_t> triangles;
    scene::triangulate(shape, triangles);
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
