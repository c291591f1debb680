// Trees, hedges, grass, a pergola: bark tubes and alpha-tested leaf cards.

#include <cmath>

#include "tools/make_town/geometry/noise.h"
#include "tools/make_town/things/things.h"

namespace town {

using glm::vec3;

namespace {

vec3 random_direction(Rng& rng) {
  const float z = rng.range(-1, 1), a = rng.range(0, 6.2832f), r = std::sqrt(std::max(0.0f, 1 - z * z));
  return {r * std::cos(a), z, r * std::sin(a)};
}

/// Crossed cards around a twig's end.
void foliage(const Pen& pen, Mat leaves, vec3 center, vec3 outward, float size, Rng& rng, int cards) {
  for (int i = 0; i < cards; ++i) {
    const vec3 n = glm::normalize(0.8f * outward + random_direction(rng));
    vec3 right = glm::cross(n, glm::abs(n.y) < 0.9f ? vec3(0, 1, 0) : vec3(1, 0, 0));
    right = glm::normalize(right + 0.5f * random_direction(rng));
    right = glm::normalize(right - n * glm::dot(n, right));
    const float s = size * rng.range(0.8f, 1.2f);
    leaf_card(pen, leaves, center + 0.35f * size * random_direction(rng), right * s, glm::cross(n, right) * s,
              outward);
  }
}

struct Crown {
  Mat leaves;
  vec3 center;
  float height;  ///< of the tree: its branches shrink with it
};

void branch(const Pen& pen, vec3 from, vec3 direction, float length, float radius, int level,
            const Crown& crown, Rng& rng) {
  vec3 points[4] = {from};
  vec3 d = direction;
  for (int i = 1; i < 4; ++i) {
    d = glm::normalize(d + 0.22f * random_direction(rng) + vec3(0, level == 0 ? 0.05f : 0.12f, 0));
    points[i] = points[i - 1] + d * (length / 3);
  }
  // Tapering: three straight pieces, thinner each.
  for (int i = 0; i < 3; ++i) {
    const vec3 piece[] = {points[i], points[i + 1] + 0.03f * (points[i + 1] - points[i])};
    tube(pen, Mat::bark, piece, radius * (1 - 0.2f * static_cast<float>(i)), level == 0 ? 8 : 5);
  }
  if (level >= 2) {
    for (int i = 1; i < 4; ++i) {
      const vec3 outward = glm::normalize(points[i] - crown.center + vec3(0, 0.3f, 0));
      foliage(pen, crown.leaves, points[i], outward, 0.055f * crown.height + 0.08f, rng, i == 3 ? 5 : 3);
    }
    return;
  }
  const int children = level == 0 ? 6 : 4;
  const float turn = rng.range(0, 6.2832f);
  for (int i = 0; i < children; ++i) {
    const float t = level == 0 ? 0.55f + 0.45f * static_cast<float>(i) / static_cast<float>(children - 1)
                               : 0.35f + 0.65f * static_cast<float>(i) / static_cast<float>(children - 1);
    const vec3 start =
        t < 0.66f ? glm::mix(points[1], points[2], t * 3 - 1) : glm::mix(points[2], points[3], t * 3 - 2);
    const float a = turn + 2.4f * static_cast<float>(i);
    const vec3 side(std::cos(a), rng.range(0.25f, 0.7f), std::sin(a));
    const float scale = level == 0 ? 0.62f : 0.6f;
    branch(pen, start, glm::normalize(side + 0.35f * d), length * scale * rng.range(0.85f, 1.1f),
           radius * 0.5f, level + 1, crown, rng);
  }
}

}  // namespace

void tree(const Pen& pen, Mat leaves, float height, Rng& rng) {
  const float trunk = 0.55f * height, radius = 0.028f * height;
  const Crown crown{leaves, {0, 0.68f * height, 0}, height};
  const glm::vec2 root[] = {{2.0f * radius, -0.1f}, {1.35f * radius, 0.18f}, {radius, 0.6f}};
  lathe(pen, Mat::bark, root, 8, true);
  branch(pen, {0, 0.1f, 0}, {0.04f, 1, 0.02f}, trunk, radius, 0, crown, rng);
}

void far_tree(const Pen& pen, Mat leaves, float height, Rng& rng) {
  rod(pen, Mat::bark, {0, -0.5f, 0}, {0, 0.5f * height, 0}, 0.03f * height, 4);
  const vec3 center(0, 0.6f * height, 0);
  const int cards = 9;
  for (int i = 0; i < cards; ++i) {
    const vec3 d = random_direction(rng) * vec3(1, 0.8f, 1);
    const vec3 outward = glm::normalize(d + vec3(0, 0.35f, 0));
    foliage(pen, leaves, center + d * 0.24f * height, outward, 0.24f * height, rng, 1);
  }
}

void hedge(const Pen& pen, float length, float height, Rng& rng) {
  const float depth = 0.55f;
  block(pen, Mat::grass, {0, 0.42f * height, 0}, {length - 0.2f, 0.84f * height, depth - 0.22f}, no_bottom);
  const int count = static_cast<int>(length * (2 * height + depth) * 20);
  for (int i = 0; i < count; ++i) {
    const float x = length * rng.range(-0.5f, 0.5f), around = rng.uniform() * (2 * height + depth);
    vec3 outward, center;
    if (around < height) {
      center = {x, around, 0.5f * depth};
      outward = {0, 0.2f, 1};
    } else if (around < 2 * height) {
      center = {x, around - height, -0.5f * depth};
      outward = {0, 0.2f, -1};
    } else {
      center = {x, height, around - 2 * height - 0.5f * depth};
      outward = {0, 1, 0};
    }
    center += 0.05f * random_direction(rng);
    foliage(pen, Mat::leaves_green, center, outward, rng.range(0.16f, 0.24f), rng, 1);
  }
}

void grass_tufts(const Pen& pen, float width, float depth, int count, Rng& rng) {
  for (int i = 0; i < count; ++i) {
    const vec3 at(width * rng.range(-0.5f, 0.5f), 0, depth * rng.range(-0.5f, 0.5f));
    const float size = rng.range(0.10f, 0.24f), a = rng.range(0, 3.14f);
    for (const float turn : {0.0f, 1.4f}) {
      const vec3 right(std::cos(a + turn), 0, std::sin(a + turn));
      leaf_card(pen, Mat::tuft, at + vec3(0, size * 0.95f, 0), right * size, {0, size, 0}, {0, 1.2f, 0});
    }
  }
}

void pergola(const Pen& pen, float width, float depth, Rng& rng) {
  const float height = 2.6f, hx = 0.5f * width, hz = 0.5f * depth;
  const int posts = 3;
  for (int i = 0; i < posts; ++i)
    for (const float z : {-hz, hz}) {
      const float x = glm::mix(-hx, hx, static_cast<float>(i) / (posts - 1));
      block(pen, Mat::timber, {x, 0.5f * height, z}, {0.14f, height, 0.14f});
      block(pen, Mat::ashlar, {x, 0.1f, z}, {0.3f, 0.2f, 0.3f}, no_bottom);
      for (const float s : {-1.0f, 1.0f})
        if (std::abs(x + s * 0.4f) < hx)
          beam(pen, Mat::timber, {x, height - 0.5f, z}, {x + s * 0.5f, height, z}, 0.08f, 0.08f, {0, 0, 1});
      for (int k = 0; k < 26; ++k) {
        const float y = rng.range(0.1f, height), a = rng.range(0, 6.2832f);
        const vec3 outward(std::cos(a), 0.2f, std::sin(a));
        foliage(pen, Mat::ivy, vec3(x, y, z) + 0.11f * outward, outward, rng.range(0.11f, 0.17f), rng, 1);
      }
    }
  for (const float z : {-hz, hz})
    box(pen, Mat::timber, {-hx - 0.4f, height, z - 0.07f}, {hx + 0.4f, height + 0.18f, z + 0.07f});
  const int slats = static_cast<int>(width / 0.5f);
  for (int i = 0; i <= slats; ++i) {
    const float x = glm::mix(-hx - 0.25f, hx + 0.25f, static_cast<float>(i) / static_cast<float>(slats));
    box(pen, Mat::timber, {x - 0.03f, height + 0.18f, -hz - 0.4f}, {x + 0.03f, height + 0.3f, hz + 0.4f});
  }
  const int leaves = static_cast<int>(width * depth * 26);
  for (int i = 0; i < leaves; ++i) {
    const float x = hx * rng.range(-1.1f, 1.1f), z = (hz + 0.3f) * rng.range(-1, 1);
    if (fbm({x * 0.11f + 3, z * 0.11f + 3}, 3, 2, 5) < -0.12f) continue;
    const bool hangs = rng.chance(0.25f);
    const float y = height + (hangs ? rng.range(-0.55f, 0.1f) : rng.range(0.22f, 0.45f));
    foliage(pen, Mat::ivy, {x, y, hangs ? (rng.chance(0.5f) ? hz : -hz) + rng.range(-0.2f, 0.2f) : z},
            {0, 1, 0.2f}, rng.range(0.15f, 0.24f), rng, 1);
  }
}

void plant_pot(const Pen& pen, Rng& rng) {
  const glm::vec2 profile[] = {{0, 0},         {0.16f, 0},     {0.24f, 0.36f}, {0.27f, 0.36f},
                               {0.27f, 0.43f}, {0.22f, 0.43f}, {0.21f, 0.38f}, {0, 0.38f}};
  lathe(pen, Mat::tiles_red, profile, 12);
  const Mat leaves = rng.chance(0.5f)   ? Mat::flowers_mixed
                     : rng.chance(0.5f) ? Mat::flowers_red
                                        : Mat::leaves_olive;
  for (int i = 0; i < 16; ++i) {
    const vec3 d = glm::normalize(random_direction(rng) + vec3(0, 0.7f, 0));
    foliage(pen, leaves, vec3(0, 0.55f, 0) + 0.2f * d, d, 0.17f, rng, 1);
  }
}

}  // namespace town
