#include "tools/make_town/houses/facade.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace town {

using glm::vec2;
using glm::vec3;

void wall(const Pen& pen, Mat m, float x0, float x1, float y0, float y1, std::span<const Opening> openings,
          float reveal) {
  std::vector<float> xs = {x0, x1}, ys = {y0, y1};
  for (const Opening& o : openings) {
    xs.insert(xs.end(), {o.x0, o.x1});
    ys.insert(ys.end(), {o.y0, o.y1});
  }
  for (auto* edges : {&xs, &ys}) {
    std::sort(edges->begin(), edges->end());
    edges->erase(std::unique(edges->begin(), edges->end(), [](float a, float b) { return b - a < 1e-3f; }),
                 edges->end());
  }
  for (std::size_t i = 0; i + 1 < xs.size(); ++i)
    for (std::size_t j = 0; j + 1 < ys.size(); ++j) {
      const float cx = 0.5f * (xs[i] + xs[i + 1]), cy = 0.5f * (ys[j] + ys[j + 1]);
      const bool open = std::any_of(openings.begin(), openings.end(), [&](const Opening& o) {
        return cx > o.x0 && cx < o.x1 && cy > o.y0 && cy < o.y1;
      });
      if (!open)
        pen.quad(m, {xs[i], ys[j], 0}, {xs[i + 1], ys[j], 0}, {xs[i + 1], ys[j + 1], 0},
                 {xs[i], ys[j + 1], 0});
    }
  for (const Opening& o : openings) {
    const float b = -reveal;
    pen.quad(m, {o.x0, o.y0, 0}, {o.x0, o.y0, b}, {o.x0, o.y1, b}, {o.x0, o.y1, 0});
    pen.quad(m, {o.x1, o.y0, b}, {o.x1, o.y0, 0}, {o.x1, o.y1, 0}, {o.x1, o.y1, b});
    pen.quad(m, {o.x0, o.y1, b}, {o.x1, o.y1, b}, {o.x1, o.y1, 0}, {o.x0, o.y1, 0});
    pen.quad(m, {o.x0, o.y0, 0}, {o.x1, o.y0, 0}, {o.x1, o.y0, b}, {o.x0, o.y0, b});
  }
}

void flower_box(const Pen& pen, float width, Rng& rng) {
  const Mat wood = rng.chance(0.5f) ? Mat::paint_teal : Mat::timber;
  block(pen, wood, {0, 0.09f, 0.12f}, {width, 0.18f, 0.22f}, no_back);
  const Mat flowers = rng.chance(0.6f) ? Mat::flowers_red : Mat::flowers_mixed;
  const int count = std::max(3, static_cast<int>(width / 0.17f));
  for (int i = 0; i < count; ++i) {
    const float x = width * ((static_cast<float>(i) + 0.5f) / static_cast<float>(count) - 0.5f);
    const float size = rng.range(0.16f, 0.24f), tilt = rng.range(-0.5f, 0.5f);
    const vec3 center(x, rng.range(0.18f, 0.30f), rng.range(0.10f, 0.22f));
    leaf_card(pen, flowers, center, vec3(std::cos(tilt), 0.2f * tilt, std::sin(tilt)) * size,
              vec3(0, 0.8f, -0.6f) * size, {0.1f * tilt, 0.6f, 0.8f});
    if (i % 2 == 0)  // some hang over the edge
      leaf_card(pen, Mat::ivy, {x, 0.08f, 0.26f}, vec3(size, 0, 0), vec3(0, size, 0.05f), {0, 0.3f, 1});
  }
}

namespace {

void shutters(const Pen& pen, const Opening& o, Mat m) {
  const float width = 0.5f * (o.x1 - o.x0), y0 = o.y0 - 0.02f, y1 = o.y1 + 0.02f;
  for (const float side : {-1.0f, 1.0f}) {
    const float edge = side < 0 ? o.x0 - 0.03f : o.x1 + 0.03f;
    const float a = side < 0 ? edge - width : edge, b = side < 0 ? edge : edge + width;
    box(pen, m, {a, y0, 0.01f}, {b, y1, 0.045f}, no_back);
    for (const float t : {0.14f, 0.86f}) {
      const float y = glm::mix(y0, y1, t);
      box(pen, m, {a + 0.02f, y - 0.05f, 0.045f}, {b - 0.02f, y + 0.05f, 0.065f}, no_back);
      box(pen, Mat::iron, {side < 0 ? b - 0.2f : a, y - 0.012f, 0.065f},
          {side < 0 ? b : a + 0.2f, y + 0.012f, 0.075f}, no_back);
    }
  }
}

}  // namespace

