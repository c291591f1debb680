// Market stalls: trestles, a striped cloth over four poles, and what is sold there.

#include <cmath>

#include "tools/make_town/houses/houses.h"
#include "tools/make_town/things/things.h"

namespace town {

using glm::vec3;

namespace {

/// A tray of goods, tilted to the buyer.
void tray(const Pen& pen, int goods, Rng& rng) {
  box(pen, Mat::crate, {-0.34f, 0, -0.26f}, {0.34f, 0.08f, 0.26f}, no_bottom);
  for (const float x : {-0.34f, 0.34f})
    box(pen, Mat::planks, {x - 0.015f, 0, -0.27f}, {x + 0.015f, 0.14f, 0.27f});
  for (const float z : {-0.26f, 0.26f})
    box(pen, Mat::planks, {-0.34f, 0, z - 0.015f}, {0.34f, 0.14f, z + 0.015f});
  static constexpr Mat fruit[] = {Mat::apple, Mat::orange, Mat::lemon};
  if (goods == 1) {
    for (int i = 0; i < 9; ++i) {
      const float x = -0.27f + 0.068f * static_cast<float>(i), tilt = rng.range(-0.05f, 0.05f);
      ball(pen.at(x, 0.12f, tilt).yaw(90).scaled(1), Mat::fish, {0, 0, 0}, 0.035f, 6);
      beam(pen, Mat::fish, {x, 0.12f, -0.16f + tilt}, {x, 0.12f, 0.14f + tilt}, 0.05f, 0.04f);
      pen.flap(Mat::fish, {x, 0.12f, 0.13f + tilt}, {x + 0.035f, 0.125f, 0.2f + tilt},
               {x - 0.035f, 0.125f, 0.2f + tilt}, {1, 0, 0});
    }
    return;
  }
  if (goods == 2) {
    for (int i = 0; i < 6; ++i)
      ball(pen, Mat::straw, {-0.22f + 0.22f * static_cast<float>(i % 3), 0.14f, i < 3 ? -0.11f : 0.12f},
           0.11f, 8, 0.65f);
    return;
  }
  if (goods == 3) {  // folded cloth
    static constexpr Mat cloths[] = {Mat::pennant_red,  Mat::canvas,   Mat::pennant_teal,
                                     Mat::pennant_gold, Mat::sail_red, Mat::cloth_teal};
    for (int i = 0; i < 3; ++i)
      for (int k = 0; k < 3; ++k)
        block(pen.yaw(rng.range(-4, 4)), rng.pick(cloths),
              {-0.21f + 0.21f * static_cast<float>(i), 0.11f + 0.05f * static_cast<float>(k), 0},
              {0.18f, 0.045f, 0.4f});
    return;
  }
  const Mat m = rng.pick(fruit);
  for (int j = 0; j < 4; ++j)
    for (int i = 0; i < 6; ++i)
      ball(pen, m,
           {-0.27f + 0.108f * static_cast<float>(i) + rng.range(-0.01f, 0.01f),
            0.125f + 0.02f * rng.uniform(), -0.18f + 0.12f * static_cast<float>(j)},
           0.054f, 6);
}

}  // namespace

void stall(const Pen& pen, Mat cloth, int goods, Rng& rng) {
  const float w = 1.5f, d = 0.8f;
  for (const float x : {-w, w}) {
    rod(pen, Mat::planks, {x, 0, -d}, {x, 2.9f, -d}, 0.04f, 6, true);
    rod(pen, Mat::planks, {x, 0, d}, {x, 2.3f, d}, 0.04f, 6, true);
    rod(pen, Mat::planks, {x, 2.85f, -d}, {x, 2.28f, d + 0.35f}, 0.03f, 6, true);
  }
  box(pen, Mat::planks, {-w, 0.82f, -0.3f}, {w, 0.88f, d + 0.05f});
  for (const float x : {-1.1f, 1.1f}) {
    beam(pen, Mat::planks, {x, 0, d}, {x, 0.82f, 0.35f}, 0.07f, 0.05f);
    beam(pen, Mat::planks, {x, 0, -0.1f}, {x, 0.82f, 0.25f}, 0.07f, 0.05f);
  }
  // The table's cloth hangs to the knee, in folds.
  surface(
      pen, cloth, 40, 2,
      [&](int i, int j) {
        const float x = w * (static_cast<float>(i) / 20 - 1), t = 1 - 0.5f * static_cast<float>(j);
        return vec3(x, 0.885f - 0.66f * t, d + 0.055f + t * (0.03f + 0.03f * std::sin(9 * x)));
      },
      true);
  const int rows = 6;
  surface(
      pen, cloth, 14, rows,
      [&](int i, int j) {  // the roof sags between its poles
        const float u = static_cast<float>(i) / 14, v = static_cast<float>(j) / rows;
        const float sag = 0.20f * std::sin(3.1416f * u) * std::sin(3.1416f * v);
        return vec3(glm::mix(-w - 0.1f, w + 0.1f, u), glm::mix(2.32f, 2.9f, v) - sag,
                    glm::mix(d + 0.4f, -d - 0.1f, v));
      },
      true);
  for (int i = 0; i < 13; ++i) {
    const float a = -w - 0.1f + (2 * w + 0.2f) * static_cast<float>(i) / 13, b = a + (2 * w + 0.2f) / 13,
                z = d + 0.4f;
    pen.sheet(cloth, {a, 2.18f, z}, {b, 2.18f, z}, {b, 2.32f, z}, {a, 2.32f, z});
    pen.flap(cloth, {a, 2.18f, z}, {0.5f * (a + b), 2.08f, z}, {b, 2.18f, z}, {1, 0, 0});
  }
  for (int i = 0; i < 4; ++i)
    tray(pen.at(-1.1f + 0.735f * static_cast<float>(i), 0.9f, 0.38f).pitch(14), goods, rng);
  static constexpr Mat fills[] = {Mat::apple, Mat::fish, Mat::straw, Mat::lemon};
  basket(pen.at(-w - 0.35f, 0, d - 0.1f), fills[goods], rng);
  crate(pen.at(w + 0.5f, 0, 0.2f).yaw(rng.range(-25, 25)), 0.55f, rng);
  sack(pen.at(-0.5f, 0, -0.5f), rng);
  if (goods == 3)  // cloth by the bolt
    for (int i = 0; i < 6; ++i) {
      static constexpr Mat bolts[] = {Mat::pennant_red,  Mat::canvas,   Mat::pennant_teal,
                                      Mat::pennant_gold, Mat::sail_red, Mat::burlap};
      rod(pen, bolts[i], {-1.2f + 0.42f * static_cast<float>(i), 1.12f, -0.2f},
          {-1.2f + 0.42f * static_cast<float>(i), 1.02f, 0.7f}, 0.09f, 10, true);
    }
  rod(pen, Mat::rope, {-0.7f, 2.45f, 0.3f}, {-0.7f, 2.1f, 0.3f}, 0.008f, 4);
  const glm::vec2 pan[] = {{0.0f, 0.0f}, {0.14f, 0.02f}, {0.16f, 0.06f}, {0.13f, 0.05f}, {0, 0.03f}};
  lathe(pen.at(-0.7f, 2.02f, 0.3f), Mat::brass, pan, 10);
}

}  // namespace town
