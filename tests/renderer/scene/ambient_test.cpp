// Tests the grid of the sky's light against formulas and against rays through the triangles themselves.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <numbers>

#include "core/random.h"
#include "renderer/scene/ambient/ambient_cache.h"
#include "renderer/scene/ambient/light_sweep.h"
#include "tests/support/scratch.h"

namespace {

using glm::vec3;

/// Quads of matt black, which reflects a twentieth, unless a test says otherwise; the camera stands at
/// (0, 1.7, 0).
class AmbientTest : public testing::Test {
 protected:
  AmbientTest() {
    scene_.materials.resize(1);
    scene_.materials[0].base_color = vec3(0);
    scene_.models.resize(1);
    scene_.camera.keyframes = {{0.0, {0, 1.7f, 0}, {0, 1.7f, -1}, false}};
    scene_.metre = 3;  // makes cells of 0.45, for quick tests
  }
  void add_quad(const vec3& corner, const vec3& u, const vec3& v, std::uint32_t material = 0,
                std::uint32_t model = 0) {
    const auto first = static_cast<std::int32_t>(scene_.vertices.size());
    for (const vec3& place : {corner, corner + u, corner + u + v, corner + v}) {
      scene::Vertex vertex{};
      vertex.position = place;
      scene_.vertices.push_back(vertex);
    }
    const auto index = static_cast<std::uint32_t>(scene_.indices.size());
    for (const std::uint32_t i : {0u, 1u, 2u, 0u, 2u, 3u}) scene_.indices.push_back(i);
    scene_.chunks.push_back({index, 6, first, material, model, corner, corner + u + v});
  }
  void add_floor() { add_quad({-20, 0, -20}, {40, 0, 0}, {0, 0, 40}); }
  /// Of the sky alone, without what surfaces reflect.
  scene::LightField sky(const scene::AmbientGrid& grid, scene::Voxels& voxels) const {
    voxels = scene::voxelise(scene_, grid.corner, grid.cell, grid.cells);
    return scene::sweep_sky(voxels, nullptr);
  }
  /// The share of the sky around a normal, by rays through the triangles.
  float by_rays(const vec3& from, const vec3& normal) const {
    constexpr int rays = 600;
    float sum = 0;
    for (int n = 0; n < rays; ++n) {
      const float up = (static_cast<float>(n) + 0.5f) / rays, across = std::sqrt(1 - up * up);
      const float angle = static_cast<float>(n) * 2.3999632f;
      const vec3 d(across * std::cos(angle), up, across * std::sin(angle));
      const float cosine = glm::dot(d, normal);
      if (cosine > 0 && !hits(from, d)) sum += cosine;
    }
    return 2 * sum / rays;
  }
  bool hits(const vec3& from, const vec3& d) const {  // Moeller and Trumbore 1997
    for (const scene::Chunk& chunk : scene_.chunks)
      for (std::uint32_t i = chunk.first_index; i < chunk.first_index + chunk.index_count; i += 3) {
        const auto corner = [&](std::uint32_t k) {
          return scene_.vertices[scene_.indices[i + k] + static_cast<std::uint32_t>(chunk.vertex_offset)]
              .position;
        };
        const vec3 a = corner(1) - corner(0), b = corner(2) - corner(0), p = glm::cross(d, b);
        const float determinant = glm::dot(a, p);
        if (std::abs(determinant) < 1e-9f) continue;
        const vec3 t = from - corner(0), q = glm::cross(t, a);
        const float u = glm::dot(t, p) / determinant, v = glm::dot(d, q) / determinant;
        if (u >= 0 && v >= 0 && u + v <= 1 && glm::dot(b, q) / determinant > 0) return true;
      }
    return false;
  }
  scene::Scene scene_;
};

TEST_F(AmbientTest, InTheOpenEverythingArrives) {
  scene_.materials[0].base_color = vec3(0.5f);
  add_floor();
  const scene::AmbientGrid grid = scene::make_ambient_grid(scene_);
  const scene::AmbientLight light = grid.at({0.3f, 0.8f, 0.2f});
  EXPECT_NEAR(light.towards({0, 1, 0}), 1, 0.02f);
  EXPECT_NEAR(light.towards({0, -1, 0}), 0.5f, 0.06f) << "what the floor reflects";
  for (const vec3& side : {vec3(1, 0, 0), vec3(-1, 0, 0), vec3(0, 0, 1), vec3(0, 0, -1)})
    EXPECT_NEAR(light.towards(side), 0.75f, 0.06f);
}

TEST_F(AmbientTest, InAClosedHallNothingDoes) {
  add_floor();
  add_quad({-20, 3, -20}, {40, 0, 0}, {0, 0, 40});
  for (const float side : {-20.0f, 20.0f}) {
    add_quad({side, 0, -20}, {0, 3, 0}, {0, 0, 40});
    add_quad({-20, 0, side}, {0, 3, 0}, {40, 0, 0});
  }
  const scene::AmbientGrid grid = scene::make_ambient_grid(scene_);
  for (const float x : {0.0f, 7.0f, 19.0f}) EXPECT_LT(grid.at({x, 1, 3}).level, 0.02f) << x;
  EXPECT_NEAR(grid.at({0, 3.8f, 0}).towards({0, 1, 0}), 1, 0.03f) << "above it is open";
}

/// A horizontal surface at a distance d from an endless wall of height h loses (1 - cos atan(h / d)) / 2 of
/// the sky. The grid may be wrong by a twelfth of the sky.
TEST_F(AmbientTest, AWallHidesItsSideOfTheSky) {
  add_floor();
  add_quad({-20, 0, 0}, {40, 0, 0}, {0, 6, 0});
  const scene::AmbientGrid grid = scene::make_ambient_grid(scene_);
  scene::Voxels voxels;
  const scene::LightField field = sky(grid, voxels);
  for (const float distance : {1.0f, 2.0f, 4.0f, 8.0f}) {
    const glm::ivec3 c((vec3(0, 0.5f, distance) - grid.corner) / grid.cell);
    const float expected = 1 - 0.5f * (1 - std::cos(std::atan(5.5f / distance)));
    EXPECT_NEAR(field.at(scene::AmbientGrid::number(grid.cells, c)).towards({0, 1, 0}), expected, 1.0f / 12)
        << distance;
  }
}

/// A hut with a door and a hole in its roof, and a canopy beside it.
TEST_F(AmbientTest, IsWhatRaysFind) {
  add_floor();
  add_quad({-4, 0, -4}, {8, 0, 0}, {0, 4, 0});
  add_quad({-4, 0, -4}, {0, 0, 8}, {0, 4, 0});
  add_quad({4, 0, -4}, {0, 0, 8}, {0, 4, 0});
  add_quad({-4, 0, 4}, {3, 0, 0}, {0, 4, 0});
  add_quad({1, 0, 4}, {3, 0, 0}, {0, 4, 0});
  add_quad({-4, 4, -4}, {8, 0, 0}, {0, 0, 5});
  add_quad({8, 3, -3}, {4, 0, 0}, {0, 0, 8});
  const scene::AmbientGrid grid = scene::make_ambient_grid(scene_);
  scene::Voxels voxels;
  const scene::LightField field = sky(grid, voxels);
  core::Random random(7);
  double error = 0, spread = 0, worst = 0;
  int places = 0;
  for (int n = 0; n < 150; ++n) {
    const vec3 at(random.uniform(-7.0, 15.0), random.uniform(0.5, 4.8), random.uniform(-7.0, 9.0));
    const glm::ivec3 c((at - grid.corner) / grid.cell);
    const auto cell = scene::AmbientGrid::number(grid.cells, c);
    if (voxels.albedo[cell] > 0) continue;  // something stands in it
    const vec3 middle = grid.corner + grid.cell * (vec3(c) + 0.5f);
    for (const vec3& normal : {vec3(0, 1, 0), vec3(1, 0, 0), vec3(0, 0, 1), vec3(-0.6f, 0, -0.8f)}) {
      const double expected = by_rays(middle, normal), got = field.at(cell).towards(normal);
      error += std::abs(got - expected);
      worst = std::max(worst, std::abs(got - expected));
      spread += expected;
      ++places;
    }
  }
  ASSERT_GT(places, 300);
  EXPECT_LT(error / places, 0.04) << "of a mean of " << spread / places;
  EXPECT_LT(worst, 0.25);
}

TEST_F(AmbientTest, HolesLetLightPassAndWhatMovesHidesNothing) {
  const auto below = [&](scene::AlphaMode mode, bool moves) {
    scene_.chunks.clear();
    scene_.materials.resize(2);
    scene_.materials[1].alpha_mode = mode;
    scene_.models.resize(2);
    scene_.models[1].keyframes.resize(moves ? 2 : 0);
    scene_.textures.resize(1);
    scene_.textures[0].texels = {std::byte{255}, std::byte{255}, std::byte{255}, std::byte{64}};
    scene_.materials[1].base_color_texture = 0;
    add_floor();
    add_quad({-10, 3, -10}, {20, 0, 0}, {0, 0, 20}, 1, 1);
    return scene::make_ambient_grid(scene_).at({0, 1, 0}).towards({0, 1, 0});
  };
  const float closed = below(scene::AlphaMode::opaque, false), leaves = below(scene::AlphaMode::mask, false);
  EXPECT_LT(closed, 0.3f);
  EXPECT_GT(leaves, closed + 0.3f);
  EXPECT_LT(leaves, 0.95f);
  EXPECT_NEAR(below(scene::AlphaMode::blend, false), 1, 0.03f);
  EXPECT_NEAR(below(scene::AlphaMode::opaque, true), 1, 0.03f);
}

TEST_F(AmbientTest, IsBoundedAndTheSameOnAnyNumberOfThreads) {
  EXPECT_TRUE(scene::make_ambient_grid(scene_).empty());
  add_quad({500, 0, 500}, {1, 0, 0}, {0, 0, 1});
  EXPECT_TRUE(scene::make_ambient_grid(scene_).empty()) << "far from the camera";
  add_quad({-5, 0, -5}, {10, 0, 0}, {0, 3, 10});
  setenv("NEURASTER_THREADS", "1", 1);
  const scene::AmbientGrid one = scene::make_ambient_grid(scene_);
  setenv("NEURASTER_THREADS", "5", 1);
  const scene::AmbientGrid five = scene::make_ambient_grid(scene_);
  unsetenv("NEURASTER_THREADS");
  ASSERT_FALSE(one.empty());
  EXPECT_EQ(one.light, five.light);
  scene_.camera.keyframes.push_back({9.0, {3e6f, 2e5f, -1e6f}, {0, 0, 0}, false});
  add_quad({-4e6f, 0, -4e6f}, {8e6f, 0, 0}, {0, 1e5f, 8e6f});
  const scene::AmbientGrid wide = scene::make_ambient_grid(scene_);
  EXPECT_LE(wide.light.size(), std::size_t{1} << 21);
  for (int axis = 0; axis < 3; ++axis) EXPECT_LE(wide.cells[axis], scene::most_ambient_side);
}

TEST_F(AmbientTest, TheCacheGivesTheSameAndBelievesNothing) {
  const auto home = testing_support::scratch();
  setenv("XDG_CACHE_HOME", home.c_str(), 1);
  add_quad({-6, 0, -6}, {12, 0, 0}, {0, 4, 12});
  scene_.metre = 1;
  scene_.content_hash = 77;
  const scene::AmbientGrid made = scene::load_ambient_grid(scene_, {});
  const auto file = std::filesystem::directory_iterator(home / "neuraster" / "ambient")->path();
  scene_.chunks.clear();  // of which the hash, as it stands, does not know
  const scene::AmbientGrid again = scene::load_ambient_grid(scene_, {});
  EXPECT_EQ(again.light, made.light);
  EXPECT_EQ(again.cells, made.cells);
  EXPECT_EQ(again.corner, made.corner);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 4);
  EXPECT_TRUE(scene::load_ambient_grid(scene_, {}).empty()) << "a damaged file was read";
  EXPECT_TRUE(scene::load_ambient_grid(scene_, {.use_cache = false, .progress = {}}).empty());
}

}  // namespace