void window(const Pen& pen, const Opening& o, const WindowStyle& style, Rng& rng) {
  const float back = -0.12f, w = o.x1 - o.x0, h = o.y1 - o.y0;
  const Mat glass = rng.chance(style.lit) ? Mat::pane_lit : Mat::pane;
  // A wide window shows several rooms of the atlas beside each other.
  const int rooms = std::max(1, static_cast<int>(w / 0.95f));
  for (int i = 0; i < rooms; ++i) {
    const float a = o.x0 + w * static_cast<float>(i) / static_cast<float>(rooms),
                b = a + w / static_cast<float>(rooms);
    const vec2 cell(static_cast<float>(rng.integer(0, 3)) * 0.25f,
                    static_cast<float>(rng.integer(0, 1)) * 0.5f);
    pen.picture(glass, {a, o.y0, back}, {b, o.y0, back}, {b, o.y1, back}, {a, o.y1, back},
                cell + vec2(0.004f, 0.008f), cell + vec2(0.246f, 0.492f));
  }
  const float f = 0.065f, front = back + 0.06f;
  const Mat m = style.frame;
  box(pen, m, {o.x0, o.y0, back}, {o.x0 + f, o.y1, front}, front_face | right_face);
  box(pen, m, {o.x1 - f, o.y0, back}, {o.x1, o.y1, front}, front_face | left_face);
  box(pen, m, {o.x0 + f, o.y1 - f, back}, {o.x1 - f, o.y1, front}, front_face | bottom_face);
  box(pen, m, {o.x0 + f, o.y0, back}, {o.x1 - f, o.y0 + f, front}, front_face | top_face);
  const auto bar = [&](vec3 low, vec3 high, int faces) { box(pen, m, low, high, faces); };
  for (int i = 1; i < style.columns; ++i) {
    const float x = o.x0 + w * static_cast<float>(i) / static_cast<float>(style.columns);
    const float half = 2 * i == style.columns ? 0.035f : 0.016f;
    bar({x - half, o.y0 + f, back}, {x + half, o.y1 - f, front - 0.012f},
        front_face | left_face | right_face);
  }
  for (int i = 1; i < style.rows; ++i) {
    const float y = o.y0 + h * static_cast<float>(i) / static_cast<float>(style.rows);
    bar({o.x0 + f, y - 0.014f, back}, {o.x1 - f, y + 0.014f, front - 0.022f},
        style.simple ? front_face : front_face | top_face | bottom_face);
  }
  box(pen, style.sill, {o.x0 - 0.10f, o.y0 - 0.09f, back}, {o.x1 + 0.10f, o.y0, 0.10f}, no_back);
  if (style.simple) return;
  if (style.shutters) shutters(pen, o, style.shutter);
  if (style.flowers) flower_box(pen.at(0.5f * (o.x0 + o.x1), o.y0 - 0.16f, 0.06f), w + 0.1f, rng);
}

void door(const Pen& pen, const Opening& o, Mat leaf, Rng& rng) {
  const float back = -0.14f, top = o.y0 + 2.05f;
  box(pen, leaf, {o.x0 + 0.08f, o.y0, back - 0.04f}, {o.x1 - 0.08f, top, back}, front_face);
  const float w = o.x1 - o.x0;
  for (const float y : {0.35f, 1.05f, 1.75f})
    box(pen, leaf, {o.x0 + 0.12f, o.y0 + y - 0.06f, back}, {o.x1 - 0.12f, o.y0 + y + 0.06f, back + 0.03f},
        no_back);
  for (const float y : {0.35f, 1.75f})
    box(pen, Mat::iron, {o.x0 + 0.1f, o.y0 + y - 0.02f, back + 0.03f},
        {o.x0 + 0.1f + 0.6f * w, o.y0 + y + 0.02f, back + 0.04f}, no_back);
  ball(pen, Mat::brass, {o.x1 - 0.22f, o.y0 + 1.0f, back + 0.06f}, 0.045f, 8);
  // Frame, and a light over the door.
  box(pen, Mat::timber, {o.x0, o.y0, back - 0.04f}, {o.x0 + 0.09f, o.y1, 0.02f}, no_back);
  box(pen, Mat::timber, {o.x1 - 0.09f, o.y0, back - 0.04f}, {o.x1, o.y1, 0.02f}, no_back);
  box(pen, Mat::timber, {o.x0 - 0.08f, o.y1 - 0.02f, back - 0.04f}, {o.x1 + 0.08f, o.y1 + 0.14f, 0.06f},
      no_back);
  box(pen, Mat::timber, {o.x0 + 0.09f, top, back - 0.04f}, {o.x1 - 0.09f, top + 0.07f, -0.02f}, no_back);
  if (o.y1 - top > 0.2f) {
    const vec2 cell(0.25f * static_cast<float>(rng.integer(0, 3)), 0.62f);
    pen.picture(Mat::pane_lit, {o.x0 + 0.09f, top, back}, {o.x1 - 0.09f, top, back},
                {o.x1 - 0.09f, o.y1, back}, {o.x0 + 0.09f, o.y1, back}, cell + vec2(0.07f, 0),
                cell + vec2(0.18f, 0.12f));
    const float x = 0.5f * (o.x0 + o.x1);
    box(pen, Mat::timber, {x - 0.02f, top, back}, {x + 0.02f, o.y1, back + 0.03f}, no_back);
  }
  box(pen, Mat::ashlar, {o.x0 - 0.2f, o.y0 - 0.3f, -0.14f}, {o.x1 + 0.2f, o.y0, 0.45f}, no_back);
  if (o.y0 > 0.18f)
    box(pen, Mat::ashlar, {o.x0 - 0.35f, -0.1f, -0.1f}, {o.x1 + 0.35f, 0.5f * o.y0, 0.8f}, no_back);
}

