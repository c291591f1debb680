// Scenes on the CPU: OBJ and MTL, geometry, textures, scene files, camera, animation, cache.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include "core/error.h"
#include "core/file.h"
#include "renderer/scene/animation.h"
#include "renderer/scene/geometry.h"
#include "renderer/scene/mipmaps.h"
#include "renderer/scene/paths.h"
#include "renderer/scene/scene.h"
#include "renderer/scene/scene_file.h"
#include "renderer/scene/texture_loader.h"
#include "renderer/scene/triangulate.h"
#include "scene_folder.h"

namespace {

namespace fs = std::filesystem;

using testing_support::plain_tga;
using testing_support::quad_obj;

class SceneTest : public testing_support::SceneFolder {};

glm::vec3 corner(const scene::Scene& s, const scene::Chunk& chunk, std::uint32_t i) {
  return s.vertices[s.indices[chunk.first_index + i] + static_cast<std::uint32_t>(chunk.vertex_offset)]
      .position;
}

double area(const scene::Scene& s) {
  double sum = 0;
  for (const scene::Chunk& c : s.chunks)
    for (std::uint32_t i = 0; i < c.index_count; i += 3)
      sum += glm::length(
                 glm::cross(corner(s, c, i + 1) - corner(s, c, i), corner(s, c, i + 2) - corner(s, c, i))) /
             2;
  return sum;
}

TEST_F(SceneTest, QuadSharesVerticesAndTurnsVOver) {
  const scene::Scene s = load(write("q.obj", quad_obj));
  EXPECT_EQ(s.indices.size(), 6u);
  ASSERT_EQ(s.vertices.size(), 4u);
  for (const scene::Vertex& v : s.vertices) {
    EXPECT_FLOAT_EQ(v.uv.x, v.position.x);
    EXPECT_FLOAT_EQ(v.uv.y, 1 - v.position.y);
    EXPECT_NEAR(glm::distance(scene::decode_normal(v.normal), glm::vec3(0, 0, 1)), 0, 1e-4);
    // u grows with x; y is up the image, so the bitangent is +y: handedness +1.
    EXPECT_EQ(v.tangent[0], 127);
    EXPECT_EQ(v.tangent[3], 127);
  }
}

TEST_F(SceneTest, MirroredMappingHasTheOtherHandedness) {
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

TEST_F(SceneTest, PolygonsOfAnySize) {
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

TEST_F(SceneTest, SmoothsBySmoothingAngle) {
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

TEST_F(SceneTest, NegativeIndicesSpacesBackslashesAndCase) {
  write("My Tex.TGA", plain_tga(2, 2, {255, 0, 0, 255}));
  write("my mat.mtl", "newmtl red one\r\nKd 1 1 1\r\nmap_Kd .\\MY tex.tga\r\n");
  const scene::Scene s = load(write(
      "a b.obj", "mtllib my mat.mtl\r\nv 0 0 0\r\nv 1 0 0\r\nv 0 1 0\r\nusemtl red one\r\nf -3 -2 -1\r\n"));
  EXPECT_TRUE(s.warnings.empty()) << s.warnings.front();
  ASSERT_EQ(s.textures.size(), 1u);
  EXPECT_EQ(s.indices.size(), 3u);
  EXPECT_EQ(s.materials[s.chunks[0].material].name, "red one");
}

TEST_F(SceneTest, UpZBecomesUpY) {
  write("t.obj", "v 0 0 0\nv 1 0 0\nv 0 0 2\nvn 0 0 1\nf 1//1 2//1 3//1\n");
  const scene::Scene s = load(write("s.toml", "[[model]]\npath = \"t.obj\"\nup = \"z\"\n"));
  EXPECT_FLOAT_EQ(s.box_max.y, 2);
  EXPECT_FLOAT_EQ(s.box_max.z, 0);
  EXPECT_NEAR(scene::decode_normal(s.vertices[0].normal).y, 1, 1e-4);
}

scene::Image noise_image(std::uint32_t width, std::uint32_t height) {
  scene::Image image{width, height, {}, true};
  std::uint32_t state = 1;
  for (std::uint32_t i = 0; i < 4 * width * height; ++i) {
    state = state * 1664525u + 1013904223u;
    image.rgba.push_back(static_cast<std::uint8_t>(state >> 24));
  }
  return image;
}

TEST(Mipmaps, AveragesInLinearLight) {
  // A black and white checker is half the light: sRGB 188, not 128.
  scene::Image checker{2, 2, {0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 255}, false};
  const scene::Texture t = scene::make_color_texture(checker, std::nullopt);
  EXPECT_EQ(t.levels, 2u);
  EXPECT_EQ(static_cast<int>(t.texels[16]), 188);
  EXPECT_EQ(static_cast<int>(t.texels[19]), 255);
}

TEST(Mipmaps, OddSizesKeepTheMean) {
  scene::Image image = noise_image(7, 5);
  const scene::Texture t = scene::make_linear_texture(image);
  EXPECT_EQ(t.levels, 3u);
  EXPECT_EQ(t.texels.size(), 4u * (35 + 3 * 2 + 1));
  double mean = 0;
  for (std::size_t i = 0; i < image.rgba.size(); i += 4) mean += image.rgba[i] / 35.0;
  EXPECT_NEAR(static_cast<double>(t.texels[4 * 41]), mean, 1.0);
}

TEST(Mipmaps, FirstLevelIsTheImageItself) {
  scene::Image image = noise_image(16, 16);
  for (std::size_t i = 3; i < image.rgba.size(); i += 4) image.rgba[i] = 255;
  const scene::Texture t = scene::make_color_texture(image, std::nullopt);
  for (std::size_t i = 0; i < image.rgba.size(); ++i)
    ASSERT_EQ(static_cast<int>(t.texels[i]), image.rgba[i]) << i;
}

TEST(Mipmaps, CoverageIsKept) {
  // Specks of 2 x 2 texels on a quarter of the area. Plain averages would pass the test nowhere.
  constexpr std::uint32_t size = 256;
  scene::Image blades{size, size, std::vector<std::uint8_t>(4 * size * size, 128), true};
  const scene::Image noise = noise_image(size / 2, size / 2);
  for (std::uint32_t y = 0; y < size; ++y)
    for (std::uint32_t x = 0; x < size; ++x)
      blades.rgba[4 * (y * size + x) + 3] = noise.texel(x / 2, y / 2)[0] < 64 ? 255 : 0;
  // As the renderer sees it: filtered bilinearly, here at 6 x 6 points a texel.
  const auto coverage = [](const scene::Texture& t, std::uint32_t level) {
    const std::uint32_t n = size >> level;
    const std::size_t from = scene::mip_offset(size, size, level);
    const auto alpha = [&](std::uint32_t x, std::uint32_t y) {
      return static_cast<double>(t.texels[from + 4 * (std::size_t{y % n} * n + x % n) + 3]) / 255;
    };
    int passing = 0;
    for (std::uint32_t y = 0; y < 6 * n; ++y)
      for (std::uint32_t x = 0; x < 6 * n; ++x) {
        const double u = (x % 6 + 0.5) / 6, v = (y % 6 + 0.5) / 6;
        const double top = std::lerp(alpha(x / 6, y / 6), alpha(x / 6 + 1, y / 6), u);
        const double bottom = std::lerp(alpha(x / 6, y / 6 + 1), alpha(x / 6 + 1, y / 6 + 1), u);
        passing += std::lerp(top, bottom, v) >= 0.5;
      }
    return passing / 36.0 / n / n;
  };
  const scene::Texture kept = scene::make_color_texture(blades, 0.5f);
  const scene::Texture lost = scene::make_color_texture(blades, std::nullopt);
  for (const std::uint32_t level : {3u, 4u}) {
    EXPECT_NEAR(coverage(kept, level), coverage(kept, 0), 0.05) << level;
    EXPECT_LT(coverage(lost, level), 0.5 * coverage(lost, 0)) << level;
  }
}

scene::Camera three_keys() {
  scene::Camera camera;
  camera.keyframes = {{0, {0, 0, 0}, {0, 0, -1}, false},
                      {1, {1, 2, 0}, {1, 2, -1}, false},
                      {3, {5, 0, 0}, {5, 0, -1}, false},
                      {4, {50, 0, 0}, {50, 0, -1}, true},
                      {6, {54, 0, 0}, {54, 0, -1}, false}};
  return camera;
}

TEST(Camera, PassesThroughItsKeysSmoothly) {
  const scene::Camera camera = three_keys();
  EXPECT_DOUBLE_EQ(scene::camera_duration(camera), 6);
  for (const auto& key : camera.keyframes) {
    const double just_before_the_jump_back = std::min(key.time, 6 - 1e-9);
    const glm::vec3 at = scene::camera_at(camera, just_before_the_jump_back).position;
    EXPECT_NEAR(glm::distance(at, key.position), 0, 1e-5) << key.time;
  }
  // The same speed on both sides of an inner key, though the intervals differ.
  const glm::vec3 before =
      (scene::camera_at(camera, 1).position - scene::camera_at(camera, 0.999).position) * 1000.0f;
  const glm::vec3 after =
      (scene::camera_at(camera, 1.001).position - scene::camera_at(camera, 1).position) * 1000.0f;
  EXPECT_LT(glm::distance(before, after), 0.05f);
  EXPECT_GT(glm::length(after), 0.5f);
}

TEST(Camera, NothingIsInterpolatedAcrossACut) {
  const scene::Camera camera = three_keys();
  EXPECT_EQ(scene::camera_at(camera, 3.9).position, glm::vec3(5, 0, 0));
  EXPECT_EQ(scene::camera_at(camera, 4.0).position, glm::vec3(50, 0, 0));
  EXPECT_NEAR(scene::camera_at(camera, 5).position.x, 52, 1e-4);
  EXPECT_FALSE(scene::camera_cuts(camera, 3.0, 3.99));
  EXPECT_TRUE(scene::camera_cuts(camera, 3.99, 4.0));
  EXPECT_FALSE(scene::camera_cuts(camera, 4.0, 4.01));
  EXPECT_TRUE(scene::camera_cuts(camera, 5.99, 6.01));  // the jump back of an open path
  EXPECT_TRUE(scene::camera_cuts(camera, 9.99, 10.0));  // the second time around
  EXPECT_TRUE(scene::camera_cuts(camera, 2, 1));
  EXPECT_FALSE(scene::camera_cuts(camera, 2, 2));
  scene::Camera closed;
  closed.keyframes = {{0, {0, 0, 0}, {0, 0, -1}, false},
                      {1, {1, 0, 0}, {1, 0, -1}, false},
                      {2, {0, 0, 0}, {0, 0, -1}, false}};
  EXPECT_FALSE(scene::camera_cuts(closed, 1.9, 2.1));
}

TEST(Camera, EveryFrameOfACutIsFoundOnce) {
  const scene::Camera camera = three_keys();
  int cuts = 0;
  for (int n = 1; n <= 60 * 60; ++n) cuts += scene::camera_cuts(camera, (n - 1) / 60.0, n / 60.0);
  EXPECT_EQ(cuts, 20);  // 60 s are ten rounds: a cut and a jump back in each
}

TEST(Animation, LerpsSlerpsAndLoops) {
  scene::Model model;
  model.scale = 2;
  model.keyframes = {{0, {0, 0, 0}, scene::rotation_from_degrees({0, 0, 0})},
                     {2, {4, 0, 0}, scene::rotation_from_degrees({0, 90, 0})}};
  const glm::vec4 x(1, 0, 0, 1);
  for (const double time : {1.0, 3.0, -1.0}) {
    const glm::vec3 p(scene::model_to_world(model, time) * x);  // half way: turned 45 degrees, moved by 2
    EXPECT_NEAR(glm::distance(p, glm::vec3(2 + std::sqrt(2), 0, -std::sqrt(2))), 0, 1e-5) << time;
  }
  const glm::quat q = scene::rotation_from_degrees({90, 90, 0});  // Ry * Rx: z -> -y stays -y
  EXPECT_NEAR(glm::distance(q * glm::vec3(0, 0, 1), glm::vec3(0, -1, 0)), 0, 1e-6);
}

TEST_F(SceneTest, SceneFileIsReadAndUnknownKeysAreNamed) {
  write("t.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
  const scene::Scene s =
      load(write("s.toml",
                 "name = \"Test\"\nsky_colour = 1\n[[model]]\npath = 't.obj'\nposition = [1, 2, 3]\n"
                 "scale = 2\n[sun]\nintensity = 3\n[[light]]\nposition = [0, 1, 0]\nradus = 4\n"
                 "[exposure]\nev = -1\n[camera]\nfov_y_degrees = 40\n"));
  EXPECT_EQ(s.name, "Test");
  EXPECT_FLOAT_EQ(s.sun.intensity, 3);
  EXPECT_FLOAT_EQ(s.ev, -1);
  EXPECT_FLOAT_EQ(s.camera.fov_y_degrees, 40);
  EXPECT_GT(scene::camera_duration(s.camera), 0);  // an orbit, since no key was given
  EXPECT_EQ(s.box_min, glm::vec3(1, 2, 3));
  EXPECT_EQ(s.box_max, glm::vec3(3, 4, 3));
  ASSERT_EQ(s.warnings.size(), 2u);
  const std::string all = s.warnings[0] + s.warnings[1];
  EXPECT_NE(all.find("line 2: unknown key 'sky_colour'"), std::string::npos) << all;
  EXPECT_NE(all.find("line 11: unknown key 'light.radus'"), std::string::npos) << all;
}

/// motion_id has 8 bits, and a frame 64 lights.
TEST_F(SceneTest, WhatAFrameCannotHoldIsAWarning) {
  write("m.mtl", "newmtl m\n");
  write("q.obj", "mtllib m.mtl\n" + quad_obj);
  const auto warnings = [&](int models, int lights) {
    std::string text;
    for (int i = 0; i < models; ++i)
      text +=
          "[[model]]\npath = \"q.obj\"\n[[model.keyframe]]\ntime = 0\nposition = [0,0,0]\n"
          "[[model.keyframe]]\ntime = 1\nposition = [1,0,0]\n";
    for (int i = 0; i < lights; ++i) text += "[[light]]\nposition = [0,0,0]\nradius = 1\n";
    return load(write("s.toml", text)).warnings;
  };
  EXPECT_EQ(warnings(255, 64), std::vector<std::string>{});
  const auto said = warnings(257, 65);
  ASSERT_EQ(said.size(), 2u);
  EXPECT_NE(said[0].find("257 models move, 2 more than"), std::string::npos) << said[0];
  EXPECT_NE(said[1].find("of 65 lights a frame shows the nearest 64"), std::string::npos) << said[1];
}

TEST_F(SceneTest, CacheGivesTheSameSceneAndSeesChanges) {
  write("c.tga", plain_tga(8, 8, {200, 100, 50, 255}));
  write("m.mtl", "newmtl m\nmap_Kd c.tga\nmap_Bump missing.tga\n");
  const fs::path obj = write("q.obj", "mtllib m.mtl\n" + quad_obj);
  const auto caches = [&] {
    std::vector<fs::path> files;
    if (fs::exists(folder_ / "cache"))
      for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache"))
        if (entry.is_regular_file()) files.push_back(entry.path());
    return files;
  };
  const scene::Scene plain = load(obj), first = load(obj, true);
  ASSERT_EQ(caches().size(), 1u);
  const fs::path cache = caches()[0];
  fs::last_write_time(cache, fs::file_time_type::clock::now() - std::chrono::hours(1));
  const auto number = testing_support::file_number(cache);
  const auto used = fs::last_write_time(cache);
  const scene::Scene second = load(obj, true);
  EXPECT_EQ(testing_support::file_number(cache), number) << "made anew";
  EXPECT_GT(fs::last_write_time(cache), used) << "its use is not noted";
  EXPECT_EQ(plain.content_hash, first.content_hash);
  EXPECT_EQ(first.content_hash, second.content_hash);
  EXPECT_EQ(first.warnings, second.warnings);
  EXPECT_EQ(second.materials[0].name, "m");
  EXPECT_EQ(second.textures[0].texels, first.textures[0].texels);

  // Damage anywhere is found, and the scene is made from its files again.
  const std::string good = core::read_text(cache);
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{9}, std::size_t{40}, good.size() / 2, good.size() - 1}) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    core::write_file(cache, bad);
    EXPECT_EQ(load(obj, true).content_hash, first.content_hash) << at;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, good.size() / 2}) {
    core::write_file(cache, std::string_view(good).substr(0, size));
    EXPECT_EQ(load(obj, true).content_hash, first.content_hash) << size;
  }
  EXPECT_EQ(core::read_text(cache), good);  // and written again

  // A change of the same size and age, and a file that was missing, are both seen.
  const auto age = fs::last_write_time(folder_ / "c.tga");
  write("c.tga", plain_tga(8, 8, {200, 100, 51, 255}));
  fs::last_write_time(folder_ / "c.tga", age);
  const scene::Scene changed = load(obj, true);
  EXPECT_NE(changed.content_hash, first.content_hash);
  write("missing.tga", plain_tga(8, 8, {128, 128, 255, 255}));
  EXPECT_EQ(load(obj, true).materials[0].normal_texture, 1);
}

TEST_F(SceneTest, WhatIsEditedWhileItIsLoadedIsNotKept) {
  write("m.mtl", "newmtl m\nKd 1 0 0\n");
  const fs::path obj = write("quad.obj", "mtllib m.mtl\n" + quad_obj);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // file times go in steps of some milliseconds
  const auto edit = [&](double, const std::string& what) {
    if (what != "geometry") return;  // the materials have been read
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    write("m.mtl", "newmtl m\nKd 0 1 0\n");
  };
  EXPECT_EQ(scene::load_scene(obj, {.use_cache = true, .progress = edit}).materials[0].base_color.y, 0);
  EXPECT_EQ(load(obj, true).materials[0].base_color.y, 1) << "the cache holds what was read before the edit";
}

TEST_F(SceneTest, TheCacheKeepsToItsLimit) {
  write("m.mtl", "newmtl m\n");
  const auto open = [&](const char* name, std::uintmax_t limit) {
    const fs::path obj = write(name, "mtllib m.mtl\n" + quad_obj);
    scene::load_scene(obj, {.use_cache = true, .cache_limit = limit, .progress = {}});
    std::set<fs::path> kept;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache"))
      if (entry.is_regular_file()) kept.insert(entry.path());
    return kept;
  };
  const auto first = open("a.obj", 1 << 30);
  ASSERT_EQ(first.size(), 1u);
  const std::uintmax_t size = fs::file_size(*first.begin());
  fs::last_write_time(*first.begin(), fs::file_time_type::clock::now() - std::chrono::hours(1));
  EXPECT_EQ(open("b.obj", 2 * size).size(), 2u);
  const auto third = open("c.obj", 2 * size);
  EXPECT_EQ(third.size(), 2u);
  EXPECT_FALSE(third.contains(*first.begin())) << "not the oldest one has gone";
}

TEST(TestScene, HasSomethingOfEverything) {
  const scene::Scene s = scene::make_test_scene();
  std::set<scene::AlphaMode> modes;
  bool water = false, emissive = false;
  for (const scene::Material& m : s.materials) {
    modes.insert(m.alpha_mode);
    water |= m.water;
    emissive |= m.emissive.x > 0;
  }
  EXPECT_EQ(modes.size(), 3u);
  EXPECT_TRUE(water && emissive);
  EXPECT_EQ(s.lights.size(), 3u);
  EXPECT_EQ(std::count_if(s.models.begin(), s.models.end(), [](const auto& m) { return m.moves(); }), 2);
  EXPECT_NEAR(scene::camera_duration(s.camera), 10, 1e-9);
  EXPECT_TRUE(scene::camera_cuts(s.camera, 6, 6.02));
  EXPECT_EQ(s.content_hash, scene::make_test_scene().content_hash);
  for (const scene::Chunk& c : s.chunks) {
    EXPECT_LE(c.index_count, 3u * 4096);
    for (std::uint32_t i = 0; i < c.index_count; ++i) {
      const glm::vec3 p = corner(s, c, i);
      ASSERT_TRUE(glm::all(glm::lessThanEqual(c.box_min, p)) && glm::all(glm::lessThanEqual(p, c.box_max)));
    }
  }
}

TEST(RealScenes, OpenWithoutErrors) {
  const char* folder = std::getenv("NEURASTER_SCENES");
  const fs::path scenes = folder ? folder : "../shared/scenes";
  if (!fs::exists(scenes)) GTEST_SKIP() << "no scenes in '" << scenes.string() << "' (NEURASTER_SCENES)";
  struct Expected {
    const char* name;
    std::size_t triangles, textures;
  };
  for (const Expected& e : {Expected{"viking_room", 3828, 1},
                            {"kaykit_castle", 5659, 1},
                            {"lighthouse", 133191, 48},
                            {"black_forest", 512253, 178},
                            {"grey_white_room", 140766, 4},
                            {"japanese_classroom", 82243, 3}}) {
    const scene::Scene s =
        scene::load_scene(scenes / e.name / "scene.toml", {.use_cache = false, .progress = {}});
    EXPECT_EQ(s.indices.size() / 3, e.triangles) << e.name;
    EXPECT_EQ(s.textures.size(), e.textures) << e.name;
    for (const scene::Vertex& v : s.vertices) ASSERT_TRUE(std::isfinite(v.position.x + v.uv.x));
  }
}

}  // namespace
