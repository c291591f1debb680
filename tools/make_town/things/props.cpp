// Clutter: what a harbour square is full of.

#include <cmath>

#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

void crate(const Pen& pen, float s, Rng& rng) {
  const float h = 0.5f * s, b = 0.05f * s + 0.02f, p = 0.02f;
  box(pen, Mat::crate, {-h, 0.01f, -h}, {h, s, h});
  for (int i = 0; i < 4; ++i) {
    const Pen side = pen.yaw(90 * static_cast<float>(i)).at(0, 0, h);
    for (const float y : {b, s - b}) box(side, Mat::planks, {-h, y - b, 0}, {h + p, y + b, p}, no_back);
    for (const float x : {-h + b, h - b})
      box(side, Mat::planks, {x - b, 2 * b, 0}, {x + b, s - 2 * b, p}, no_back);
    if (rng.chance(0.5f))
      beam(side, Mat::planks, {-h + 2 * b, 2 * b, 0.4f * p}, {h - 2 * b, s - 2 * b, 0.4f * p}, 2 * b, p,
           {0, 0, 1});
  }
}

void barrel(const Pen& pen, Rng& rng) {
  const float r = rng.range(0.9f, 1.05f);
  const vec2 body[] = {{0, 0.01f},         {0.27f * r, 0.0f},  {0.31f * r, 0.15f}, {0.345f * r, 0.42f},
                       {0.345f * r, 0.5f}, {0.31f * r, 0.77f}, {0.27f * r, 0.92f}};
  const vec2 lid[] = {{0.27f * r, 0.92f}, {0.245f * r, 0.92f}, {0.245f * r, 0.88f}, {0, 0.88f}};
  // Staves run upwards: the grain of planks lies along u, so the barrel's wood is turned with narrow sides.
  lathe(pen, Mat::planks, std::span(body).subspan(1), 14, true);
  lathe(pen, Mat::planks, std::span(body).first(2), 14);
  lathe(pen, Mat::planks, lid, 14);
  for (const float y : {0.08f, 0.27f, 0.65f, 0.84f}) {
    const float w = (y < 0.2f || y > 0.7f ? (y < 0.2f || y > 0.8f ? 0.288f : 0.33f) : 0.328f) * r + 0.008f;
    const vec2 hoop[] = {{w - 0.02f, y - 0.03f},
                         {w, y - 0.03f},
                         {w + (y < 0.46f ? 0.008f : -0.008f), y + 0.03f},
                         {w - 0.02f, y + 0.03f}};
    lathe(pen, Mat::rust, hoop, 14);
  }
}

void barrel_lying(const Pen& pen, Rng& rng) {
  barrel(pen.at(0, 0.345f, -0.46f).pitch(90), rng);
}

void sack(const Pen& pen, Rng& rng) {
  const float h = rng.range(0.5f, 0.65f), r = rng.range(0.22f, 0.28f);
  const vec2 body[] = {{0.0f, 0.0f},         {0.9f * r, 0.02f},     {1.1f * r, 0.2f * h},
                       {1.0f * r, 0.6f * h}, {0.5f * r, 0.86f * h}, {0.2f * r, 0.9f * h}};
  const vec2 frill[] = {
      {0.2f * r, 0.9f * h}, {0.42f * r, 1.04f * h}, {0.1f * r, 0.97f * h}, {0.0f, 0.97f * h}};
  lathe(pen.roll(rng.range(-6, 6)), Mat::burlap, body, 10, true);
  lathe(pen, Mat::burlap, frill, 10);
}

void basket(const Pen& pen, Mat fill, Rng& rng) {
  const vec2 body[] = {{0.0f, 0.0f},   {0.2f, 0.0f},   {0.27f, 0.24f}, {0.29f, 0.26f},
                       {0.26f, 0.26f}, {0.24f, 0.16f}, {0, 0.16f}};
  lathe(pen, Mat::straw, body, 12);
  for (int i = 0; i < 16; ++i) {
    const float a = rng.range(0, 6.2832f), r = 0.19f * std::sqrt(rng.uniform());
    if (fill == Mat::fish)
      beam(pen, fill, {r * std::cos(a), 0.24f, r * std::sin(a)},
           {r * std::cos(a) + 0.15f * std::cos(a * 3), 0.27f, r * std::sin(a) + 0.15f * std::sin(a * 3)},
           0.06f, 0.04f);
    else
      ball(pen, fill, {r * std::cos(a), 0.22f + 0.25f * (0.2f - r), r * std::sin(a)}, 0.05f, 6);
  }
}

