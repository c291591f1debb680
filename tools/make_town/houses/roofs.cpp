#include "tools/make_town/houses/roofs.h"

#include <cmath>

#include "tools/make_town/geometry/noise.h"
#include "tools/make_town/houses/facade.h"

namespace town {

using glm::vec2;
using glm::vec3;

float Roof::pitch() const {
  return std::atan2(rise, 0.5f * span);
}

namespace {

constexpr float course = 0.25f, lift = 0.04f;

/// One slope, facing +z, its ridge over the pen at roof.rise.
void slope(const Pen& pen, const Roof& r, Rng& rng) {
  const float angle = r.pitch(), c = std::cos(angle), s = std::sin(angle);
  const float ridge = 0.5f * r.span / c, total = ridge + r.eaves;
  const vec3 up(0, s, -c), normal(0, c, s);
  const vec2 offset(static_cast<float>(rng.integer(0, 17)) / 6.0f,
                    static_cast<float>(rng.integer(0, 11)) * course);
  const auto place = [&](float x, float along, float raised) {
    const float t = 2 * x / r.length, high = saturate((along - r.eaves) / ridge);
    const vec3 p = vec3(x, -r.eaves * s, 0.5f * r.span + r.eaves * c) + up * along + normal * raised;
    return p - vec3(0, r.sag * (1 - t * t) * (0.35f + 0.65f * high), 0);
  };
  const auto vertex = [&](float x, float along, float raised, vec3 n) {
    return Vertex{place(x, along, raised), n, (vec2(x, along + raised) + offset) / material(r.tiles).metres};
  };
  const int rows = r.simple ? 1 : static_cast<int>(std::ceil(total / course));
  const int columns = r.simple ? 1 : 4;
  const float half = 0.5f * r.length + r.verge;
  const vec3 riser = glm::normalize(-up + 0.3f * normal);
  for (int row = 0; row < rows; ++row) {
    const float a0 = r.simple ? 0 : static_cast<float>(row) * course,
                a1 = r.simple ? total : std::min(total, a0 + course);
    for (int i = 0; i < columns; ++i) {
      const float x0 = half * (2 * static_cast<float>(i) / static_cast<float>(columns) - 1);
      const float x1 = half * (2 * static_cast<float>(i + 1) / static_cast<float>(columns) - 1);
      const float top = 0.008f;
      pen.triangle(r.tiles, vertex(x0, a0, lift, normal), vertex(x1, a0, lift, normal),
                   vertex(x1, a1, top, normal));
      pen.triangle(r.tiles, vertex(x0, a0, lift, normal), vertex(x1, a1, top, normal),
                   vertex(x0, a1, top, normal));
      const float below = row == 0 ? -0.06f : top;
      pen.triangle(r.tiles, vertex(x0, a0, below, riser), vertex(x1, a0, below, riser),
                   vertex(x1, a0, lift, riser));
      pen.triangle(r.tiles, vertex(x0, a0, below, riser), vertex(x1, a0, lift, riser),
                   vertex(x0, a0, lift, riser));
    }
  }
  // The underside of the overhang, and boards along the slanting edges.
  const float inside = r.eaves + 0.3f;
  pen.quad(Mat::planks, place(half, 0, -0.06f), place(-half, 0, -0.06f), place(-half, inside, -0.06f),
           place(half, inside, -0.06f));
  if (r.verge < 0.05f) return;
  for (const float side : {-1.0f, 1.0f}) {
    const vec3 a = place(side * half, -0.05f, -0.08f), b = place(side * half, total + 0.04f, -0.08f);
    beam(pen, r.simple ? Mat::planks : Mat::timber, a, b, 0.05f, 0.22f, normal);
    const vec3 under[4] = {place(side * half, 0, -0.06f), place(side * half, total, -0.06f),
                           place(side * (half - r.verge), total, -0.06f),
                           place(side * (half - r.verge), 0, -0.06f)};
    if (side > 0)
      pen.quad(Mat::planks, under[3], under[2], under[1], under[0]);
    else
      pen.quad(Mat::planks, under[0], under[1], under[2], under[3]);
  }
}

}  // namespace

void gable_roof(const Pen& pen, const Roof& r, Rng& rng) {
  slope(pen, r, rng);
  slope(pen.yaw(180), r, rng);
  const float half = 0.5f * r.length, s = 0.5f * r.span;
  if (r.gables[1]) pen.triangle(r.gable, {half, 0, s}, {half, 0, -s}, {half, r.rise, 0}, {0, 0, -1});
  if (r.gables[0]) pen.triangle(r.gable, {-half, 0, -s}, {-half, 0, s}, {-half, r.rise, 0}, {0, 0, 1});
  // Ridge tiles, each a little over the next.
  const float end = half + r.verge, step = r.simple ? 2 * end : 0.42f;
  const auto ridge_y = [&](float x) {
    const float t = x / half;
    return r.rise - r.sag * (1 - t * t) + 0.02f;
  };
  for (float x = -end; x < end - 0.05f; x += step) {
    const float to = std::min(x + step + 0.03f, end);
    rod(pen, r.tiles, {x, ridge_y(x) + 0.012f, 0}, {to, ridge_y(to) - 0.012f, 0}, 0.12f, 6, true);
  }
}

void dormer(const Pen& pen, Mat tiles, Mat cheeks, float pitch, Rng& rng) {
  const float width = 1.35f, height = 1.35f, rise = 0.75f;
  const float back = -(height + rise) / std::tan(pitch);
  const Opening hole{-0.42f, 0.42f, 0.25f, 1.2f};
  wall(pen, cheeks, -0.5f * width, 0.5f * width, -0.3f, height, {&hole, 1}, 0.14f);
  WindowStyle style;
  style.rows = 2;
  style.sill = Mat::timber;
  window(pen, hole, style, rng);
  const float x = 0.5f * width;
  pen.triangle(cheeks, {x, -0.3f, 0}, {x, height, back}, {x, height, 0}, {0, 0, -1});
  pen.triangle(cheeks, {-x, -0.3f, 0}, {-x, height, 0}, {-x, height, back}, {0, 0, 1});
  for (const float side : {-1.0f, 1.0f})
    box(pen, Mat::timber, {side * x - 0.07f, -0.2f, -0.07f}, {side * x + 0.07f, height, 0.04f}, no_back);
  box(pen, Mat::timber, {-x, height - 0.13f, -0.05f}, {x, height, 0.05f}, no_back);
  // Its roof runs back into the slope; the part inside is never seen.
  Roof r;
  r.tiles = tiles;
  r.gable = cheeks;
  r.length = -back;
  r.span = width;
  r.rise = rise;
  r.eaves = 0.18f;
  r.verge = 0.18f;
  r.sag = 0;
  r.gables[1] = false;
  gable_roof(pen.at(0, height, 0.5f * back).yaw(90), r, rng);
}

namespace {

/// A row of pots on a chimney's top, each of its own height.
void pots(const Pen& pen, int count, float between, float uneven) {
  for (int i = 0; i < count; ++i) {
    const float x = (static_cast<float>(i) - 0.5f * static_cast<float>(count - 1)) * between;
    const float up = uneven * static_cast<float>((i * 2 + 1) % 3);
    const vec2 profile[] = {{0.12f, 0},          {0.10f, 0.35f + up}, {0.13f, 0.38f + up},
                            {0.13f, 0.44f + up}, {0.09f, 0.44f + up}, {0.08f, 0.2f}};
    lathe(pen.at(x, 0, 0), i % 2 == 0 ? Mat::tiles_red : Mat::tiles_brown, profile, 8);
  }
}

/// Four short piers carry a slab against the rain.
void slab(const Pen& pen, float w, float d) {
  for (const float x : {-w + 0.07f, w - 0.07f})
    for (const float z : {-d + 0.07f, d - 0.07f})
      box(pen, Mat::brick, {x - 0.07f, 0, z - 0.07f}, {x + 0.07f, 0.24f, z + 0.07f}, no_bottom);
  box(pen, Mat::flagstone, {-w - 0.07f, 0.24f, -d - 0.07f}, {w + 0.07f, 0.31f, d + 0.07f});
}

}  // namespace

float chimney(const Pen& pen, float height, Rng& rng) {
  const float w = rng.range(0.38f, 0.55f), d = 0.36f;
  const int kind = static_cast<int>(w * 1000) % 4;
  static constexpr Mat walls[] = {Mat::brick, Mat::rubble, Mat::brick, Mat::plaster_white};
  const float top = kind == 2 ? height + 0.35f : height;
  box(pen, walls[kind], {-w, -2.2f, -d}, {w, top, d}, 63 - bottom_face);
  for (int band = 0; band < (kind == 2 ? 3 : 1); ++band) {  // bricks that stand out
    const float y = top - 0.32f + 0.09f * static_cast<float>(band),
                out = 0.06f + 0.03f * static_cast<float>(band);
    box(pen, kind == 1 ? Mat::ashlar : Mat::brick, {-w - out, y, -d - out}, {w + out, y + 0.16f, d + out});
  }
  box(pen, Mat::ashlar, {-w - 0.08f, top, -d - 0.08f}, {w + 0.08f, top + 0.09f, d + 0.08f});
  const Pen on_top = pen.at(0, top + 0.09f, 0);
  if (kind == 1) {
    slab(on_top, w, d);
    return top + 0.3f;
  }
  const int count = kind == 2 ? 1 : w > 0.45f ? 3 : 2;
  pots(on_top, count, 0.32f, kind == 3 ? 0.09f : 0);
  return top + 0.5f;
}

}  // namespace town
