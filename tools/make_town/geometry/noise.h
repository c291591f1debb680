#pragma once
// Tileable noise for textures: every function takes uv in [0, 1) and repeats with period 1.

#include <cstdint>
#include <glm/glm.hpp>

namespace town {

using Seed = std::uint32_t;

std::uint32_t hash(std::uint32_t a, std::uint32_t b, std::uint32_t c = 0);
/// [0, 1)
float hash01(std::uint32_t a, std::uint32_t b, std::uint32_t c = 0);

float smoothstep(float edge0, float edge1, float x);
inline float saturate(float x) {
  return glm::clamp(x, 0.0f, 1.0f);
}

/// Gradient noise (Perlin 2002) with `cells` lattice cells over the tile, in about [-1, 1].
float perlin(glm::vec2 uv, glm::ivec2 cells, Seed seed);
/// Octaves of perlin, each twice as fine and half as strong, in about [-1, 1].
float fbm(glm::vec2 uv, glm::ivec2 cells, int octaves, Seed seed);
inline float fbm(glm::vec2 uv, int cells, int octaves, Seed seed) {
  return fbm(uv, {cells, cells}, octaves, seed);
}

/// The cellular basis function (Worley 1996); distances in cells.
struct Cell {
  float f1, f2;
  std::uint32_t id;
};
Cell worley(glm::vec2 uv, glm::ivec2 cells, float jitter, Seed seed);

/// One stone, brick, tile or board of a coursed pattern.
struct Block {
  std::uint32_t id;
  glm::vec2 local;  ///< 0..1 inside the block, v up
  glm::vec2 size;   ///< metres
  float edge;       ///< metres to the nearest edge, inside
};
/// `courses` rows (even, where `shift` is used) of `count` blocks; `shift` moves every other row by that part
/// of a block, `jitter` (0..1) moves the edges.
struct Courses {
  int courses, count;
  float shift = 0.5f, jitter = 0.1f;
  glm::vec2 tile{1};  ///< metres that the tile covers
};
Block coursed(glm::vec2 uv, const Courses& courses, Seed seed);

}  // namespace town