void rope_coil(const Pen& pen) {
  std::vector<vec3> points;
  for (int i = 0; i < 70; ++i) {
    const float t = static_cast<float>(i) * 0.42f, layer = std::floor(static_cast<float>(i) / 15);
    const float r = 0.24f + 0.03f * std::sin(0.7f * static_cast<float>(i)) - 0.012f * layer;
    points.emplace_back(r * std::cos(t), 0.035f + 0.045f * layer + 0.003f * static_cast<float>(i % 15),
                        r * std::sin(t));
  }
  points.emplace_back(0.5f, 0.03f, 0.3f);
  points.emplace_back(0.9f, 0.03f, 0.35f);
  tube(pen, Mat::rope, points, 0.028f, 6);
}

void lobster_pot(const Pen& pen) {
  const float l = 0.38f;
  for (int k = 0; k < 4; ++k) {
    std::vector<vec3> hoop;
    const float x = -l + 2 * l * static_cast<float>(k) / 3;
    for (int i = 0; i <= 8; ++i) {
      const float a = 3.14159f * static_cast<float>(i) / 8;
      hoop.emplace_back(x, 0.03f + 0.36f * std::sin(a), 0.25f * std::cos(a));
    }
    tube(pen, Mat::planks, hoop, 0.016f, 4);
  }
  block(pen, Mat::planks, {0, 0.02f, 0}, {2 * l, 0.035f, 0.52f});
  const int arcs = 8;
  for (int i = 0; i < arcs; ++i) {
    const float a = 3.14159f * static_cast<float>(i) / arcs, b = 3.14159f * static_cast<float>(i + 1) / arcs;
    const vec3 p(0, 0.03f + 0.36f * std::sin(a), 0.25f * std::cos(a)),
        q(0, 0.03f + 0.36f * std::sin(b), 0.25f * std::cos(b));
    pen.quad(Mat::net, p + vec3(-l, 0, 0), p + vec3(l, 0, 0), q + vec3(l, 0, 0), q + vec3(-l, 0, 0));
  }
}

void net_heap(const Pen& pen, Rng& rng) {
  // A sheet of net laid over a mound, in folds.
  constexpr int n = 12;
  std::vector<vec3> grid;
  for (int j = 0; j <= n; ++j)
    for (int i = 0; i <= n; ++i) {
      const vec2 p(2.0f * static_cast<float>(i) / n - 1, 2.0f * static_cast<float>(j) / n - 1);
      const float bump = 0.45f * std::exp(-2.2f * glm::dot(p, p)) * rng.range(0.8f, 1.2f);
      grid.emplace_back(0.8f * p.x, 0.03f + bump, 0.6f * p.y);
    }
  for (int layer = 0; layer < 2; ++layer)
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        const vec3 lift(0, 0.05f * static_cast<float>(layer), 0);
        const auto at = [&](int x, int y) { return grid[static_cast<std::size_t>(y * (n + 1) + x)] + lift; };
        pen.quad(Mat::net, at(i, j + 1), at(i + 1, j + 1), at(i + 1, j), at(i, j),
                 {1, 0, 0.3f * static_cast<float>(layer)});
      }
  for (int i = 0; i < 7; ++i)
    ball(pen, Mat::orange, {rng.range(-0.6f, 0.6f), 0.12f, rng.range(-0.5f, 0.5f)}, 0.07f, 8, 0.7f);
}

