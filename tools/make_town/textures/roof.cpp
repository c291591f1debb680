// Clay beaver-tail tiles, slates, wooden shingles. A row is a course: v runs up the slope.

#include "tools/make_town/textures/surface.h"

namespace town {

namespace {

struct RoofTiles {
  int rows, count;
  float round;  ///< how round the lower end is, 0..1
  std::vector<std::uint32_t> palette;
  float spread, moss, thickness;
  bool grain;
};

Texel roof(glm::vec2 uv, const RoofTiles& r, float metres, Seed seed) {
  Courses courses{r.rows, r.count, 0.5f, 0.06f, glm::vec2(metres)};
  courses.jitter = r.grain ? 0.5f : 0.06f;
  Block b = coursed({uv.x, uv.y}, courses, seed);
  // The lower end of a tile is an arc: outside it the row below shows.
  const float x = 2 * b.local.x - 1;
  const float arc = r.round * 0.32f * (1 - std::sqrt(saturate(1 - x * x)));
  const bool below = b.local.y < arc;
  float along = b.local.y;
  if (below) {
    // The tile of the row below, half a tile aside, lies deeper here.
    const glm::vec2 lower(uv.x, uv.y - 0.6f / static_cast<float>(r.rows));
    b = coursed(lower, courses, seed);
    along = 1.0f;
  }
  const float fine = fbm(uv, 80, 2, seed + 3), blotch = fbm(uv, 4, 4, seed + 4);
  Texel t;
  t.color = rgb(r.palette[b.id % r.palette.size()]);
  t.color *= 0.97f + r.spread * (hash01(b.id, 5) - 0.5f) + 0.10f * fine + 0.14f * blotch;
  if (r.grain) t.color *= 1 + 0.25f * fbm(uv, {120, 6}, 2, seed + 6 + (b.id & 7));
  const float side = smoothstep(0.0f, 0.010f, std::min(b.local.x, 1 - b.local.x) * b.size.x);
  const float shade = below ? 0.62f : 0.86f + 0.14f * smoothstep(1.0f, 0.75f, along);
  t.color *= shade * (0.7f + 0.3f * side);
  const float moss = r.moss * smoothstep(0.05f, 0.5f, blotch + 0.5f * fine + 0.3f * along - 0.15f);
  t.color = glm::mix(t.color, rgb(0x6d7340) * (0.9f + 0.5f * fine), 0.75f * moss);
  t.color = glm::mix(t.color, rgb(0xb9b49a), 0.35f * smoothstep(0.45f, 0.6f, fbm(uv, 30, 2, seed + 8)));
  t.height = (below ? 0 : r.thickness * (1.2f - along)) * (0.5f + 0.5f * side) + 0.0015f * fine +
             0.006f * (hash01(b.id, 6) - 0.5f) + 0.01f * moss;
  t.roughness = 0.78f + 0.12f * fine + 0.15f * moss;
  return t;
}

TextureSet tiles(std::string name, RoofTiles r, Seed seed) {
  return {std::move(name), 1024, 3.0f, false, false, [=](glm::vec2 uv) { return roof(uv, r, 3.0f, seed); }};
}

}  // namespace

std::vector<TextureSet> roof_textures(Seed seed) {
  return {tiles("tiles_red",
                {12,
                 18,
                 1,
                 {0xb5603c, 0xa65334, 0xc2714a, 0x97492f, 0xb96a48, 0xa85b40},
                 0.30f,
                 0.40f,
                 0.018f,
                 false},
                seed),
          tiles("tiles_brown",
                {12, 18, 1, {0x8f563c, 0x7f4a36, 0x9c6547, 0x74443a, 0x8a5f4a}, 0.30f, 0.70f, 0.018f, false},
                seed + 20),
          tiles("slate",
                {12, 12, 0, {0x64707a, 0x58636d, 0x737c82, 0x6a6c78, 0x5d6a6c}, 0.26f, 0.30f, 0.010f, false},
                seed + 40),
          tiles("shingles", {12, 22, 0, {0x8b7e6c, 0x7b6f60, 0x988a74, 0x6f665c}, 0.30f, 0.45f, 0.014f, true},
                seed + 60)};
}

}  // namespace town