namespace {

constexpr float post = 0.17f, proud = 0.045f;

void upright(const Pen& pen, float x, float y0, float y1) {
  box(pen, Mat::timber, {x - 0.5f * post, y0, 0}, {x + 0.5f * post, y1, proud}, no_back);
}
void rail(const Pen& pen, float x0, float x1, float y, float height = post) {
  box(pen, Mat::timber, {x0, y - 0.5f * height, 0}, {x1, y + 0.5f * height, proud - 0.006f}, no_back);
}
void brace(const Pen& pen, vec2 a, vec2 b) {
  beam(pen, Mat::timber, vec3(a, 0.012f), vec3(b, 0.012f), 0.14f, 2 * proud - 0.045f, {0, 0, 1},
       63 - back_face);
}

}  // namespace

void timber_frame(const Pen& pen, float x0, float x1, float y0, float y1, int bays,
                  std::span<const Opening> openings, Rng& rng) {
  const float width = (x1 - x0) / static_cast<float>(bays);
  rail(pen, x0, x1, y0 + 0.5f * post);
  rail(pen, x0, x1, y1 - 0.5f * post);
  const int pattern = rng.integer(0, 3);
  for (int i = 0; i <= bays; ++i) {
    const float x = glm::clamp(x0 + width * static_cast<float>(i), x0 + 0.5f * post, x1 - 0.5f * post);
    upright(pen, x, y0 + post, y1 - post);
  }
  for (int i = 0; i < bays; ++i) {
    const float a = x0 + width * static_cast<float>(i) + 0.5f * post, b = a + width - post, low = y0 + post,
                high = y1 - post;
    const Opening* hole = nullptr;
    for (const Opening& o : openings)
      if (0.5f * (o.x0 + o.x1) > a && 0.5f * (o.x0 + o.x1) < b) hole = &o;
    if (!hole) {
      const float middle = 0.5f * (low + high);
      if (i == 0 || i == bays - 1 || pattern == 0) {
        const bool lean = i < bays / 2;
        brace(pen, {lean ? a : b, low}, {lean ? b : a, high});
      } else {
        rail(pen, a, b, middle);
        if (pattern == 1) {
          brace(pen, {a, low}, {b, middle});
          brace(pen, {b, low}, {a, middle});
        }
      }
      continue;
    }
    const float sill = hole->y0 - 0.09f - 0.5f * post, head = hole->y1 + 0.5f * post;
    if (sill > low + 0.2f) {
      rail(pen, a, b, sill);
      const float under = sill - 0.5f * post;
      if (pattern == 0 || pattern == 2) {
        brace(pen, {a, low}, {b, under});
        brace(pen, {b, low}, {a, under});
      } else if (pattern == 3) {
        upright(pen, 0.5f * (a + b), low, under);
      }
    }
    if (head < high) rail(pen, a, b, head);
    // Studs close to the window, where the bay is wider.
    if (hole->x0 - a > 0.25f) {
      upright(pen, hole->x0 - 0.5f * post, sill, std::min(head, high));
      upright(pen, hole->x1 + 0.5f * post, sill, std::min(head, high));
    }
  }
}

}  // namespace town