void bench(const Pen& pen, Mat paint) {
  for (const float x : {-0.75f, 0.75f}) {
    const vec3 leg[] = {{x, 0, 0.22f}, {x, 0.42f, 0.2f}, {x, 0.44f, -0.18f}, {x, 0.9f, -0.3f}};
    tube(pen, Mat::iron, leg, 0.025f, 6);
    rod(pen, Mat::iron, {x, 0, -0.28f}, {x, 0.44f, -0.18f}, 0.025f, 6);
    const vec3 arm[] = {{x, 0.42f, 0.2f}, {x, 0.64f, 0.2f}, {x, 0.66f, -0.2f}};
    tube(pen, Mat::iron, arm, 0.018f, 6);
  }
  for (int i = 0; i < 4; ++i) {
    const float z = -0.13f + 0.105f * static_cast<float>(i);
    box(pen, paint, {-0.9f, 0.44f, z - 0.042f}, {0.9f, 0.47f, z + 0.042f});
  }
  for (int i = 0; i < 3; ++i) {
    const float y = 0.56f + 0.13f * static_cast<float>(i), z = -0.195f - 0.035f * static_cast<float>(i);
    beam(pen, paint, {-0.9f, y, z}, {0.9f, y, z}, 0.025f, 0.1f, {0, 1, -0.27f});
  }
}

void cafe_table(const Pen& pen, Rng& rng) {
  const vec2 foot[] = {{0.0f, 0.0f},   {0.24f, 0.0f},  {0.22f, 0.03f},
                       {0.03f, 0.07f}, {0.025f, 0.7f}, {0.1f, 0.72f}};
  lathe(pen, Mat::iron, foot, 10, false);
  const vec2 top[] = {{0, 0.72f}, {0.36f, 0.72f}, {0.38f, 0.735f}, {0.36f, 0.75f}, {0, 0.75f}};
  lathe(pen, Mat::paint_teal, top, 16);
  const vec2 cup[] = {{0.0f, 0.75f}, {0.03f, 0.75f}, {0.045f, 0.83f}, {0.04f, 0.83f}, {0, 0.80f}};
  lathe(pen.at(0.14f, 0, 0.08f), Mat::gull_white, cup, 8);
  const vec2 vase[] = {{0.0f, 0.75f}, {0.04f, 0.75f}, {0.05f, 0.82f}, {0.02f, 0.9f}, {0.03f, 0.94f}};
  lathe(pen.at(-0.1f, 0, -0.05f), Mat::copper, vase, 8, true);
  leaf_card(pen, Mat::flowers_red, {-0.1f, 1.02f, -0.05f}, {0.1f, 0, 0.03f}, {0, 0.1f, 0}, {0, 0.7f, 0.7f});
  const int chairs = rng.integer(2, 3);
  for (int i = 0; i < chairs; ++i) {
    const Pen c = pen.yaw(rng.range(-20, 20) + 360.0f * static_cast<float>(i) / static_cast<float>(chairs))
                      .at(0, 0, 0.72f)
                      .yaw(180);
    block(c, Mat::paint_red, {0, 0.45f, 0}, {0.4f, 0.03f, 0.4f});
    for (const float x : {-0.17f, 0.17f}) {
      rod(c, Mat::iron, {x, 0, 0.17f}, {x, 0.45f, 0.16f}, 0.012f, 5);
      const vec3 back[] = {{x, 0, -0.2f}, {x, 0.45f, -0.17f}, {x, 0.85f, -0.24f}};
      tube(c, Mat::iron, back, 0.012f, 5);
    }
    for (const float y : {0.62f, 0.74f, 0.85f})
      beam(c, Mat::paint_red, {-0.18f, y, -0.2f - 0.15f * (y - 0.6f)}, {0.18f, y, -0.2f - 0.15f * (y - 0.6f)},
           0.02f, 0.06f);
  }
}

