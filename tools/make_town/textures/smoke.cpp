// Four puffs of smoke, 2 x 2, the thinnest last.

#include "tools/make_town/textures/surface.h"

namespace town {

std::vector<TextureSet> smoke_textures(Seed seed) {
  const auto puff = [seed](glm::vec2 uv) {
    const glm::ivec2 cell(uv.x < 0.5f ? 0 : 1, uv.y < 0.5f ? 1 : 0);
    const glm::vec2 p = 4.0f * glm::fract(2.0f * uv) - 2.0f;
    static constexpr float density[] = {1.0f, 0.7f, 0.42f, 0.2f};
    const float r = 0.5f * glm::length(p), lumps = fbm(uv, 9, 4, seed);
    Texel t;
    t.color = glm::vec3(0.78f, 0.78f, 0.80f) * (1 + 0.08f * lumps);
    t.roughness = 1;
    t.alpha = density[2 * cell.y + cell.x] * smoothstep(0.95f, 0.15f, r - 0.35f * lumps);
    // Nothing reaches the neighbour.
    t.alpha *= smoothstep(1.0f, 0.8f, r);
    return t;
  };
  return {{"smoke", 256, 4, true, false, puff}};
}

}  // namespace town
