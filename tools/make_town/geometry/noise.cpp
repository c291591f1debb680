#include "tools/make_town/geometry/noise.h"

#include <algorithm>
#include <cmath>

namespace town {

namespace {

int wrap(int i, int n) {
  i %= n;
  return i < 0 ? i + n : i;
}

glm::vec2 gradient(int x, int y, glm::ivec2 cells, Seed seed) {
  static constexpr float diagonal = 0.70710678f;
  static constexpr glm::vec2 directions[8] = {
      {1, 0},  {diagonal, diagonal},   {0, 1},  {-diagonal, diagonal},
      {-1, 0}, {-diagonal, -diagonal}, {0, -1}, {diagonal, -diagonal}};
  return directions[hash(static_cast<std::uint32_t>(wrap(x, cells.x)),
                         static_cast<std::uint32_t>(wrap(y, cells.y)), seed) &
                    7];
}

float fade(float t) {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

}  // namespace

std::uint32_t hash(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  std::uint32_t h = a * 0x9e3779b1u ^ (b * 0x85ebca77u + 0x165667b1u) ^ (c * 0xc2b2ae3du + 0x27d4eb2fu);
  h = (h ^ (h >> 15)) * 0x2c1b3c6du;
  h = (h ^ (h >> 12)) * 0x297a2d39u;
  return h ^ (h >> 15);
}

float hash01(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  return static_cast<float>(hash(a, b, c) >> 8) * 0x1p-24f;
}

float smoothstep(float edge0, float edge1, float x) {
  const float t = saturate((x - edge0) / (edge1 - edge0));
  return t * t * (3 - 2 * t);
}

float perlin(glm::vec2 uv, glm::ivec2 cells, Seed seed) {
  const glm::vec2 p = uv * glm::vec2(cells);
  const glm::vec2 whole = glm::floor(p), f = p - whole;
  const int x = static_cast<int>(whole.x), y = static_cast<int>(whole.y);
  const float a = glm::dot(gradient(x, y, cells, seed), f);
  const float b = glm::dot(gradient(x + 1, y, cells, seed), f - glm::vec2(1, 0));
  const float c = glm::dot(gradient(x, y + 1, cells, seed), f - glm::vec2(0, 1));
  const float d = glm::dot(gradient(x + 1, y + 1, cells, seed), f - glm::vec2(1, 1));
  const float u = fade(f.x), v = fade(f.y);
  return 1.4f * glm::mix(glm::mix(a, b, u), glm::mix(c, d, u), v);
}

float fbm(glm::vec2 uv, glm::ivec2 cells, int octaves, Seed seed) {
  float sum = 0, weight = 0.5f;
  for (int i = 0; i < octaves; ++i, cells *= 2, weight *= 0.5f)
    sum += weight * perlin(uv, cells, seed + static_cast<Seed>(i));
  return sum * 1.25f;
}

Cell worley(glm::vec2 uv, glm::ivec2 cells, float jitter, Seed seed) {
  const glm::vec2 p = uv * glm::vec2(cells);
  const glm::ivec2 base(glm::floor(p));
  Cell cell{8, 8, 0};
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx) {
      const auto x = static_cast<std::uint32_t>(wrap(base.x + dx, cells.x));
      const auto y = static_cast<std::uint32_t>(wrap(base.y + dy, cells.y));
      const std::uint32_t id = hash(x, y, seed);
      const glm::vec2 offset(hash01(id, 1), hash01(id, 2));
      const glm::vec2 point = glm::vec2(base + glm::ivec2(dx, dy)) + 0.5f + jitter * (offset - 0.5f);
      const float distance = glm::length(point - p);
      if (distance < cell.f1) {
        cell.f2 = cell.f1;
        cell.f1 = distance;
        cell.id = id;
      } else {
        cell.f2 = std::min(cell.f2, distance);
      }
    }
  return cell;
}

namespace {

/// Which of `count` jittered intervals holds t (0..1, periodic), and where in it: (index, start, end).
struct Interval {
  int index;
  float start, end;
};
Interval interval(float t, int count, float jitter, std::uint32_t row, Seed seed) {
  const auto edge = [&](int i) {
    const float h = hash01(static_cast<std::uint32_t>(wrap(i, count)), row, seed) - 0.5f;
    return static_cast<float>(i) + jitter * h;
  };
  const float x = t * static_cast<float>(count);
  int i = static_cast<int>(std::floor(x));
  if (x < edge(i)) --i;
  if (x >= edge(i + 1)) ++i;
  return {i, edge(i), edge(i + 1)};
}

}  // namespace

Block coursed(glm::vec2 uv, const Courses& c, Seed seed) {
  const Interval row = interval(uv.y, c.courses, c.jitter * 0.5f, 977, seed);
  const auto r = static_cast<std::uint32_t>(wrap(row.index, c.courses));
  const float shift = (r % 2 == 1 ? c.shift : 0) / static_cast<float>(c.count);
  const Interval column = interval(uv.x + shift, c.count, c.jitter, r, seed + 1);
  const float x = (uv.x + shift) * static_cast<float>(c.count), y = uv.y * static_cast<float>(c.courses);
  Block block;
  block.id = hash(static_cast<std::uint32_t>(wrap(column.index, c.count)), r, seed + 2);
  block.local = {(x - column.start) / (column.end - column.start), (y - row.start) / (row.end - row.start)};
  block.size = {(column.end - column.start) * c.tile.x / static_cast<float>(c.count),
                (row.end - row.start) * c.tile.y / static_cast<float>(c.courses)};
  const glm::vec2 inside = glm::min(block.local, 1.0f - block.local) * block.size;
  block.edge = std::min(inside.x, inside.y);
  return block;
}

}  // namespace town
