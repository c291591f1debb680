// What lies around the town: hills behind it, headlands, the sea, blue ridges at the horizon.

#include <algorithm>
#include <cmath>

#include "tools/make_town/geometry/noise.h"
#include "tools/make_town/ground/ground.h"
#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

constexpr float sea_bed = -5;

/// Noise over the land, not repeating within 1,600 m.
float roll(float x, float z, int cells, int octaves, Seed seed) {
  return fbm(vec2(x, z) / 1600.0f + 0.5f, cells, octaves, seed);
}

float bump(float x, float z, float cx, float cz, float radius) {
  const float d = std::hypot(x - cx, z - cz) / radius;
  return std::exp(-d * d);
}

/// How far inland a place lies, metres; negative in the sea.
float inland(float x, float z) {
  float coast = 20;
  if (x > 46)
    coast = 14 + 74 * smoothstep(50, 84, x) * (1 - smoothstep(112, 150, x)) - 40 * smoothstep(150, 260, x);
  if (x < -46)
    coast =
        14 + 40 * smoothstep(-70, -125, x) * (1 - smoothstep(-150, -185, x)) - 30 * smoothstep(-190, -260, x);
  const float wild = smoothstep(46, 60, std::abs(x));
  return coast - z + wild * 9 * roll(x, z, 60, 3, 11);
}

}  // namespace

float ground_height(float x, float z) {
  const float out = std::hypot(std::max(0.0f, std::abs(x) - 30), std::max(0.0f, -z - 28));
  const float rise = 0.20f * std::max(0.0f, out - 8) - 0.0009f * std::pow(std::max(0.0f, out - 8), 2.0f);
  float land = rise + smoothstep(30, 90, out) * (14 * roll(x, z, 14, 4, 3) + 4) +
               smoothstep(8, 25, out) * 1.2f * roll(x, z, 60, 2, 5);
  if (out > 111) land += 0.12f * (out - 111);
  land += 9 * bump(x, z, -50, -66, 22) + 7 * bump(x, z, 90, 72, 30);
  land = std::max(land, smoothstep(46, 60, std::abs(x)) * (2.5f + 1.5f * roll(x, z, 80, 3, 8)));
  const float s = inland(x, z), cliff = std::abs(x) > 46 ? 9.0f : 1.0f;
  return glm::mix(sea_bed, land, smoothstep(-4, cliff, s));
}