void fountain(const Pen& pen) {
  const vec2 steps[] = {{3.1f, 0}, {3.1f, 0.14f}, {2.75f, 0.14f}, {2.75f, 0.28f}, {2.3f, 0.28f}};
  lathe(pen, Mat::flagstone, steps, 8);
  const vec2 basin[] = {{2.3f, 0.28f},  {2.2f, 0.4f},  {2.12f, 0.8f}, {2.25f, 0.86f},
                        {2.25f, 0.98f}, {1.9f, 0.98f}, {1.85f, 0.5f}, {0, 0.45f}};
  lathe(pen, Mat::ashlar, basin, 8);
  const vec2 column[] = {{0.6f, 0.45f}, {0.55f, 0.9f}, {0.36f, 1.0f}, {0.28f, 1.3f},  {0.25f, 1.9f},
                         {0.34f, 2.0f}, {0.9f, 2.2f},  {1.0f, 2.34f}, {0.92f, 2.36f}, {0.8f, 2.28f},
                         {0.2f, 2.24f}, {0.18f, 2.6f}, {0.3f, 2.75f}, {0.12f, 2.9f}};
  lathe(pen, Mat::ashlar, column, 16, false);
  // A fish stands on its head on top, as they do.
  const vec2 body[] = {{0.10f, 2.85f}, {0.2f, 3.0f}, {0.22f, 3.2f}, {0.14f, 3.5f}, {0.06f, 3.72f}};
  lathe(pen, Mat::copper, body, 10, true);
  pen.sheet(Mat::copper, {-0.05f, 3.68f, 0}, {0.05f, 3.68f, 0}, {0.3f, 4.0f, 0.06f}, {-0.3f, 4.0f, -0.06f});
  for (const float a : {0.0f, 180.0f})
    pen.yaw(a).flap(Mat::copper, {0.18f, 3.05f, 0}, {0.42f, 3.0f, 0.08f}, {0.2f, 3.3f, 0}, {1, 0, 0});
  for (const auto& [r, y] : {std::pair{1.86f, 0.8f}, std::pair{0.84f, 2.315f}})
    for (int i = 0; i < 16; ++i) {
      const float a = 6.2831853f * static_cast<float>(i) / 16,
                  b = 6.2831853f * static_cast<float>(i + 1) / 16;
      pen.triangle(Mat::water, {0, y, 0}, {r * std::sin(a), y, r * std::cos(a)},
                   {r * std::sin(b), y, r * std::cos(b)}, {1, 0, 0});
    }
  for (int i = 0; i < 8; ++i) {  // threads of water
    const float a = 0.3927f + 0.7854f * static_cast<float>(i);
    std::vector<vec3> arc;
    for (int k = 0; k <= 7; ++k) {
      const float t = static_cast<float>(k) / 7;
      const float r = 0.98f + 0.35f * t;
      arc.emplace_back(r * std::sin(a), 2.34f - 1.54f * t * t, r * std::cos(a));
    }
    tube(pen, Mat::foam, arc, 0.012f, 4);
  }
}

void chain_posts(const Pen& pen, float radius) {
  constexpr int posts = 24;
  const auto place = [&](int i) {
    const float a = 6.2831853f * static_cast<float>(i) / posts;
    return vec3(radius * std::sin(a), 0, radius * std::cos(a));
  };
  const vec2 post[] = {{0.15f, 0},      {0.15f, 0.08f},  {0.11f, 0.14f}, {0.095f, 0.62f},
                       {0.125f, 0.66f}, {0.125f, 0.72f}, {0.07f, 0.8f},  {0, 0.83f}};
  for (int i = 0; i < posts; ++i) {
    lathe(pen.at(place(i)), Mat::ashlar, post, 10);
    // Every sixth gap stays open.
    if (i % 6 == 2) continue;
    tube(pen, Mat::iron, catenary(place(i) + vec3(0, 0.6f, 0), place(i + 1) + vec3(0, 0.6f, 0), 0.22f, 8),
         0.016f, 4);
  }
}

