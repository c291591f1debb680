// Iron, rust, brass, copper, rope, wire mesh and nets.

#include <algorithm>

#include "tools/make_town/textures/surface.h"

namespace town {

std::vector<TextureSet> metal_textures(Seed seed) {
  const auto iron = [seed](glm::vec2 uv) {
    const float pits = fbm(uv, 40, 3, seed), blotch = fbm(uv, 5, 4, seed + 4);
    Texel t;
    const float rust = smoothstep(0.2f, 0.5f, blotch + 0.4f * pits);
    t.color = glm::mix(rgb(0x3b3d40) * (1 + 0.2f * pits), rgb(0x7a4a2e), 0.6f * rust);
    t.height = 0.0015f * pits;
    t.roughness = 0.55f + 0.25f * rust + 0.1f * pits;
    return t;
  };
  const auto rust = [seed](glm::vec2 uv) {
    const float pits = fbm(uv, 50, 3, seed + 10), blotch = fbm(uv, 5, 5, seed + 14),
                run = fbm(uv, {24, 2}, 3, seed + 17);
    Texel t;
    t.color = glm::mix(rgb(0x5c3423), rgb(0xa5623a), saturate(0.5f + 0.8f * blotch + 0.3f * run));
    t.color = glm::mix(t.color, rgb(0x6c6a66), smoothstep(0.15f, 0.5f, run - blotch)) * (1 + 0.2f * pits);
    t.height = 0.002f * pits;
    t.roughness = 0.88f + 0.1f * pits;
    return t;
  };
  const auto brass = [seed](glm::vec2 uv) {
    const float tarnish = smoothstep(-0.1f, 0.5f, fbm(uv, 6, 4, seed + 20)), fine = fbm(uv, 60, 2, seed + 24);
    Texel t;
    t.color = glm::mix(rgb(0xd2a656), rgb(0x8a6a3a), tarnish) * (1 + 0.05f * fine);
    t.height = 0.0006f * fine;
    t.roughness = 0.28f + 0.3f * tarnish + 0.05f * fine;
    return t;
  };
  const auto copper = [seed](glm::vec2 uv) {
    const float green =
        smoothstep(-0.35f, 0.25f, fbm(uv, 5, 4, seed + 30) + 0.4f * fbm(uv, {30, 3}, 3, seed + 33));
    const float fine = fbm(uv, 60, 2, seed + 35);
    Texel t;
    t.color = glm::mix(rgb(0x8a5a3c), rgb(0x6fa08c), green) * (1 + 0.08f * fine);
    t.height = 0.001f * fine;
    t.roughness = 0.5f + 0.3f * green;
    return t;
  };
  // Three strands laid around each other: they run diagonally over the tile.
  const auto rope = [seed](glm::vec2 uv) {
    const float strand = std::abs(glm::fract(uv.x * 6 + uv.y * 3) - 0.5f) * 2;
    const float fibre = fbm(glm::vec2(uv.x * 1 + uv.y, uv.y), {96, 12}, 2, seed + 40);
    Texel t;
    t.color =
        glm::mix(rgb(0x6d5538), rgb(0xbfa273), smoothstep(0.0f, 0.9f, 1 - strand)) * (1 + 0.25f * fibre);
    t.height = 0.01f * (1 - strand * strand) + 0.001f * fibre;
    t.roughness = 0.95f;
    return t;
  };
  return {{"iron", 512, 1.0f, false, false, iron},
          {"rust", 512, 1.5f, false, false, rust},
          {"brass", 256, 0.8f, false, false, brass},
          {"copper", 512, 2.0f, false, false, copper},
          {"rope", 256, 0.25f, false, false, rope}};
}

std::vector<TextureSet> mesh_textures(Seed seed) {
  // Diagonal wires, woven: alternately over and under.
  const auto weave = [seed](glm::vec2 uv, float cells, float wire, std::uint32_t light, std::uint32_t dark) {
    const glm::vec2 p((uv.x + uv.y) * cells, (uv.x - uv.y) * cells);
    const glm::vec2 d = glm::abs(glm::fract(p) - 0.5f);
    const float a = (0.5f - d.x) / wire, b = (0.5f - d.y) / wire;  // 0 at the middle of a wire, 1 at its edge
    const bool first = a < b;
    const float across = std::min(a, b);
    const float over = std::sin((first ? p.y : p.x) * 3.14159f) * (first ? 1.0f : -1.0f);
    Texel t;
    t.color = glm::mix(rgb(dark), rgb(light), saturate(1 - across * across + 0.2f * over)) *
              (1 + 0.2f * fbm(uv, 40, 2, seed + 3));
    t.height = 0.002f * (1 - across * across) + 0.001f * over;
    t.roughness = 0.5f;
    // A ramp through 0.5 at the wire's edge, so that the alpha test keeps its width when minified.
    t.alpha = saturate(0.5f + 0.9f * (1 - across));
    return t;
  };
  return {{"chain_link", 512, 0.6f, true, false,
           [weave](glm::vec2 uv) { return weave(uv, 6, 0.085f, 0xb9bcba, 0x63605a); }},
          {"net", 512, 0.8f, true, false,
           [weave](glm::vec2 uv) { return weave(uv, 10, 0.10f, 0x8d7a55, 0x4c4230); }}};
}

}  // namespace town
