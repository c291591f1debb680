// A small courtyard made by code, with an example of everything that the renderer draws.

#include <cmath>
#include <numbers>

#include "renderer/scene/animation.h"
#include "renderer/scene/mesh/geometry.h"
#include "renderer/scene/scene.h"
#include "renderer/scene/scene_cache.h"
#include "renderer/scene/test_scene_textures.h"
#include "renderer/scene/texture/mipmaps.h"

namespace scene {
namespace {

constexpr float pi = std::numbers::pi_v<float>;

/// Collects triangles of one model.
class Builder {
 public:
  std::uint32_t material = 0;

  void triangle(const Triangles::Corner& a, const Triangles::Corner& b, const Triangles::Corner& c) {
    triangles_.corners.insert(triangles_.corners.end(), {a, b, c});
    triangles_.materials.push_back(material);
  }

  /// Flat, counter-clockwise from the front: origin, origin + u, origin + u + v, origin + v. The texture
  /// stands upright along v and repeats `tiles` times.
  void quad(glm::vec3 origin, glm::vec3 u, glm::vec3 v, glm::vec2 tiles = glm::vec2(1)) {
    const glm::vec3 n = glm::normalize(glm::cross(u, v));
    const Triangles::Corner a{origin, n, {0, tiles.y}}, b{origin + u, n, tiles},
        c{origin + u + v, n, {tiles.x, 0}}, d{origin + v, n, {0, 0}};
    triangle(a, b, c);
    triangle(a, c, d);
  }

  /// One repetition of the texture covers `metres`.
  void box(glm::vec3 low, glm::vec3 high, float metres = 1) {
    const glm::vec3 s = high - low;
    const glm::vec3 x(s.x, 0, 0), y(0, s.y, 0), z(0, 0, s.z);
    quad(low + z, x, y, glm::vec2(s.x, s.y) / metres);
    quad(low + x, -x, y, glm::vec2(s.x, s.y) / metres);
    quad(low + x + z, -z, y, glm::vec2(s.z, s.y) / metres);
    quad(low, z, y, glm::vec2(s.z, s.y) / metres);
    quad(low + y + z, x, -z, glm::vec2(s.x, s.z) / metres);
    quad(low, x, z, glm::vec2(s.x, s.z) / metres);
  }

  void sphere(glm::vec3 centre, float radius, int rings = 32) {
    const auto at = [&](int i, int j) {
      const float theta = pi * static_cast<float>(j) / static_cast<float>(rings);
      const float phi = pi * static_cast<float>(i) / static_cast<float>(rings);
      const glm::vec3 n(std::sin(theta) * std::sin(phi), std::cos(theta), std::sin(theta) * std::cos(phi));
      return Triangles::Corner{centre + radius * n,
                               n,
                               {2.0f * static_cast<float>(i) / static_cast<float>(rings),
                                static_cast<float>(j) / static_cast<float>(rings)}};
    };
    for (int j = 0; j < rings; ++j)
      for (int i = 0; i < 2 * rings; ++i) {
        if (j + 1 < rings) triangle(at(i, j), at(i, j + 1), at(i + 1, j + 1));
        if (j > 0) triangle(at(i, j), at(i + 1, j + 1), at(i + 1, j));
      }
  }

  /// An open tube between two points.
  void tube(glm::vec3 from, glm::vec3 to, float radius, int sides = 8) {
    const glm::vec3 axis = glm::normalize(to - from);
    const glm::vec3 helper = std::abs(axis.y) < 0.9f ? glm::vec3(0, 1, 0) : glm::vec3(1, 0, 0);
    const glm::vec3 x = glm::normalize(glm::cross(helper, axis)), y = glm::cross(axis, x);
    const auto at = [&](int i, bool end) {
      const float angle = 2 * pi * static_cast<float>(i) / static_cast<float>(sides);
      const glm::vec3 n = x * std::cos(angle) + y * std::sin(angle);
      return Triangles::Corner{(end ? to : from) + radius * n,
                               n,
                               {static_cast<float>(i) / static_cast<float>(sides), end ? 0.0f : 1.0f}};
    };
    for (int i = 0; i < sides; ++i) {
      triangle(at(i, false), at(i + 1, false), at(i + 1, true));
      triangle(at(i, false), at(i + 1, true), at(i, true));
    }
  }

