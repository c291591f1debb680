// Window panes with rooms behind them: an atlas of 4 x 2 windows, dark by day, and the same rooms lit. A dial
// for the clock tower.

#include <algorithm>

#include "tools/make_town/textures/surface.h"

namespace town {

namespace {

/// A room: walls that darken upwards, curtains at the sides, a lamp, something on the sill.
struct Room {
  glm::vec3 color, glow;
};
Room room(glm::vec2 uv, Seed seed) {
  const int column = static_cast<int>(uv.x * 4), row = static_cast<int>(uv.y * 2);
  const auto id = static_cast<std::uint32_t>(row * 4 + column);
  const glm::vec2 p(uv.x * 4 - static_cast<float>(column), uv.y * 2 - static_cast<float>(row));
  const float curtain_edge = 0.16f + 0.12f * hash01(id, 1, seed) +
                             0.02f * std::sin(30 * p.y + static_cast<float>(id)) + 0.10f * p.y * p.y;
  const float side = std::min(p.x, 1 - p.x);
  const float fold = 0.5f + 0.5f * std::sin(90 * side + 2 * fbm(uv, 8, 2, seed));
  const float curtain = 1 - smoothstep(curtain_edge - 0.01f, curtain_edge + 0.01f, side);
  const glm::vec2 lamp(0.35f + 0.3f * hash01(id, 2, seed), 0.45f + 0.25f * hash01(id, 3, seed));
  const float halo = std::exp(-5.0f * glm::dot(p - lamp, p - lamp));
  const float shelf = id % 3 == 1 ? smoothstep(0.1f, 0.0f, std::abs(p.y - 0.62f)) *
                                        hash01(static_cast<std::uint32_t>(p.x * 26), id)
                                  : 0;
  // A pot plant or a cat on the sill.
  const glm::vec2 pot = p - glm::vec2(0.3f + 0.4f * hash01(id, 5, seed), 0.06f);
  const float leaf = id % 2 == 0
                         ? 1 - smoothstep(0.10f, 0.12f,
                                          glm::length(pot * glm::vec2(1, 0.7f) - glm::vec2(0, 0.12f)) +
                                              0.05f * fbm(uv, 60, 2, seed + 3))
                         : 0;
  const float sheer = id % 4 == 3 ? smoothstep(0.42f, 0.44f, p.y) : 0;
  Room r;
  r.color = glm::mix(rgb(0x2b3038), rgb(0x4a5058), p.y * 0.8f);
  r.color = glm::mix(r.color, rgb(0x8c8577) * (0.7f + 0.4f * fold), 0.75f * curtain);
  r.color = glm::mix(r.color, rgb(0xa8a294), 0.5f * sheer);
  r.color = glm::mix(r.color, rgb(0x2c3a20), leaf);
  r.glow = glm::mix(rgb(0xd9822f), rgb(0xffd58a), halo) * (0.45f + 0.75f * halo) * (0.75f + 0.25f * p.y);
  r.glow *= 1 - 0.45f * shelf;
  r.glow = glm::mix(r.glow, rgb(0xe0783a) * (0.45f + 0.35f * fold) * (0.6f + 0.5f * halo), curtain);
  r.glow = glm::mix(r.glow, r.glow * 0.7f + 0.1f, sheer);
  r.glow *= 1 - 0.85f * leaf;
  return r;
}

float segment(glm::vec2 p, glm::vec2 a, glm::vec2 b) {
  const glm::vec2 d = b - a;
  return glm::length(p - a - d * saturate(glm::dot(p - a, d) / glm::dot(d, d)));
}

Texel dial(glm::vec2 uv, Seed seed) {
  const glm::vec2 p = uv * 2.0f - 1.0f;
  const float r = glm::length(p), grain = fbm(uv, 30, 3, seed);
  Texel t;
  t.color = rgb(0xf0e6cc) * (1 + 0.06f * grain);
  float ink = 0;
  const auto mark = [&](float d, float width) {
    ink = std::max(ink, 1 - smoothstep(width - 0.008f, width + 0.008f, d));
  };
  mark(std::abs(r - 0.90f), 0.012f);
  mark(std::abs(r - 0.66f), 0.008f);
  for (int hour = 0; hour < 12; ++hour) {
    const float a = 0.5235988f * static_cast<float>(hour);
    const glm::vec2 d(std::sin(a), std::cos(a));
    mark(segment(p, d * 0.70f, d * 0.86f), hour % 3 == 0 ? 0.040f : 0.020f);
  }
  mark(segment(p, {0, 0}, 0.45f * glm::vec2(std::sin(3.5f), std::cos(3.5f))), 0.035f);
  mark(segment(p, {0, 0}, 0.78f * glm::vec2(std::sin(0.9f), std::cos(0.9f))), 0.022f);
  mark(r, 0.06f);
  t.color = glm::mix(t.color, rgb(0x252a33), ink);
  t.color = glm::mix(t.color, rgb(0xb08a3e), smoothstep(0.93f, 0.95f, r));
  t.height = 0.003f * ink;
  t.roughness = 0.5f;
  return t;
}

}  // namespace

std::vector<TextureSet> window_textures(Seed seed) {
  const auto pane = [seed](glm::vec2 uv) {
    Texel t;
    t.color = room(uv, seed).color;
    // Hand-made glass is a little wavy.
    t.height = 0.0025f * fbm(uv, {16, 12}, 2, seed + 1);
    t.roughness = 0.12f;
    return t;
  };
  const auto glow = [seed](glm::vec2 uv) {
    Texel t;
    t.color = room(uv, seed).glow;
    return t;
  };
  return {{"window", 1024, 4, false, false, pane},
          {"window_glow", 1024, 4, false, true, glow},
          {"dial", 512, 2, false, false, [seed](glm::vec2 uv) { return dial(uv, seed + 7); }}};
}

}  // namespace town