void flower_cart(const Pen& pen, Rng& rng) {
  box(pen, Mat::paint_green, {-0.9f, 0.55f, -0.5f}, {0.9f, 0.62f, 0.5f});
  for (const float z : {-0.5f, 0.5f})
    box(pen, Mat::paint_green, {-0.9f, 0.62f, z - 0.02f}, {0.9f, 0.82f, z + 0.02f});
  for (const float x : {-0.9f, 0.9f})
    box(pen, Mat::paint_green, {x - 0.02f, 0.62f, -0.5f}, {x + 0.02f, 0.82f, 0.5f});
  for (const float z : {-0.58f, 0.58f}) {
    const Pen wheel = pen.at(-0.35f, 0.42f, z).pitch(90);
    torus(wheel, Mat::paint_red, 0.39f, 0.03f, 5, 20);
    for (int i = 0; i < 8; ++i) {
      const float a = 0.7854f * static_cast<float>(i);
      rod(wheel, Mat::paint_red, {0, 0, 0}, {0.38f * std::sin(a), 0, 0.38f * std::cos(a)}, 0.02f, 4);
    }
    beam(pen, Mat::timber, {0.8f, 0.6f, 0.75f * z}, {1.75f, 0.72f, 0.7f * z}, 0.05f, 0.05f);
    beam(pen, Mat::timber, {0.7f, 0, 0.7f * z}, {0.7f, 0.56f, 0.7f * z}, 0.06f, 0.06f, {0, 0, 1});
  }
  for (int i = 0; i < 46; ++i) {
    const vec3 at(rng.range(-0.85f, 0.85f), rng.range(0.78f, 1.12f), rng.range(-0.48f, 0.48f));
    const float size = rng.range(0.16f, 0.24f), a = rng.range(0, 6.2832f);
    const vec3 right = size * vec3(std::cos(a), 0.2f, std::sin(a)),
               up = size * vec3(0.3f * std::sin(a), 0.9f, -0.3f * std::cos(a));
    leaf_card(pen, at.x < 0 ? Mat::flowers_red : Mat::flowers_mixed, at, right, up,
              {0.3f * at.x, 1, 0.5f * at.z});
  }
}

void anchor(const Pen& pen) {
  rod(pen, Mat::rust, {0, 0.1f, 0}, {0, 1.8f, 0}, 0.07f, 8, true);
  torus(pen.at(0, 1.95f, 0).pitch(90), Mat::rust, 0.16f, 0.035f, 6, 14);
  rod(pen, Mat::planks, {0, 1.55f, -0.7f}, {0, 1.55f, 0.7f}, 0.06f, 8, true);
  std::vector<vec3> arms;
  for (int i = 0; i <= 10; ++i) {
    const float a = -1.15f + 2.3f * static_cast<float>(i) / 10;
    arms.emplace_back(0.85f * std::sin(a), 0.95f - 0.85f * std::cos(a), 0);
  }
  tube(pen, Mat::rust, arms, 0.07f, 8);
  for (const float s : {-1.0f, 1.0f}) {
    const Pen fluke = pen.at(s * 0.78f, 0.62f, 0);
    fluke.flap(Mat::rust, {-0.14f, -0.1f, 0.03f}, {0.14f, -0.1f, 0.03f}, {s * 0.05f, 0.28f, 0}, {1, 0, 0});
  }
  block(pen, Mat::ashlar, {0, 0.06f, 0}, {1.9f, 0.16f, 0.9f}, no_bottom);
}

void clutter(const Pen& pen, Rng& rng) {
  const int kind = rng.integer(0, 3);
  if (kind == 0) {
    crate(pen.yaw(rng.range(-12, 12)), 0.75f, rng);
    crate(pen.at(0.85f, 0, 0.1f).yaw(rng.range(-20, 20)), 0.6f, rng);
    crate(pen.at(0.1f, 0.76f, 0).yaw(rng.range(-30, 30)), 0.55f, rng);
    sack(pen.at(-0.75f, 0, 0.15f), rng);
  } else if (kind == 1) {
    barrel(pen, rng);
    barrel(pen.at(0.74f, 0, 0.12f), rng);
    barrel(pen.at(0.36f, 0.93f, 0.05f), rng);
    barrel_lying(pen.at(-0.8f, 0, 0.5f).yaw(rng.range(40, 120)), rng);
  } else if (kind == 2) {
    for (int i = 0; i < 4; ++i) sack(pen.at(rng.range(-0.7f, 0.7f), 0, rng.range(-0.3f, 0.4f)), rng);
    barrel(pen.at(0.2f, 0, -0.6f), rng);
    basket(pen.at(0.9f, 0, 0.5f), rng.chance(0.5f) ? Mat::apple : Mat::orange, rng);
  } else {
    crate(pen.yaw(rng.range(-15, 15)), 0.8f, rng);
    barrel(pen.at(-0.8f, 0, 0.0f), rng);
    rope_coil(pen.at(0.3f, 0, 0.9f));
    lobster_pot(pen.at(0, 0.81f, 0).yaw(rng.range(-20, 20)));
  }
}

}  // namespace town
