// The town hall: seven arches on round piers, a council floor with tall windows, a clock tower.

#include <cmath>

#include "tools/make_town/houses/facade.h"
#include "tools/make_town/houses/houses.h"
#include "tools/make_town/houses/roofs.h"

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

constexpr int arches = 7;
constexpr float ground = 4.4f, floor_height = 4.2f, depth = 13;
constexpr float half = 0.5f * town_hall_width, bay = town_hall_width / arches, spring = 2.45f, pier = 0.34f;
constexpr float arch_radius = 0.5f * bay - pier;
constexpr float arch_rise = 1.25f;
constexpr int arch_pieces = 12;
constexpr float thickness = 0.5f;

/// A wall with a round arch in each bay, seen from the front: spandrels, soffits and a moulded rim.
void arch_wall(const Pen& pen, float width, int count) {
  const float b = width / static_cast<float>(count), radius = 0.5f * b - pier;
  for (int i = 0; i < count; ++i) {
    const float cx = -0.5f * width + b * (static_cast<float>(i) + 0.5f);
    const auto point = [&](int k, float grow) {
      const float a = 3.14159265f * (1 - static_cast<float>(k) / arch_pieces);
      return vec2(cx + (radius + grow) * std::cos(a), spring + (arch_rise + grow) * std::sin(a));
    };
    for (int k = 0; k < arch_pieces; ++k) {
      const vec2 p = point(k, 0), q = point(k + 1, 0), pr = point(k, 0.22f), qr = point(k + 1, 0.22f);
      // Front, back, and the soffit between them.
      pen.quad(Mat::ashlar, {p.x, p.y, 0}, {q.x, q.y, 0}, {q.x, ground, 0}, {p.x, ground, 0}, {1, 0, 0});
      pen.quad(Mat::ashlar, {q.x, q.y, -thickness}, {p.x, p.y, -thickness}, {p.x, ground, -thickness},
               {q.x, ground, -thickness}, {-1, 0, 0});
      pen.quad(Mat::ashlar, {p.x, p.y, -thickness}, {q.x, q.y, -thickness}, {q.x, q.y, 0}, {p.x, p.y, 0});
      // Voussoirs stand out a little.
      pen.quad(Mat::ashlar, {p.x, p.y, 0.04f}, {q.x, q.y, 0.04f}, {qr.x, qr.y, 0.04f}, {pr.x, pr.y, 0.04f});
      pen.quad(Mat::ashlar, {pr.x, pr.y, 0.04f}, {qr.x, qr.y, 0.04f}, {qr.x, qr.y, 0}, {pr.x, pr.y, 0});
      pen.quad(Mat::ashlar, {p.x, p.y, 0}, {q.x, q.y, 0}, {q.x, q.y, 0.04f}, {p.x, p.y, 0.04f});
    }
    box(pen, Mat::ashlar, {cx - 0.13f, spring + arch_rise - 0.05f, 0},
        {cx + 0.13f, spring + arch_rise + 0.38f, 0.10f}, no_back);
  }
  for (int i = 0; i <= count; ++i) {
    const float x = -0.5f * width + b * static_cast<float>(i);
    const float x0 = i == 0 ? x : x - pier, x1 = i == count ? x : x + pier;
    // Wall over the pier, and the pier: base, shaft and capital.
    pen.quad(Mat::ashlar, {x0, spring, 0}, {x1, spring, 0}, {x1, ground, 0}, {x0, ground, 0});
    pen.quad(Mat::ashlar, {x1, spring, -thickness}, {x0, spring, -thickness}, {x0, ground, -thickness},
             {x1, ground, -thickness});
    if (i == 0 || i == count) {
      box(pen, Mat::ashlar, {x0, 0, -thickness}, {x1, spring, 0});
      continue;
    }
    const vec2 profile[] = {{0.40f, 0},     {0.40f, 0.16f}, {0.34f, 0.22f}, {0.36f, 0.30f}, {0.27f, 0.36f},
                            {0.25f, 2.05f}, {0.29f, 2.09f}, {0.27f, 2.13f}, {0.36f, 2.30f}};
    lathe(pen.at(x, 0, -0.5f * thickness), Mat::ashlar, profile, 16, true);
    block(pen, Mat::ashlar, {x, 2.375f, -0.5f * thickness}, {0.78f, 0.15f, 0.62f});
    block(pen, Mat::ashlar, {x, -0.02f, -0.5f * thickness}, {0.9f, 0.1f, 0.9f}, no_bottom);
  }
}