  const Triangles& triangles() const { return triangles_; }

 private:
  Triangles triangles_;
};

/// Materials by name while the scene is built.
enum : std::uint32_t {
  stone,
  wood,
  white,
  dark_metal,
  gold,
  glass,
  water,
  leaves,
  wire,
  lamp,
  red,
  first_sphere,
  sphere_count = 5,
  material_count = first_sphere + sphere_count
};

void add_materials(Scene& scene) {
  const auto texture = [&](const char* name, Texture made) {
    made.name = name;
    scene.textures.push_back(std::move(made));
    return static_cast<std::int32_t>(scene.textures.size()) - 1;
  };
  const auto plain = [](const char* name, glm::vec3 color, float roughness, float metallic = 0) {
    Material material;
    material.name = name;
    material.base_color = color;
    material.roughness = roughness;
    material.metallic = metallic;
    material.double_sided = false;
    return material;
  };
  scene.materials.resize(material_count);
  auto& m = scene.materials;
  m[stone] = plain("stone", glm::vec3(1), 0.75f);
  m[stone].base_color_texture = texture("stone tiles", make_color_texture(stone_tiles(), std::nullopt));
  m[stone].normal_texture = texture("stone normals", make_normal_texture(stone_normals()));
  m[wood] = plain("wood", glm::vec3(1), 0.55f);
  m[wood].base_color_texture = texture("wood planks", make_color_texture(wood_planks(), std::nullopt));
  m[white] = plain("plaster", glm::vec3(0.78f, 0.76f, 0.72f), 0.9f);
  m[dark_metal] = plain("dark metal", glm::vec3(0.10f, 0.10f, 0.11f), 0.4f, 1);
  m[gold] = plain("gold", glm::vec3(1.0f, 0.77f, 0.34f), 0.25f, 1);
  m[red] = plain("red paint", glm::vec3(0.62f, 0.06f, 0.04f), 0.35f);
  m[glass] = plain("glass", glm::vec3(0.75f, 0.9f, 0.85f), 0.05f);
  m[glass].alpha_mode = AlphaMode::blend;
  m[glass].opacity = 0.25f;
  m[glass].double_sided = true;
  m[water] = plain("water", glm::vec3(0.03f, 0.13f, 0.15f), 0.06f);
  m[water].alpha_mode = AlphaMode::blend;
  m[water].opacity = 0.6f;
  m[water].water = WaterKind::open;
  m[water].double_sided = true;
  m[water].specular = 0.25f;
  for (const auto& [number, name, image] :
       {std::tuple(leaves, "leaves", leaf_cluster()), {wire, "wire", wire_fence()}}) {
    m[number] = plain(name, glm::vec3(1), 0.7f);
    m[number].alpha_mode = AlphaMode::mask;
    m[number].double_sided = true;
    m[number].base_color_texture = texture(name, make_color_texture(image, m[number].alpha_cutoff));
  }
  m[lamp] = plain("lamp", glm::vec3(1), 0.5f);
  m[lamp].emissive = glm::vec3(14, 11, 7);
  for (std::uint32_t i = 0; i < sphere_count; ++i) {
    const float t = static_cast<float>(i) / (sphere_count - 1);
    m[first_sphere + i] =
        plain("sphere", i % 2 == 0 ? glm::vec3(0.9f, 0.6f, 0.5f) : glm::vec3(0.16f, 0.34f, 0.62f),
              0.08f + 0.85f * t, i % 2 == 0 ? 1.0f : 0.0f);
  }
}

void add_bush(Builder& b, glm::vec3 at, float size, int cards, float turn) {
  b.material = leaves;
  for (int i = 0; i < cards; ++i) {
    const float angle = turn + pi * static_cast<float>(i) / static_cast<float>(cards);
    const float lean = 0.15f * static_cast<float>(i % 3 - 1);
    const glm::vec3 u = size * glm::vec3(std::cos(angle), 0, std::sin(angle));
    const glm::vec3 v = size * glm::vec3(-lean * std::sin(angle), 1.1f, lean * std::cos(angle));
    b.quad(at - u * 0.5f, u, v);
  }
}

void add_fence(Builder& b) {
  constexpr float z = -7, from = -9, to = 9;
  b.material = wire;
  b.quad({from, 0.1f, z}, {to - from, 0, 0}, {0, 1.5f, 0}, {24, 2});
  b.material = dark_metal;
  for (float x = from; x <= to; x += 2) b.tube({x, 0, z}, {x, 1.8f, z}, 0.03f);
  b.tube({from, 1.65f, z}, {to, 1.65f, z}, 0.015f, 6);
  b.tube({from, 2.4f, z - 0.2f}, {to, 2.7f, z - 0.2f}, 0.008f, 5);  // a wire in the air: thinner than a pixel
}

void add_pool(Builder& b) {
  const glm::vec3 low(2.2f, 0, 0.6f), high(6.2f, 0.4f, 4.2f);
  constexpr float rim = 0.25f;
  b.material = white;
  b.box(low, {high.x, high.y, low.z + rim});
  b.box({low.x, low.y, high.z - rim}, high);
  b.box({low.x, low.y, low.z + rim}, {low.x + rim, high.y, high.z - rim});
  b.box({high.x - rim, low.y, low.z + rim}, {high.x, high.y, high.z - rim});
  b.material = water;
  b.quad({low.x + rim, 0.3f, high.z - rim}, {high.x - low.x - 2 * rim, 0, 0},
         {0, 0, low.z - high.z + 2 * rim}, {3, 3});
}

Builder build_world() {
  Builder b;
  b.material = stone;
  b.quad({-20, 0, 20}, {40, 0, 0}, {0, 0, -40}, {16, 16});
  b.material = white;  // two walls with a gap, and a roof over them: shade and a dark inside
  b.box({-9, 0, -12}, {-2, 4, -11.5f});
  b.box({1, 0, -12}, {9, 4, -11.5f});
  b.material = wood;
  b.box({-9.5f, 4, -12.5f}, {9.5f, 4.25f, -8.5f}, 2);
  for (const float x : {-9.0f, -3.0f, 3.0f, 9.0f}) b.box({x - 0.12f, 0, -9}, {x + 0.12f, 4, -8.76f}, 2);
  for (std::uint32_t i = 0; i < sphere_count; ++i) {
    const float x = -5.0f + 1.5f * static_cast<float>(i);
    b.material = white;
    b.box({x - 0.4f, 0, -3.4f}, {x + 0.4f, 0.6f, -2.6f});
    b.material = first_sphere + i;
    b.sphere({x, 1.1f, -3}, 0.5f);
  }
  b.material = wood;
  b.box({-6.5f, 0, 1}, {-5.3f, 1.2f, 2.2f});
  b.box({-5.1f, 0, 1.3f}, {-4.2f, 0.9f, 2.2f});
  b.box({-6.0f, 1.2f, 1.3f}, {-5.3f, 1.9f, 2.0f});
  b.material = glass;
  b.quad({-2.2f, 0.15f, 1.4f}, {2.6f, 0, 0.5f}, {0, 2, 0});
  b.material = dark_metal;
  b.tube({-2.2f, 0, 1.4f}, {-2.2f, 2.2f, 1.4f}, 0.04f);
  b.tube({0.4f, 0, 1.9f}, {0.4f, 2.2f, 1.9f}, 0.04f);
  b.tube({1.4f, 0, -1}, {1.4f, 3, -1}, 0.06f, 12);
  b.material = lamp;
  b.sphere({1.4f, 3.15f, -1}, 0.18f, 16);
  add_pool(b);
  add_fence(b);
  constexpr struct {
    float x, z, size;
  } bushes[] = {{-8, -5, 1.6f},      {-7, -4.4f, 1.1f},    {6.6f, -4.6f, 1.8f},
                {7.6f, -3.4f, 1.2f}, {7.4f, 2, 1.5f},      {-8.4f, 3, 1.4f},
                {2, -5.6f, 1.0f},    {-1.4f, -5.8f, 1.3f}, {1.6f, 4.6f, 0.8f}};
  float turn = 0;
  for (const auto& bush : bushes) add_bush(b, {bush.x, 0, bush.z}, bush.size, 5, turn += 0.7f);
  return b;
}

/// A wheel of thin blades around the z axis.
Builder build_wheel() {
  Builder b;
  b.material = dark_metal;
  b.tube({0, 0, -0.4f}, {0, 0, 0.3f}, 0.07f, 12);
  for (int i = 0; i < 6; ++i) {
    const float angle = pi * static_cast<float>(i) / 3;
    const glm::vec3 out(std::cos(angle), std::sin(angle), 0), side(-out.y, out.x, 0);
    b.material = dark_metal;
    b.tube(glm::vec3(0), out * 1.3f, 0.02f, 6);
    b.material = i % 2 == 0 ? red : wood;
    const glm::vec3 blade = side * 0.34f + glm::vec3(0, 0, 0.12f), depth(0, 0, 0.01f);
    b.quad(out * 0.35f + depth, out * 0.9f, blade);
    b.quad(out * 0.35f + blade - depth, out * 0.9f, -blade);
  }
  return b;
}

Builder build_ball() {
  Builder b;
  b.material = gold;
  b.sphere({0, 0, 0}, 0.35f, 24);
  b.material = red;
  b.box({-0.12f, 0.3f, -0.12f}, {0.12f, 0.55f, 0.12f});
  return b;
}

void add_model(Scene& scene, const Builder& builder, Model model) {
  const Geometry made = make_geometry(builder.triangles(), scene.materials.size());
  for (Chunk chunk : made.chunks) {
    chunk.first_index += static_cast<std::uint32_t>(scene.indices.size());
    chunk.vertex_offset += static_cast<std::int32_t>(scene.vertices.size());
    chunk.model = static_cast<std::uint32_t>(scene.models.size());
    scene.chunks.push_back(chunk);
  }
  scene.vertices.insert(scene.vertices.end(), made.vertices.begin(), made.vertices.end());
  scene.indices.insert(scene.indices.end(), made.indices.begin(), made.indices.end());
  scene.models.push_back(std::move(model));
}

}  // namespace

Scene make_test_scene() {
  Scene scene;
  scene.name = "Courtyard";
  add_materials(scene);
  Model world;
  world.name = "world";
  add_model(scene, build_world(), world);
  Model wheel;
  wheel.name = "wheel";
  for (int i = 0; i <= 4; ++i)
    wheel.keyframes.push_back(
        {1.0 * i, {-0.5f, 3.2f, -8.3f}, rotation_from_degrees({0, 0, 90.0f * static_cast<float>(i)})});
  add_model(scene, build_wheel(), wheel);
  Model ball;
  ball.name = "ball";
  const glm::quat still = rotation_from_degrees({0, 0, 0}), turned = rotation_from_degrees({0, 120, 0});
  ball.keyframes = {
      {0, {-3, 0.36f, 0}, still}, {1.5, {0.5f, 0.9f, 0.3f}, turned}, {3, {-3, 0.36f, 0}, still}};
  add_model(scene, build_ball(), ball);

  scene.lights = {{{1.4f, 3.15f, -1}, {1.0f, 0.8f, 0.55f}, 6, 9},
                  {{-6, 3.2f, -10}, {0.4f, 0.6f, 1.0f}, 5, 7},
                  {{6, 3.2f, -10}, {1.0f, 0.5f, 0.3f}, 5, 7}};
  scene.sun.direction = {-0.5f, -0.75f, -0.45f};
  scene.camera.fov_y_degrees = 55;
  scene.camera.far = 120;
  scene.camera.keyframes = {
      {0, {-8.5f, 2.2f, 7.5f}, {-1.5f, 0.9f, -2}, false}, {2, {-4, 1.9f, 6.6f}, {-0.8f, 0.9f, -2.5f}, false},
      {4, {1, 1.7f, 6.2f}, {0, 1.0f, -3}, false},         {6, {5.5f, 2.1f, 7}, {1, 1.0f, -2}, false},
      {6.01, {7.5f, 1.4f, -1.5f}, {0, 1.2f, -5}, true},   {8, {3.5f, 1.5f, -1.2f}, {-2.5f, 1.2f, -5}, false},
      {10, {-1, 1.7f, -0.4f}, {-5, 1.0f, -5}, false}};
  measure_bounds(scene);
  scene.content_hash = hash_content(scene);
  return scene;
}

}  // namespace scene
