// Cut and rubble stone, brick: walls, plinths, quay, chimneys.

#include "tools/make_town/textures/surface.h"

namespace town {

namespace {

struct Masonry {
  Courses courses;
  std::vector<std::uint32_t> palette;
  std::uint32_t mortar_color;
  float mortar, depth;  ///< half width and depth of a joint, metres
  float chisel;         ///< metres of roughness inside a block
  float moss;           ///< 0..1
};

Texel masonry(glm::vec2 uv, const Masonry& m, Seed seed) {
  const glm::vec2 warped = uv + 0.002f * glm::vec2(fbm(uv, 24, 2, seed + 5), fbm(uv, 24, 2, seed + 6));
  const Block block = coursed(warped, m.courses, seed);
  const float grain = fbm(uv, 48, 3, seed + 11), blotch = fbm(uv, 6, 3, seed + 12);
  const float ragged = m.mortar * (1.0f + 0.7f * grain);
  const float body = smoothstep(ragged, ragged + 0.012f, block.edge);
  const float r = hash01(block.id, 3), tone = hash01(block.id, 4) - 0.5f;
  Texel t;
  t.color = rgb(m.palette[static_cast<std::size_t>(r * static_cast<float>(m.palette.size()))]);
  t.color *= 1.0f + 0.22f * tone + 0.10f * grain + 0.10f * blotch;
  // Edges catch dirt, faces bleach.
  t.color *= 0.90f + 0.12f * smoothstep(0, 0.08f, block.edge);
  t.color = glm::mix(rgb(m.mortar_color) * (1 + 0.15f * grain), t.color, body);
  const float moss = m.moss * smoothstep(0.0f, 0.5f, blotch + 0.4f * grain + 0.35f * (1 - body) - 0.15f);
  t.color = glm::mix(t.color, rgb(0x66703a) * (0.9f + 0.4f * grain), 0.8f * moss);
  t.height = m.depth * body + m.chisel * (grain + 0.6f * fbm(uv, 14, 2, block.id)) * body + 0.006f * moss +
             0.5f * m.depth * tone * body;
  t.roughness = glm::mix(0.95f, 0.78f + 0.15f * grain, body);
  return t;
}

TextureSet wall(std::string name, float metres, Masonry m, Seed seed) {
  m.courses.tile = glm::vec2(metres);
  return {std::move(name), 1024,  metres,
          false,           false, [m, seed](glm::vec2 uv) { return masonry(uv, m, seed); }};
}

}  // namespace

std::vector<TextureSet> stone_textures(Seed seed) {
  const std::vector<std::uint32_t> grey = {0xa39a8b, 0x958c7e, 0xb0a692, 0x8a857d, 0xa8987c};
  const std::vector<std::uint32_t> sand = {0xc9b48d, 0xbfa77c, 0xd3c09a, 0xb49e78, 0xc4ad8f};
  const std::vector<std::uint32_t> dark = {0x7d786f, 0x6d6a64, 0x8a8274, 0x767b77, 0x837968};
  const std::vector<std::uint32_t> red = {0xa35a40, 0x94503b, 0xb06a4b, 0x8a4a3a, 0xa8654f, 0x9c5640};
  return {
      wall("rubble", 3.0f, {{12, 7, 0.5f, 0.75f}, grey, 0x8f8470, 0.010f, 0.018f, 0.006f, 0.35f}, seed),
      wall("ashlar", 4.0f, {{10, 6, 0.5f, 0.12f}, sand, 0xa8977a, 0.004f, 0.008f, 0.003f, 0.08f}, seed + 100),
      wall("quay_stone", 4.0f, {{8, 5, 0.5f, 0.25f}, dark, 0x5a564d, 0.009f, 0.020f, 0.006f, 0.75f},
           seed + 200),
      wall("brick", 2.0f, {{26, 8, 0.5f, 0.08f}, red, 0xb3a48d, 0.005f, 0.008f, 0.0015f, 0.05f}, seed + 300),
  };
}

std::vector<TextureSet> plaster_textures(Seed seed) {
  const auto plaster = [](std::string name, std::uint32_t base, std::uint32_t stain, bool color_only,
                          Seed s) {
    return TextureSet{
        std::move(name), 1024, 5.0f, false, color_only, [=](glm::vec2 uv) {
          const float blotch = fbm(uv, 4, 4, s), trowel = fbm(uv, {20, 34}, 3, s + 10);
          const float streak = fbm(uv, {40, 2}, 3, s + 20), fine = fbm(uv, 128, 2, s + 30);
          const float crack_field = std::abs(fbm(uv, 5, 4, s + 40));
          const float crack =
              (1 - smoothstep(0.0f, 0.006f, crack_field)) * smoothstep(0.1f, 0.35f, fbm(uv, 3, 2, s + 50));
          Texel t;
          t.color = rgb(base) * (1 + 0.10f * blotch + 0.05f * trowel + 0.03f * fine);
          const float dirt = smoothstep(0.05f, 0.6f, blotch * 0.6f + streak * 0.7f);
          t.color = glm::mix(t.color, rgb(stain), 0.45f * dirt);
          t.color = glm::mix(t.color, t.color * 1.12f + 0.02f,
                             smoothstep(0.15f, 0.5f, fbm(uv, 7, 3, s + 60)) * 0.6f);
          t.color *= 1 - 0.45f * crack;
          // Patches where a coat has fallen off and the ground coat shows.
          const float patch_field = fbm(uv, 5, 5, s + 70) - 0.44f;
          const float patch = smoothstep(0.0f, 0.02f, patch_field);
          t.color = glm::mix(t.color, rgb(stain) * (0.92f + 0.25f * fine + 0.1f * trowel), 0.42f * patch);
          t.height = 0.004f * trowel + 0.0012f * fine + 0.006f * blotch - 0.003f * crack - 0.006f * patch;
          t.roughness = 0.86f + 0.08f * blotch - 0.05f * trowel;
          return t;
        }};
  };
  return {plaster("plaster_cream", 0xeedfbc, 0xb79f78, false, seed),
          plaster("plaster_ochre", 0xdfb068, 0xa87f48, true, seed),
          plaster("plaster_rose", 0xd99a7c, 0xa36c52, true, seed),
          plaster("plaster_white", 0xece7da, 0xaea591, true, seed),
          plaster("plaster_teal", 0x8fb3a6, 0x6d8378, true, seed),
          plaster("plaster_terracotta", 0xc77550, 0x8e5a41, true, seed),
          plaster("plaster_blue", 0x9fb4c4, 0x7a8792, true, seed)};
}

}  // namespace town
