// Cobbles, setts, flags, grass, rock, sand, water.

#include "tools/make_town/textures/surface.h"

namespace town {

namespace {

Texel cobbles(glm::vec2 uv, float moss_amount, Seed seed) {
  const glm::vec2 warped = uv + 0.004f * glm::vec2(fbm(uv, 16, 2, seed + 1), fbm(uv, 16, 2, seed + 2));
  const Cell cell = worley(warped, {32, 32}, 0.62f, seed);
  const float grain = fbm(uv, 96, 2, seed + 3), worn = fbm(uv, 5, 3, seed + 4);
  static const std::uint32_t palette[] = {0xbca888, 0xa79880, 0xc6b08a, 0x948b7c,
                                          0xb09c7e, 0x9e9484, 0xbc9c76};
  const float edge = cell.f2 - cell.f1;
  const float body = smoothstep(0.06f, 0.22f, edge);
  Texel t;
  t.color = rgb(palette[cell.id % 7]) *
            (0.94f + 0.34f * (hash01(cell.id, 7) - 0.5f) + 0.10f * grain + 0.22f * worn);
  t.color *= 0.86f + 0.16f * smoothstep(0.1f, 0.5f, edge);
  const glm::vec3 joint =
      glm::mix(rgb(0x5d5242), rgb(0x56602f), smoothstep(0.0f, 0.3f, worn + moss_amount - 0.3f));
  t.color = glm::mix(joint * (1 + 0.25f * grain), t.color, body);
  const float moss = moss_amount * smoothstep(0.05f, 0.4f, worn + 0.3f * (1 - body) + 0.3f * grain - 0.1f);
  t.color = glm::mix(t.color, rgb(0x67713c) * (0.95f + 0.4f * grain), 0.7f * moss);
  // A domed stone whose top stands up to 2 cm above the joint.
  t.height = 0.020f * body * (0.75f + 0.5f * hash01(cell.id, 9)) + 0.008f * smoothstep(0.1f, 0.6f, edge) +
             0.0015f * grain;
  t.roughness = glm::mix(0.95f, 0.68f + 0.12f * grain + 0.2f * worn, body * (1 - moss));
  return t;
}

Texel setts(glm::vec2 uv, Seed seed) {
  const Block b = coursed(uv, {32, 18, 0.5f, 0.3f, {4, 4}}, seed);
  const float grain = fbm(uv, 96, 2, seed + 3), worn = fbm(uv, 5, 3, seed + 4);
  static const std::uint32_t palette[] = {0xa1937c, 0x918672, 0xae9c7e, 0x857e74, 0xa48c6e};
  const float body = smoothstep(0.004f, 0.018f, b.edge + 0.004f * grain);
  Texel t;
  t.color =
      rgb(palette[b.id % 5]) * (0.95f + 0.30f * (hash01(b.id, 7) - 0.5f) + 0.12f * grain + 0.18f * worn);
  t.color = glm::mix(rgb(0x51483b) * (1 + 0.3f * grain), t.color, body);
  t.height = 0.014f * body * (0.8f + 0.4f * hash01(b.id, 9)) + 0.006f * smoothstep(0, 0.05f, b.edge) +
             0.001f * grain;
  t.roughness = glm::mix(0.95f, 0.68f + 0.15f * grain + 0.15f * worn, body);
  return t;
}

Texel flags(glm::vec2 uv, Seed seed) {
  const Block b = coursed(uv, {6, 4, 0.5f, 0.35f, {4, 4}}, seed);
  const float grain = fbm(uv, 64, 3, seed + 3), worn = fbm(uv, 4, 4, seed + 4);
  static const std::uint32_t palette[] = {0xb5a78e, 0xa89b86, 0xbfb198, 0x9d9484, 0xb09c80};
  const float body = smoothstep(0.006f, 0.02f, b.edge + 0.006f * grain);
  Texel t;
  t.color =
      rgb(palette[b.id % 5]) * (0.96f + 0.16f * (hash01(b.id, 7) - 0.5f) + 0.10f * grain + 0.12f * worn);
  t.color *= 0.9f + 0.1f * smoothstep(0, 0.1f, b.edge);
  t.color = glm::mix(rgb(0x5b5240) * (1 + 0.3f * grain), t.color, body);
  t.height = 0.014f * body + 0.006f * (hash01(b.id, 9) - 0.5f) * body + 0.003f * grain;
  t.roughness = glm::mix(0.95f, 0.68f + 0.12f * grain + 0.2f * worn, body);
  return t;
}

Texel grass(glm::vec2 uv, Seed seed) {
  const float large = fbm(uv, 4, 4, seed), blades = fbm(uv, {160, 90}, 2, seed + 9),
              fine = fbm(uv, 40, 3, seed + 5);
  Texel t;
  t.color = glm::mix(rgb(0x667436), rgb(0xa39a52), smoothstep(-0.35f, 0.45f, large + 0.3f * fine));
  t.color *= 0.95f + 0.28f * blades + 0.12f * fine;
  t.color = glm::mix(t.color, rgb(0x8a7450), 0.6f * smoothstep(0.3f, 0.6f, fine + 0.4f * large));
  t.height = 0.04f * blades + 0.08f * fine;
  t.roughness = 0.95f;
  return t;
}

Texel rock(glm::vec2 uv, Seed seed) {
  const float ridge = 1 - std::abs(fbm(uv, {4, 7}, 5, seed)), layer = fbm(uv, {3, 22}, 4, seed + 7);
  const float fine = fbm(uv, 60, 3, seed + 8);
  Texel t;
  t.color = glm::mix(rgb(0x6d665d), rgb(0xa89a82), smoothstep(0.3f, 1.2f, ridge + 0.35f * layer));
  t.color *= 0.95f + 0.25f * layer + 0.12f * fine;
  t.color = glm::mix(t.color, rgb(0x7b7a50),
                     0.45f * smoothstep(0.15f, 0.5f, fbm(uv, 5, 3, seed + 3) + 0.3f * fine));
  t.height = 0.5f * ridge + 0.12f * layer + 0.05f * fine;
  t.roughness = 0.92f;
  return t;
}

Texel sand(glm::vec2 uv, Seed seed) {
  const float ripple = fbm(uv, {8, 30}, 3, seed), fine = fbm(uv, 128, 2, seed + 4),
              large = fbm(uv, 4, 3, seed + 6);
  Texel t;
  t.color = glm::mix(rgb(0xb89f74), rgb(0xd8c49a), smoothstep(-0.4f, 0.4f, large + 0.5f * ripple)) *
            (1 + 0.12f * fine);
  t.height = 0.02f * ripple + 0.006f * fine;
  t.roughness = 0.95f;
  return t;
}

Texel water(glm::vec2 uv, Seed seed) {
  const glm::vec2 warped = uv + 0.03f * glm::vec2(fbm(uv, 4, 2, seed), fbm(uv, 4, 2, seed + 1));
  Texel t;
  t.color = glm::mix(rgb(0x22545e), rgb(0x285d64), smoothstep(-0.4f, 0.4f, fbm(uv, 3, 3, seed + 2)));
  t.height = 0.10f * fbm(warped, {5, 9}, 4, seed + 3) + 0.03f * fbm(warped, {20, 30}, 3, seed + 4);
  t.roughness = 0.08f + 0.05f * fbm(uv, 6, 2, seed + 5);
  return t;
}

/// Woods and fields of far hills, blue with distance: there is no fog to do it.
Texel far_hill(glm::vec2 uv, Seed seed) {
  const float woods = fbm(uv, 9, 5, seed), field = fbm(uv, 4, 2, seed + 9);
  Texel t;
  t.color = glm::mix(rgb(0x76845f), rgb(0x566b5e), smoothstep(-0.25f, 0.25f, woods));
  t.color = glm::mix(t.color, rgb(0x8f8a68),
                     0.6f * smoothstep(0.15f, 0.4f, field) * smoothstep(0.1f, -0.2f, woods));
  t.color = glm::mix(t.color, rgb(0x7d8fa3), 0.42f);
  t.height = 6 * smoothstep(-0.1f, 0.2f, woods);
  t.roughness = 1;
  return t;
}

}  // namespace

std::vector<TextureSet> ground_textures(Seed seed) {
  const auto set = [](std::string name, int size, float metres, Seed s, Texel (*f)(glm::vec2, Seed)) {
    return TextureSet{std::move(name), size, metres, false, false, [f, s](glm::vec2 uv) { return f(uv, s); }};
  };
  return {
      {"cobble", 1024, 4, false, false, [seed](glm::vec2 uv) { return cobbles(uv, 0.15f, seed); }},
      {"cobble_mossy", 1024, 4, false, false, [seed](glm::vec2 uv) { return cobbles(uv, 0.75f, seed + 50); }},
      set("setts", 1024, 4, seed + 100, setts),
      set("flagstone", 1024, 4, seed + 200, flags),
      set("grass", 1024, 5, seed + 300, grass),
      set("rock", 1024, 14, seed + 400, rock),
      set("sand", 512, 5, seed + 500, sand),
      set("water", 1024, 10, seed + 600, water),
      set("far_hill", 512, 200, seed + 700, far_hill)};
}

}  // namespace town
