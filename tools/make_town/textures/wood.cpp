// Planks, beams, painted boards, hulls, bark. The grain runs along u.

#include "tools/make_town/textures/surface.h"

namespace town {

namespace {

struct Boards {
  int boards;  ///< over the tile; 0 for one solid beam
  std::uint32_t light, dark;
  float worn = 0;  ///< how much paint has gone; 0 for bare wood
  std::uint32_t paint = 0;
};

Texel wood(glm::vec2 uv, const Boards& w, float metres, Seed seed) {
  Block b{hash(seed, 1), uv, {metres, metres}, 1};
  if (w.boards > 0) b = coursed(uv, {w.boards, 1, 0.5f, 0.12f, {metres, metres}}, seed);
  const glm::vec2 own = uv + glm::vec2(hash01(b.id, 1), 0);
  const float bend = 0.012f * fbm(own, {3, 6}, 2, seed + 2);
  const glm::vec2 bent(uv.x, uv.y + bend);
  const float fibre = fbm(bent, {4, 96}, 3, seed + 3), broad = fbm(bent, {2, 24}, 3, seed + 4 + (b.id & 15));
  const float blotch = fbm(uv, 5, 3, seed + 6);
  const Cell knot = worley(bent, {3, w.boards > 0 ? w.boards : 8}, 0.8f, seed + 7);
  const float knots = hash01(knot.id, 5) > 0.6f ? 1 - smoothstep(0.0f, 0.16f, knot.f1) : 0;
  const float split = smoothstep(0.42f, 0.6f, fbm(bent, {3, 40}, 3, seed + 9));
  Texel t;
  t.color = glm::mix(rgb(w.dark), rgb(w.light), saturate(0.5f + 0.6f * broad + 0.35f * fibre));
  t.color *= (0.95f + 0.26f * (hash01(b.id, 2) - 0.5f)) * (1 + 0.10f * blotch);
  t.color = glm::mix(t.color, rgb(w.dark) * 0.6f, 0.8f * knots + 0.6f * split * (1 - knots));
  t.height = 0.0025f * fibre + 0.002f * broad - 0.004f * split;
  t.roughness = 0.80f + 0.1f * fibre;
  if (w.paint != 0) {
    const float gone = smoothstep(0.0f, 0.06f, blotch * 0.7f + 0.6f * fibre + 0.5f * split - 0.62f + w.worn);
    const glm::vec3 paint =
        rgb(w.paint) * (1 + 0.10f * blotch + 0.05f * fibre + 0.10f * (hash01(b.id, 2) - 0.5f));
    t.color = glm::mix(paint, t.color, gone);
    t.height += 0.0012f * (1 - gone);
    t.roughness = glm::mix(0.52f + 0.1f * blotch, t.roughness, gone);
  }
  const float gap = w.boards > 0 ? smoothstep(0.002f, 0.008f, b.edge) : 1;
  t.color *= 0.35f + 0.65f * gap;
  t.height -= 0.010f * (1 - gap);
  return t;
}

TextureSet boards(std::string name, int size, float metres, Boards w, Seed seed) {
  return {std::move(name), size,  metres,
          false,           false, [=](glm::vec2 uv) { return wood(uv, w, metres, seed); }};
}

Texel bark(glm::vec2 uv, Seed seed) {
  const glm::vec2 warped = uv + 0.04f * glm::vec2(fbm(uv, 6, 3, seed), fbm(uv, 6, 3, seed + 1));
  const Cell plate = worley(warped, {10, 4}, 0.9f, seed + 2);
  const float edge = plate.f2 - plate.f1, fine = fbm(uv, {50, 20}, 3, seed + 3);
  Texel t;
  t.color = glm::mix(rgb(0x3c3026), rgb(0x85735e), smoothstep(0.05f, 0.5f, edge + 0.3f * fine));
  t.color = glm::mix(t.color, rgb(0x70754a), 0.5f * smoothstep(0.1f, 0.5f, fbm(uv, 4, 3, seed + 8)));
  t.height = 0.025f * smoothstep(0.0f, 0.4f, edge) + 0.006f * fine;
  t.roughness = 0.95f;
  return t;
}

}  // namespace

std::vector<TextureSet> wood_textures(Seed seed) {
  std::vector<TextureSet> sets = {
      boards("timber", 512, 1.5f, {0, 0x6f543c, 0x3d2c20}, seed),
      boards("planks", 1024, 2.0f, {10, 0xa08a6c, 0x6b563f}, seed + 20),
      boards("deck", 1024, 2.4f, {12, 0x9f9482, 0x6c6154}, seed + 40),
      boards("crate", 512, 1.2f, {8, 0xc09a63, 0x8a663b}, seed + 60),
      boards("paint_teal", 512, 1.6f, {10, 0x9b8b74, 0x6a563f, 0.12f, 0x2f6f70}, seed + 80),
      boards("paint_red", 512, 1.6f, {10, 0x9b8b74, 0x6a563f, 0.12f, 0xa13f31}, seed + 100),
      boards("paint_green", 512, 1.6f, {10, 0x9b8b74, 0x6a563f, 0.14f, 0x4e6b3d}, seed + 120),
      boards("paint_blue", 512, 1.6f, {10, 0x9b8b74, 0x6a563f, 0.14f, 0x41608a}, seed + 140),
      boards("paint_white", 512, 1.6f, {8, 0x9b8b74, 0x7a664f, 0.08f, 0xe9e2d0}, seed + 160),
  };
  sets.push_back({"bark", 512, 1.2f, false, false, [=](glm::vec2 uv) { return bark(uv, seed + 180); }});
  return sets;
}

}  // namespace town
