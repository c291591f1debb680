// Clusters of leaves, flowers and grass on a card, drawn leaf by leaf from back to front.

#include <algorithm>
#include <memory>

#include "tools/make_town/geometry/random.h"
#include "tools/make_town/textures/surface.h"

namespace town {

namespace {

struct Leaf {
  glm::vec2 base, direction;
  float length, width, shade;
  std::uint32_t color;
};

/// The leaf that covers p, seen from the front; alpha ramps through 0.5 at its outline.
struct Cover {
  float inside;     ///< 1 in the middle, 0 at the outline, negative outside
  glm::vec2 local;  ///< along 0..1, across -1..1
};
Cover cover(const Leaf& leaf, glm::vec2 p) {
  const glm::vec2 d = p - leaf.base;
  const float along = glm::dot(d, leaf.direction) / leaf.length;
  const float across = (d.y * leaf.direction.x - d.x * leaf.direction.y) / leaf.width;
  if (along < -0.1f || along > 1.1f || std::abs(across) > 1.2f) return {-1, {}};
  // A pointed oval: widest at two fifths.
  const float x = saturate(along);
  const float outline = std::sin(3.14159f * std::pow(x, 0.75f)) * (1 - 0.25f * x);
  if (outline < 0.02f) return {-1, {}};
  return {outline - std::abs(across), {along, across / outline}};
}

struct Cluster {
  int leaves;
  float length, width, reach;  ///< of a leaf and of the cluster, in card units
  std::vector<std::uint32_t> palette;
  int flowers = 0;
  std::vector<std::uint32_t> flower_palette = {};
  bool upright = false;  ///< grass: rooted on the lower edge
};

std::vector<Leaf> draw(const Cluster& c, Seed seed) {
  Rng rng(seed);
  std::vector<Leaf> leaves;
  for (int i = 0; i < c.leaves; ++i) {
    const float depth = static_cast<float>(i) / static_cast<float>(c.leaves);
    Leaf leaf;
    float angle;
    if (c.upright) {
      leaf.base = {rng.range(0.12f, 0.88f), 0.0f};
      angle = 1.5708f + rng.range(-0.35f, 0.35f) + (0.5f - leaf.base.x) * -0.5f;
    } else {
      const float r = c.reach * std::sqrt(rng.uniform()), a = rng.range(0, 6.2832f);
      leaf.base = glm::vec2(0.5f) + r * glm::vec2(std::cos(a), std::sin(a));
      angle = a + rng.range(-0.9f, 0.9f);
    }
    leaf.direction = {std::cos(angle), std::sin(angle)};
    leaf.length = c.length * rng.range(0.7f, 1.15f);
    leaf.width = c.width * rng.range(0.8f, 1.15f);
    leaf.shade = 0.62f + 0.5f * depth + rng.range(-0.08f, 0.08f);
    leaf.color = rng.pick(std::span<const std::uint32_t>(c.palette));
    leaves.push_back(leaf);
  }
  for (int i = 0; i < c.flowers; ++i) {
    const float r = 0.36f * std::sqrt(rng.uniform()), a = rng.range(0, 6.2832f);
    const glm::vec2 center = glm::vec2(0.5f) + r * glm::vec2(std::cos(a), std::sin(a));
    const std::uint32_t color = rng.pick(std::span<const std::uint32_t>(c.flower_palette));
    const float start = rng.range(0, 6.2832f), size = rng.range(0.055f, 0.08f),
                shade = rng.range(0.85f, 1.1f);
    for (int petal = 0; petal < 5; ++petal) {
      const float t = start + 1.2566f * static_cast<float>(petal);
      leaves.push_back({center, {std::cos(t), std::sin(t)}, size, 0.6f * size, shade, color});
    }
  }
  return leaves;
}

TextureSet cluster(std::string name, int size, Cluster c, Seed seed) {
  // Shared by the copies of the function.
  const auto leaves = std::make_shared<const std::vector<Leaf>>(draw(c, seed));
  const glm::vec3 behind = rgb(c.palette.front()) * 0.75f;
  return {std::move(name), size, 0.7f, true, false, [=](glm::vec2 uv) {
            Texel t;
            t.color = behind;
            t.alpha = 0;
            t.roughness = 0.75f;
            for (auto leaf = leaves->rbegin(); leaf != leaves->rend(); ++leaf) {
              const Cover hit = cover(*leaf, uv);
              if (hit.inside < -0.25f) continue;
              t.alpha = std::max(t.alpha, saturate(0.5f + 2.0f * hit.inside));
              if (hit.inside < 0) continue;
              const float vein = 1 - smoothstep(0.0f, 0.12f, std::abs(hit.local.y));
              const float rib = 0.5f + 0.5f * std::sin(40 * hit.local.x + 14 * std::abs(hit.local.y));
              t.color = rgb(leaf->color) * leaf->shade * (0.94f + 0.10f * vein + 0.04f * rib) *
                        (0.85f + 0.2f * hit.local.x);
              t.height = 0.012f * (1 - hit.local.y * hit.local.y) * leaf->shade - 0.004f * vein;
              t.roughness = 0.6f;
              t.alpha = 1;
              break;
            }
            return t;
          }};
}

}  // namespace

std::vector<TextureSet> leaf_textures(Seed seed) {
  const std::vector<std::uint32_t> green = {0x5f7d34, 0x6d8a3a, 0x4f6f30, 0x7d973f, 0x587637};
  const std::vector<std::uint32_t> gold = {0xb98b34, 0xc99a3c, 0x9a8a38, 0xb5722e, 0x8a8a3a};
  const std::vector<std::uint32_t> ivy = {0x5f8038, 0x527334, 0x6f8f42, 0x87994e};
  const std::vector<std::uint32_t> olive = {0x7c8a5a, 0x8d9a68, 0x6c7c50, 0x98a372};
  return {cluster("leaves_green", 512, {90, 0.17f, 0.055f, 0.34f, green}, seed),
          cluster("leaves_gold", 512, {80, 0.16f, 0.060f, 0.34f, gold}, seed + 1),
          cluster("leaves_olive", 512, {110, 0.16f, 0.030f, 0.34f, olive}, seed + 2),
          cluster("ivy", 512, {110, 0.14f, 0.070f, 0.38f, ivy}, seed + 3),
          cluster("flowers_red", 512, {60, 0.15f, 0.050f, 0.34f, green, 22, {0xd0453a, 0xe0604a, 0xc2384a}},
                  seed + 4),
          cluster("flowers_mixed", 512,
                  {60, 0.15f, 0.045f, 0.34f, green, 22, {0xf0e6d8, 0xd88ab0, 0xe8c04a, 0xa077c0}}, seed + 5),
          cluster("tuft", 256, {46, 0.85f, 0.022f, 0, {0x7d8a40, 0x8f9448, 0x66783a, 0xa8a058}, 0, {}, true},
                  seed + 6)};
}

}  // namespace town