void arcade(Town& town, const Pen& pen, Rng& rng) {
  arch_wall(pen, town_hall_width, arches);
  const Pen end = pen.at(0, 0, -arcade_depth * 0.5f - 0.25f);
  for (const float side : {-1.0f, 1.0f}) {
    const Pen p = end.at(side * half, 0, 0.25f).yaw(90 * side);
    // The open ends of the walk: one arch each.
    arch_wall(p, arcade_depth - thickness + 0.5f, 1);
  }
  // The wall behind, with doors and windows, and a beamed ceiling.
  const Pen back = pen.at(0, 0, -arcade_depth).textured_from({3, 7});
  std::vector<Opening> holes;
  for (int i = 0; i < arches; ++i) {
    const float x = -half + bay * (static_cast<float>(i) + 0.5f);
    if (i % 3 == 0)
      holes.push_back({x - 0.65f, x + 0.65f, 0.12f, 2.75f});
    else
      holes.push_back({x - 0.75f, x + 0.75f, 1.0f, 2.6f});
  }
  wall(back, Mat::plaster_ochre, -half, half, 0, ground, holes, 0.22f);
  WindowStyle style;
  style.lit = 0.75f;
  style.columns = 4;
  style.frame = Mat::paint_green;
  for (int i = 0; i < arches; ++i) {
    if (i % 3 == 0)
      door(back, holes[static_cast<std::size_t>(i)], i == 3 ? Mat::paint_red : Mat::paint_green, rng);
    else
      window(back, holes[static_cast<std::size_t>(i)], style, rng);
  }
  box(back, Mat::ashlar, {-half, 0, 0}, {half, 0.12f, 0.1f}, no_back);
  pen.quad(Mat::planks, {-half, ground - 0.1f, -arcade_depth}, {half, ground - 0.1f, -arcade_depth},
           {half, ground - 0.1f, 0}, {-half, ground - 0.1f, 0});
  for (int i = 0; i <= 2 * arches; ++i) {
    const float x = -half + 0.5f * bay * static_cast<float>(i);
    box(pen, Mat::timber, {x - 0.09f, ground - 0.34f, -arcade_depth}, {x + 0.09f, ground - 0.1f, -thickness},
        63 - top_face);
  }
  pen.quad(Mat::flagstone, {-half, 0.03f, 0.45f}, {half, 0.03f, 0.45f}, {half, 0.03f, -arcade_depth},
           {-half, 0.03f, -arcade_depth});
  box(pen, Mat::flagstone, {-half, -0.1f, 0.40f}, {half, 0.03f, 0.45f}, front_face);
  for (const int i : {1, 3, 5}) {
    const float x = -half + bay * (static_cast<float>(i) + 0.5f);
    const Pen lamp = pen.at(x, 3.1f, -0.5f * arcade_depth);
    rod(lamp, Mat::iron, {0, 0.3f, 0}, {0, 1.0f, 0}, 0.015f, 5);
    const vec2 cage[] = {{0.02f, -0.22f}, {0.12f, -0.18f}, {0.15f, 0.10f}, {0.02f, 0.12f}};
    lathe(lamp, Mat::lamp, cage, 6);
    const vec2 cap[] = {{0.19f, 0.10f}, {0.05f, 0.26f}, {0.0f, 0.34f}};
    lathe(lamp, Mat::iron, cap, 6);
    if (i != 3) town.lights.push_back({lamp.world({0, -0.3f, 0}), {1.0f, 0.62f, 0.30f}, 3.2f, 8});
  }
}