namespace {

void land(const Pen& pen) {
  constexpr float step = 5;
  const auto at = [](int i, int j) {
    const float x = -300 + step * static_cast<float>(i), z = -300 + step * static_cast<float>(j);
    float y = ground_height(x, z);
    // Under the town's own paving.
    if (std::abs(x) < 46 && z > -44) y = std::min(y, -0.5f);
    // The quay is a wall: no slope before it shows through the water.
    if (std::abs(x) < 49 && z > 19) y = sea_bed;
    return vec3(x, y, z);
  };
  const auto normal = [](vec3 p) {
    const float e = 3;
    return glm::normalize(vec3(ground_height(p.x - e, p.z) - ground_height(p.x + e, p.z), 2 * e,
                               ground_height(p.x, p.z - e) - ground_height(p.x, p.z + e)));
  };
  for (int j = 0; j < 88; ++j)
    for (int i = 0; i < 120; ++i) {
      const vec3 a = at(i, j + 1), b = at(i + 1, j + 1), c = at(i + 1, j), d = at(i, j);
      const float top = std::max({a.y, b.y, c.y, d.y});
      if (top < sea_bed + 0.3f) continue;
      const vec3 middle = 0.25f * (a + b + c + d);
      if (std::abs(middle.x) < 40 && middle.z > -38 && middle.z < 18) continue;
      const vec3 flat = glm::normalize(glm::cross(c - a, d - b));
      const float low = std::min({a.y, b.y, c.y, d.y});
      const Mat m = flat.y < 0.72f ? Mat::rock : low < -1.0f ? Mat::sand : Mat::grass;
      const auto tri = [&](vec3 p, vec3 q, vec3 r) {
        const vec3 n = glm::normalize(glm::cross(q - p, r - p));
        // Steep faces are textured from the side, so that nothing is stretched.
        vec3 u(1, 0, 0), v(0, 0, -1);
        if (std::abs(n.x) > 0.7f)
          u = {0, 0, n.x > 0 ? -1 : 1}, v = {0, 1, 0};
        else if (std::abs(n.z) > 0.7f)
          u = {n.z > 0 ? 1 : -1, 0, 0}, v = {0, 1, 0};
        const auto vertex = [&](vec3 x) {
          vec3 smooth = normal(x);
          if (glm::dot(smooth, n) < 0.4f) smooth = n;
          return Vertex{x, smooth, vec2(glm::dot(x, u), glm::dot(x, v)) / material(m).metres};
        };
        pen.triangle(m, vertex(p), vertex(q), vertex(r));
      };
      tri(a, b, c);
      tri(a, c, d);
    }
}

void ridges(const Pen& pen) {
  // Rings of far hills, open where the sun stands over the sea.
  for (int ring = 0; ring < 3; ++ring) {
    const float radius = 380 + 210 * static_cast<float>(ring);
    const int pieces = 72;
    const auto top = [&](int i) {
      const float a = 6.2831853f * static_cast<float>(i) / pieces;
      const float landward = smoothstep(-0.15f, 0.35f, std::cos(a));  // 1 towards -z
      const float islands =
          ring == 2
              ? 16 * smoothstep(0.15f, 0.5f, perlin({static_cast<float>(i) / pieces, 0.3f}, {11, 4}, 77))
              : 0;
      const float h =
          (26 + 34 * static_cast<float>(ring)) *
          (0.75f + 0.7f * fbm({static_cast<float>(i) / pieces, 0.1f + 0.2f * static_cast<float>(ring)},
                              {9, 3}, 4, 31));
      return vec3(radius * std::sin(a), std::max(h * landward, islands) - 3, -radius * std::cos(a));
    };
    const auto foot = [&](int i) {
      const float a = 6.2831853f * static_cast<float>(i) / pieces;
      return vec3((radius - 60) * std::sin(a), -3, -(radius - 60) * std::cos(a));
    };
    for (int i = 0; i < pieces; ++i) {
      if (std::max(top(i).y, top(i + 1).y) < -2.5f) continue;
      pen.quad(Mat::far_hill, foot(i), foot(i + 1), top(i + 1), top(i));
    }
  }
}

void sea(const Pen& pen) {
  constexpr float size = 60;
  for (int j = 0; j < 22; ++j)
    for (int i = -15; i < 15; ++i) {
      const float x = size * static_cast<float>(i),
                  z = (j == 0 ? quay_edge : -36 + size * static_cast<float>(j));
      const float end = -36 + size * static_cast<float>(j + 1);
      pen.quad(Mat::water, {x, water_level, end}, {x + size, water_level, end}, {x + size, water_level, z},
               {x, water_level, z});
    }
  // Bays beside the town.
  for (const float side : {-1.0f, 1.0f}) {
    const float a = side > 0 ? 46 : -900, b = side > 0 ? 900 : -46;
    pen.quad(Mat::water, {a, water_level, quay_edge}, {b, water_level, quay_edge}, {b, water_level, -120},
             {a, water_level, -120});
  }
  pen.quad(Mat::dark, {-1400, sea_bed - 0.5f, 1500}, {1400, sea_bed - 0.5f, 1500},
           {1400, sea_bed - 0.5f, -400}, {-1400, sea_bed - 0.5f, -400});
}

void woods(const Pen& pen, Rng& rng) {
  static constexpr Mat leaves[] = {Mat::leaves_green, Mat::leaves_green, Mat::leaves_olive, Mat::leaves_gold};
  int planted = 0;
  for (int tries = 0; tries < 4000 && planted < 420; ++tries) {
    const float x = rng.range(-190, 190), z = rng.range(-210, 60);
    const float out = std::hypot(std::max(0.0f, std::abs(x) - 30), std::max(0.0f, -z - 28));
    const float y = ground_height(x, z);
    if (out < 26 || y < 1.0f || inland(x, z) < 10) continue;
    if (roll(x, z, 40, 3, 21) + 0.0025f * out < 0.12f) continue;  // they stand in groups
    if (std::hypot(x + 50, z + 66) < 16 || std::hypot(x - 90, z - 72) < 16) continue;
    far_tree(pen.at(x, y - 0.3f, z), rng.pick(leaves), rng.range(5, 10), rng);
    ++planted;
  }
}

}  // namespace

void terrain(const Pen& pen, Rng& rng) {
  land(pen);
  ridges(pen);
  sea(pen);
  woods(pen, rng);
}

}  // namespace town
