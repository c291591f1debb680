// Striped awnings, canvas, sacks, straw.

#include "tools/make_town/textures/surface.h"

namespace town {

std::vector<TextureSet> cloth_textures(Seed seed) {
  const auto weave = [](glm::vec2 uv, int threads) {
    const glm::vec2 p = uv * static_cast<float>(threads);
    return 0.5f * (std::sin(p.x * 6.2832f) * std::cos(p.y * 3.1416f) +
                   std::sin(p.y * 6.2832f) * std::cos(p.x * 3.1416f));
  };
  const auto cloth = [seed, weave](glm::vec2 uv, std::uint32_t a, std::uint32_t b, int stripes, Seed s) {
    const float wave = 0.003f * fbm(uv, 4, 2, seed + s);
    const float stripe = stripes > 0 ? glm::fract((uv.x + wave) * static_cast<float>(stripes)) : 0;
    const float mask = smoothstep(0.49f, 0.51f, stripe) - smoothstep(0.985f, 1.0f, stripe);
    const float dirt = fbm(uv, 4, 4, seed + s + 1), run = fbm(uv, {16, 2}, 3, seed + s + 2);
    Texel t;
    t.color = glm::mix(rgb(a), rgb(b), mask) * (1 + 0.08f * dirt + 0.06f * run + 0.03f * weave(uv, 128));
    t.color = glm::mix(t.color, t.color * rgb(0xcdbb9c), 0.7f * smoothstep(0.1f, 0.9f, dirt + run));
    t.height = 0.0006f * weave(uv, 128) + 0.012f * fbm(uv, {5, 3}, 2, seed + s + 3);
    t.roughness = 0.92f;
    return t;
  };
  const auto striped = [cloth](std::string name, std::uint32_t a, std::uint32_t b, int stripes, Seed s) {
    return TextureSet{std::move(name), 512,   2.0f,
                      false,           false, [=](glm::vec2 uv) { return cloth(uv, a, b, stripes, s); }};
  };
  const auto burlap = [seed, weave](glm::vec2 uv) {
    const float w = weave(uv, 48), dirt = fbm(uv, 5, 4, seed + 90), fold = fbm(uv, {6, 4}, 3, seed + 95);
    Texel t;
    t.color = glm::mix(rgb(0x8f744c), rgb(0xc4a673), saturate(0.5f + 0.35f * w + 0.4f * dirt));
    t.height = 0.002f * w + 0.02f * fold;
    t.roughness = 0.95f;
    return t;
  };
  const auto straw = [seed](glm::vec2 uv) {
    const float a = fbm(uv + 0.05f * fbm(uv, 5, 2, seed + 60), {8, 90}, 2, seed + 61);
    const float b = fbm(glm::vec2(uv.y, uv.x), {10, 80}, 2, seed + 62),
                pick = smoothstep(-0.2f, 0.2f, fbm(uv, 9, 2, seed + 63));
    const float s = glm::mix(a, b, pick);
    Texel t;
    t.color = glm::mix(rgb(0x8a6c33), rgb(0xe0c274), saturate(0.5f + 0.9f * s));
    t.height = 0.02f * s;
    t.roughness = 0.95f;
    return t;
  };
  return {striped("cloth_red", 0xb5402f, 0xeee2c4, 6, 0),
          striped("cloth_teal", 0x2f7a78, 0xeee2c4, 6, 20),
          striped("cloth_ochre", 0xd9a03d, 0xf0e6cc, 6, 40),
          striped("canvas", 0xe3d6b6, 0xe3d6b6, 0, 60),
          striped("sail_red", 0x9c4a34, 0x9c4a34, 0, 80),
          striped("pennant_red", 0xc04a35, 0xc04a35, 0, 110),
          striped("pennant_teal", 0x2e8280, 0x2e8280, 0, 130),
          striped("pennant_gold", 0xe4b24a, 0xe4b24a, 0, 150),
          {"burlap", 512, 0.8f, false, false, burlap},
          {"straw", 512, 1.0f, false, false, straw}};
}

}  // namespace town