void council_floor(const Pen& pen, Rng& rng) {
  const float y0 = ground, y1 = ground + floor_height;
  const Pen p = pen.textured_from({11, 2});
  std::vector<Opening> holes;
  for (int i = 0; i < arches; ++i) {
    const float x = -half + bay * (static_cast<float>(i) + 0.5f);
    holes.push_back({x - 0.68f, x + 0.68f, y0 + 0.85f, y0 + 3.2f});
  }
  wall(p, Mat::plaster_cream, -half, half, y0, y1, holes, 0.25f);
  WindowStyle style;
  style.columns = 3;
  style.rows = 5;
  style.lit = 0.55f;
  style.frame = Mat::paint_white;
  for (const Opening& o : holes) {
    window(p, o, style, rng);
    for (const float x : {o.x0 - 0.09f, o.x1 + 0.09f})
      box(p, Mat::ashlar, {x - 0.09f, o.y0, 0}, {x + 0.09f, o.y1, 0.05f}, no_back);
    box(p, Mat::ashlar, {o.x0 - 0.2f, o.y1, 0}, {o.x1 + 0.2f, o.y1 + 0.22f, 0.07f}, no_back);
    box(p, Mat::ashlar, {o.x0 - 0.28f, o.y1 + 0.22f, 0}, {o.x1 + 0.28f, o.y1 + 0.3f, 0.14f}, no_back);
  }
  for (const float y : {y0 + 0.08f, y1 - 0.1f})
    box(p, Mat::ashlar, {-half - 0.08f, y - 0.13f, 0}, {half + 0.08f, y + 0.13f, 0.12f}, no_back);
  for (int i = 0; i < arches; i += 3) {
    const float x = -half + bay * (static_cast<float>(i) + 0.5f);
    flower_box(p.at(x, y0 + 0.62f, 0.1f), 1.5f, rng);
  }
  for (const float side : {-1.0f, 1.0f}) {
    const Pen s = p.at(side * half, 0, -0.5f * depth).yaw(90 * side);
    const Opening o[] = {{-3.4f, -2.2f, y0 + 0.85f, y0 + 3.0f}, {1.6f, 2.8f, y0 + 0.85f, y0 + 3.0f}};
    wall(s, Mat::plaster_cream, -0.5f * depth, 0.5f * depth, y0, y1, o, 0.25f);
    for (const Opening& hole : o) window(s, hole, style, rng);
    // Below, behind the arcade's open end.
    const float inner = depth - arcade_depth;
    const Pen low = p.at(side * half, 0, -arcade_depth - 0.5f * inner).yaw(90 * side);
    wall(low, Mat::rubble, -0.5f * inner, 0.5f * inner, 0, ground, {});
  }
  p.quad(Mat::plaster_cream, {half, 0, -depth}, {-half, 0, -depth}, {-half, y1, -depth}, {half, y1, -depth});
  Roof r;
  r.tiles = Mat::slate;
  r.gable = Mat::plaster_cream;
  r.length = town_hall_width;
  r.span = depth;
  r.rise = 5.6f;
  r.eaves = 0.5f;
  r.verge = 0.25f;
  r.sag = 0.05f;
  gable_roof(p.at(0, y1, -0.5f * depth), r, rng);
  for (const float x : {-7.5f, 7.5f})
    dormer(p.at(x, y1 + 0.6f * std::tan(r.pitch()), -0.6f), Mat::slate, Mat::plaster_cream, r.pitch(), rng);
  chimney(p.at(-9.2f, y1 + 5.2f, -0.5f * depth), 1.4f, rng);
  chimney(p.at(9.2f, y1 + 5.2f, -0.5f * depth), 1.4f, rng);
}

