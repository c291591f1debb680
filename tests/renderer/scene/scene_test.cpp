// Scenes on the CPU: scene files, camera, animation, cache.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "renderer/scene/animation.h"
#include "renderer/scene/file_names.h"
#include "renderer/scene/scene.h"
#include "renderer/scene/scene_file.h"
#include "renderer/scene/texture/texture_loader.h"
#include "tests/support/scene_folder.h"

namespace {

namespace fs = std::filesystem;

using testing_support::corner;
using testing_support::plain_tga;
using testing_support::quad_obj;

class SceneTest : public testing_support::SceneFolder {};

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

/// Models of a map's grid are shifted together, in double, with what the scene file says of places.
TEST_F(SceneTest, AMapsGridIsShiftedToTheOriginAsOne) {
  const auto sheet = [](double x, double y) {
    return fmt::format("v {0:.4f} {1:.4f} 5\nv {2:.4f} {1:.4f} 5\nv {0:.4f} {3:.4f} 5\nf 1 2 3\n", x, y,
                       x + 1, y + 1);
  };
  write("a.obj", sheet(431250.125, 5411800.25));
  write("b.obj", sheet(431260.125, 5411800.25));
  write("c.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
  const scene::Scene s =
      load(write("s.toml",
                 "[[model]]\npath = 'a.obj'\nup = 'z'\n[[model]]\npath = 'b.obj'\nup = 'z'\n"
                 "[[model]]\npath = 'c.obj'\nposition = [431252.125, 7.5, -5411800.25]\n"
                 "[[light]]\nposition = [431251.0, 8.0, -5411801.0]\n"
                 "[camera]\n[[camera.keyframe]]\ntime = 0\nposition = [431250.5, 9.25, -5411790.5]\n"
                 "look_at = [431250.5, 5, -5411800.5]\n"));
  // The middle of a.obj, (431250.625, 5, -5411800.75), is the origin.
  const auto near = [](glm::vec3 a, glm::vec3 b) { return glm::distance(a, b) < 1e-4f; };
  EXPECT_TRUE(near(s.models[0].position, {0, 0, 0}));
  EXPECT_TRUE(near(s.models[1].position, {10, 0, 0}));
  EXPECT_TRUE(near(s.models[2].position, {1.5f, 2.5f, 0.5f}));
  EXPECT_TRUE(near(s.lights[0].position, {0.375f, 3, -0.25f}));
  EXPECT_TRUE(near(s.camera.keyframes[0].position, {-0.125f, 4.25f, 10.25f}));
  EXPECT_TRUE(near(s.camera.keyframes[0].look_at, {-0.125f, 0, 0.25f}));
  EXPECT_TRUE(near(s.box_min, {-0.5f, 0, -0.5f}) && near(s.box_max, {10.5f, 3.5f, 0.5f}));
  // The same from the cache.
  EXPECT_EQ(load(folder_ / "s.toml", true).content_hash, s.content_hash);
  EXPECT_EQ(load(folder_ / "s.toml", true).content_hash, s.content_hash);
}

TEST_F(SceneTest, NearAndFarFollowTheSizeUnlessSet) {
  write("t.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
  const auto camera = [&](const std::string& head, const std::string& planes) {
    return load(write("s.toml",
                      head + "[[model]]\npath = 't.obj'\n[camera]\n" + planes +
                          "[[camera.keyframe]]\ntime = 0\nposition = [0, 0, 5]\nlook_at = [0, 0, 0]\n"))
        .camera;
  };
  EXPECT_FLOAT_EQ(camera("", "").near, 0.1f);
  EXPECT_FLOAT_EQ(camera("", "").far, 1500);
  EXPECT_FLOAT_EQ(camera("units_per_metre = 100\n", "").near, 10);
  EXPECT_FLOAT_EQ(camera("units_per_metre = 100\n", "").far, 150000);
  EXPECT_FLOAT_EQ(camera("units_per_metre = 100\n", "near = 2\nfar = 9\n").near, 2);
  EXPECT_FLOAT_EQ(camera("units_per_metre = 100\n", "near = 2\nfar = 9\n").far, 9);
  EXPECT_LT(camera("", "far = 0.05\n").near, 0.05f);
  EXPECT_GT(camera("", "near = 2000\n").far, 2000);
}

/// motion_id has 8 bits, and a frame can hold 64 lights.
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

/// Names as exporters and file systems write them, which mean the file that is there.
TEST_F(SceneTest, FilesAreFoundHoweverTheirNameIsWritten) {
  const auto found = [&](const char* name) {
    const auto file = scene::find_file(folder_, name);
    return file ? fs::relative(*file, folder_).string() : "";
  };
  write("maps/caf\u0065\u0301.png", "");  // decomposed, as macOS writes it
  write("maps/stra\u00dfe.png", "");
  write("maps/b\xe9ton.png", "");  // Latin-1
  write("maps/100%20.png", "");
  write("maps/my file.png", "");
  write("top.png", "");
  EXPECT_EQ(found("maps/caf\u00e9.png"), "maps/caf\u0065\u0301.png");
  EXPECT_EQ(found("MAPS\\CAF\u00c9.PNG"), "maps/caf\u0065\u0301.png");
  EXPECT_EQ(found("maps/stra\xdf\x65.png"), "maps/stra\u00dfe.png") << "Latin-1 in the MTL";
  EXPECT_EQ(found("maps/b\u00e9ton.png"), "maps/b\xe9ton.png") << "Latin-1 on the disk";
  EXPECT_EQ(found("maps/my%20file.png"), "maps/my file.png");
  EXPECT_EQ(found("maps/100%20.png"), "maps/100%20.png") << "the name as it stands comes first";
  EXPECT_EQ(found("//maps\\my file.png"), "maps/my file.png");
  EXPECT_EQ(found("\"maps/my file.png\""), "maps/my file.png");
  EXPECT_EQ(found("C:\\Users\\me\\TOP.png"), "top.png");
  EXPECT_EQ(found("maps"), "maps") << "so that a message can say that it is a folder";
  for (const char* none :
       {"maps/", "gone/", "../../../", "caf\u00e8.png", "", "   ", "\\", "%", "100%2", "%00"})
    EXPECT_EQ(found(none), "") << none;
}

TEST_F(SceneTest, ASceneThatDoesNotFitIntoMemorySaysSo) {
  const fs::path obj = write("q.obj", quad_obj);
  const auto full = [](double, const std::string& what) {
    if (what == "geometry") throw std::bad_alloc();
  };
  const std::string said =
      testing_support::message_of([&] { scene::load_scene(obj, {.use_cache = false, .progress = full}); });
  EXPECT_NE(said.find("q.obj' does not fit into the memory that is left"), std::string::npos) << said;
}

TEST(TestScene, HasSomethingOfEverything) {
  const scene::Scene s = scene::make_test_scene();
  std::set<scene::AlphaMode> modes;
  bool water = false, emissive = false;
  for (const scene::Material& m : s.materials) {
    modes.insert(m.alpha_mode);
    water |= m.water == scene::WaterKind::open;
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
