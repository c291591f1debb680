#include "renderer/scene/test_scene_textures.h"

#include <algorithm>
#include <cmath>
#include <glm/glm.hpp>

namespace scene {
namespace {

constexpr float pi = 3.14159265f;

/// A repeatable number in [0, 1) for a lattice point.
float lattice(std::int32_t x, std::int32_t y, std::uint32_t seed) {
  std::uint32_t h = static_cast<std::uint32_t>(x) * 0x8da6b343u ^
                    static_cast<std::uint32_t>(y) * 0xd8163841u ^ seed * 0xcb1ab31fu;
  h = (h ^ (h >> 13)) * 0x5bd1e995u;
  h = (h ^ (h >> 15)) * 0x27d4eb2du;
  return static_cast<float>((h ^ (h >> 16)) & 0xffffffu) / 16777216.0f;
}

/// Value noise that repeats after `period` cells.
float noise(glm::vec2 p, std::int32_t period, std::uint32_t seed) {
  const glm::vec2 cell = glm::floor(p);
  const glm::vec2 f = p - cell, s = f * f * (3.0f - 2.0f * f);
  const auto at = [&](int dx, int dy) {
    const auto wrap = [period](float v, int d) {
      const std::int32_t i = (static_cast<std::int32_t>(v) + d) % period;
      return i < 0 ? i + period : i;
    };
    return lattice(wrap(cell.x, dx), wrap(cell.y, dy), seed);
  };
  return glm::mix(glm::mix(at(0, 0), at(1, 0), s.x), glm::mix(at(0, 1), at(1, 1), s.x), s.y);
}

/// uv in [0, 1), in octaves from `cells` up.
float fractal(glm::vec2 uv, std::int32_t cells, int octaves, std::uint32_t seed) {
  float sum = 0, weight = 0.5f;
  for (int i = 0; i < octaves; ++i, cells *= 2, weight *= 0.5f)
    sum += weight * noise(uv * static_cast<float>(cells), cells, seed + static_cast<std::uint32_t>(i));
  return sum;
}

template <typename Paint>
Image paint(std::uint32_t size, Paint&& color_of) {
  Image image{size, size, std::vector<std::uint8_t>(std::size_t{4} * size * size), false};
  for (std::uint32_t y = 0; y < size; ++y) {
    for (std::uint32_t x = 0; x < size; ++x) {
      const glm::vec2 uv = (glm::vec2(x, y) + 0.5f) / static_cast<float>(size);
      const glm::vec4 color = glm::clamp(color_of(uv), 0.0f, 1.0f);
      for (int c = 0; c < 4; ++c)
        image.rgba[4 * (std::size_t{y} * size + x) + static_cast<std::size_t>(c)] =
            static_cast<std::uint8_t>(color[c] * 255 + 0.5f);
      image.has_alpha |= color.a < 1;
    }
  }
  return image;
}

/// Distance to the nearest joint between 4 x 4 tiles, every other row shifted by half a tile.
struct Tile {
  float joint = 0;
  glm::vec2 index{0};
};
Tile tile_at(glm::vec2 uv) {
  glm::vec2 p = uv * 4.0f;
  const float row = std::floor(p.y);
  p.x += std::fmod(row, 2.0f) * 0.5f;
  const glm::vec2 f = glm::fract(p);
  return {std::min({f.x, 1 - f.x, f.y, 1 - f.y}), {std::fmod(std::floor(p.x), 4.0f), row}};
}

float tile_height(glm::vec2 uv) {
  const glm::vec2 wrapped = glm::fract(uv);
  return 0.6f * glm::smoothstep(0.0f, 0.06f, tile_at(wrapped).joint) + 0.25f * fractal(wrapped, 16, 4, 7);
}

}  // namespace

Image stone_tiles() {
  return paint(512, [](glm::vec2 uv) {
    const Tile tile = tile_at(uv);
    const float shade = lattice(static_cast<int>(tile.index.x), static_cast<int>(tile.index.y), 3);
    const glm::vec3 stone = glm::mix(glm::vec3(0.56f, 0.52f, 0.46f), glm::vec3(0.70f, 0.66f, 0.58f), shade);
    const float grain = 0.72f + 0.5f * fractal(uv, 16, 5, 11);
    const glm::vec3 mortar(0.33f, 0.34f, 0.28f);
    return glm::vec4(glm::mix(mortar, stone, glm::smoothstep(0.01f, 0.05f, tile.joint)) * grain, 1);
  });
}

Image stone_normals() {
  return paint(512, [](glm::vec2 uv) {
    constexpr float step = 1.0f / 512;
    const float dx = tile_height(uv + glm::vec2(step, 0)) - tile_height(uv - glm::vec2(step, 0));
    const float dy = tile_height(uv - glm::vec2(0, step)) - tile_height(uv + glm::vec2(0, step));
    return glm::vec4(glm::normalize(glm::vec3(-2.5f * dx, -2.5f * dy, 1)) * 0.5f + 0.5f, 1);
  });
}

Image wood_planks() {
  return paint(256, [](glm::vec2 uv) {
    const float plank = std::floor(uv.x * 4), across = glm::fract(uv.x * 4);
    const float ring =
        fractal(glm::vec2(uv.x, uv.y * 0.125f) * 1.0f, 32, 3, 5u + static_cast<std::uint32_t>(plank));
    const float tone = 0.75f + 0.3f * lattice(static_cast<int>(plank), 0, 9) + 0.5f * (ring - 0.45f);
    const float gap = glm::smoothstep(0.0f, 0.05f, std::min(across, 1 - across));
    return glm::vec4(glm::vec3(0.62f, 0.43f, 0.26f) * tone * (0.35f + 0.65f * gap), 1);
  });
}

Image leaf_cluster() {
  return paint(256, [](glm::vec2 uv) {
    const glm::vec2 p = uv * 2.0f - 1.0f;
    glm::vec4 color(0.2f, 0.3f, 0.08f, 0);
    // The stem, then leaves to both sides of it; later ones lie on top.
    if (std::abs(p.x + 0.06f * std::sin(4 * p.y)) < 0.018f && p.y > -0.8f) color = {0.30f, 0.21f, 0.10f, 1};
    for (int i = 0; i < 22; ++i) {
      const float y = 0.92f - 1.7f * static_cast<float>(i) / 21, side = i % 2 == 0 ? 1.0f : -1.0f;
      const float angle = side * (0.5f + 0.35f * lattice(i, 1, 21));
      const float length =
          0.55f * (1.05f - 0.55f * static_cast<float>(i) / 21) * (0.8f + 0.4f * lattice(i, 2, 21));
      const glm::vec2 along(std::sin(angle), -std::cos(angle)), d = p - glm::vec2(0, y);
      const float s = glm::dot(d, along) / length, t = (d.x * along.y - d.y * along.x) / length;
      if (s <= 0 || s >= 1 || std::abs(t) > 0.24f * std::sin(pi * std::pow(s, 0.8f))) continue;
      const float vein = glm::smoothstep(0.0f, 0.03f, std::abs(t));
      const float tone = 0.65f + 0.5f * lattice(i, 3, 21) + 0.2f * t;
      color =
          glm::vec4(glm::mix(glm::vec3(0.45f, 0.52f, 0.20f), glm::vec3(0.24f, 0.42f, 0.12f), vein) * tone, 1);
    }
    return color;
  });
}

Image wire_fence() {
  return paint(128, [](glm::vec2 uv) {
    const auto wire = [](float v) { return std::abs(glm::fract(v) - 0.5f); };
    const float a = wire(2 * (uv.x + uv.y)), b = wire(2 * (uv.x - uv.y));
    const float nearest = std::min(a, b);
    const float shine = 1 - nearest / 0.07f;
    return glm::vec4(glm::vec3(0.45f, 0.48f, 0.50f) + 0.3f * shine, nearest < 0.07f ? 1.0f : 0.0f);
  });
}

}  // namespace scene