void clock_tower(const Pen& pen, Rng& rng) {
  const float w = 2.3f, low = ground + floor_height - 0.2f, top = 18.2f;
  const Pen p = pen.at(0, 0, -w - 0.35f);
  for (int i = 0; i < 4; ++i) {
    const Pen s =
        p.yaw(90 * static_cast<float>(i)).at(0, 0, w).textured_from({5.0f * static_cast<float>(i), 0});
    const Opening belfry[] = {{-1.2f, -0.25f, 15.4f, 17.3f}, {0.25f, 1.2f, 15.4f, 17.3f}};
    wall(s, Mat::ashlar, -w, w, low, top, belfry, 0.4f);
    for (const Opening& o : belfry) {
      s.quad(Mat::dark, {o.x0, o.y0, -0.4f}, {o.x1, o.y0, -0.4f}, {o.x1, o.y1, -0.4f}, {o.x0, o.y1, -0.4f});
      for (int k = 0; k < 7; ++k) {
        const float y = o.y0 + 0.14f + 0.26f * static_cast<float>(k);
        beam(s, Mat::paint_teal, {o.x0, y, -0.12f}, {o.x1, y, -0.12f}, 0.22f, 0.03f, {0, 1, 0.8f});
      }
    }
    const vec3 c(0, 13.2f, 0.1f);
    const float r = 1.35f;
    constexpr int pieces = 28;
    disc(s.at(c), Mat::dial, r, {0.5f, 0.5f}, {0.5f, 0.5f}, pieces);  // in a gilt rim
    torus(s.at(c - vec3(0, 0, 0.05f)).pitch(90), Mat::brass, r, 0.09f, 6, pieces);
    box(s, Mat::ashlar, {-w - 0.12f, 11.0f, -0.1f}, {w + 0.12f, 11.25f, 0.14f}, no_back);
    box(s, Mat::ashlar, {-w - 0.12f, 14.9f, -0.1f}, {w + 0.12f, 15.15f, 0.14f}, no_back);
    box(s, Mat::ashlar, {-w - 0.3f, top - 0.15f, -0.2f}, {w + 0.3f, top + 0.15f, 0.32f}, no_back);
    const Opening slit{-0.4f, 0.4f, 9.3f, 10.6f};
    box(s, Mat::ashlar, {slit.x0 - 0.12f, slit.y0 - 0.12f, 0}, {slit.x1 + 0.12f, slit.y1 + 0.12f, 0.03f},
        no_back);
    WindowStyle style;
    style.lit = 1;
    window(s.at(0, 0, 0.13f), slit, style, rng);
    // A steep roof, its feet bent outwards, in courses of slate.
    const float e = w + 0.55f;
    const vec2 bends[] = {{e, top}, {w * 0.72f, top + 1.7f}, {w * 0.42f, top + 4.0f}, {0, top + 7.2f}};
    for (int k = 0; k < 3; ++k) {
      const vec2 a = bends[k], b = bends[k + 1];
      s.at(0, 0, -w).quad(Mat::slate, {-a.x, a.y, a.x}, {a.x, a.y, a.x}, {b.x, b.y, b.x}, {-b.x, b.y, b.x});
    }
    s.at(0, 0, -w).quad(Mat::planks, {-e, top, 0}, {e, top, 0}, {e, top, e}, {-e, top, e});
  }
  rod(p, Mat::iron, {0, top + 7.0f, 0}, {0, top + 9.0f, 0}, 0.04f, 6);
  ball(p, Mat::brass, {0, top + 7.5f, 0}, 0.22f, 10);
  // A weathercock: an arrow of sheet brass.
  const float y = top + 8.7f;
  p.sheet(Mat::brass, {-0.7f, y - 0.14f, 0}, {-0.35f, y - 0.04f, 0}, {-0.35f, y + 0.04f, 0},
          {-0.7f, y + 0.14f, 0});
  p.sheet(Mat::brass, {-0.4f, y - 0.03f, 0}, {0.5f, y - 0.03f, 0}, {0.5f, y + 0.03f, 0},
          {-0.4f, y + 0.03f, 0});
  p.flap(Mat::brass, {0.45f, y - 0.15f, 0}, {0.8f, y, 0}, {0.45f, y + 0.15f, 0}, {1, 0, 0});
}

}  // namespace

void build_town_hall(Town& town, const Pen& pen, Rng& rng) {
  arcade(town, pen, rng);
  council_floor(pen, rng);
  clock_tower(pen, rng);
}

}  // namespace town
