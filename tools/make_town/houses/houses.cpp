#include "tools/make_town/houses/houses.h"

#include <algorithm>
#include <cmath>

#include "tools/make_town/houses/facade.h"
#include "tools/make_town/houses/roofs.h"
#include "tools/make_town/houses/signs.h"

namespace town {

using glm::vec3;

House plan_house(float width, Rng& rng) {
  static constexpr Mat plasters[] = {Mat::plaster_cream, Mat::plaster_ochre, Mat::plaster_rose,
                                     Mat::plaster_white, Mat::plaster_cream, Mat::plaster_terracotta,
                                     Mat::plaster_teal,  Mat::plaster_blue};
  static constexpr Mat light[] = {Mat::plaster_cream, Mat::plaster_white, Mat::plaster_cream,
                                  Mat::plaster_ochre, Mat::plaster_rose};
  static constexpr Mat roofs[] = {Mat::tiles_red,   Mat::tiles_red, Mat::tiles_brown,
                                  Mat::tiles_brown, Mat::slate,     Mat::shingles};
  static constexpr Mat paints[] = {Mat::paint_teal, Mat::paint_red, Mat::paint_green, Mat::paint_blue,
                                   Mat::paint_white};
  static constexpr Mat cloths[] = {Mat::cloth_red, Mat::cloth_teal, Mat::cloth_ochre};
  House h;
  h.width = width;
  h.depth = rng.range(8.0f, 10.0f);
  h.timber = rng.chance(0.42f);
  h.storeys = rng.chance(0.65f) ? 3 : rng.chance(0.6f) ? 2 : 4;
  if (width > 7.4f) h.storeys = std::min(h.storeys, 3);
  h.ground = rng.range(2.9f, 3.3f);
  h.storey = rng.range(2.55f, 2.8f);
  h.jetty = h.timber && rng.chance(0.75f) ? rng.range(0.22f, 0.4f) : 0;
  h.gable_front = width < 7.6f && rng.chance(0.5f);
  h.upper = h.timber ? rng.pick(light) : rng.pick(plasters);
  h.lower = rng.chance(0.3f) ? Mat::rubble : rng.chance(0.2f) ? Mat::brick : h.upper;
  h.tiles = rng.pick(roofs);
  h.shutter = rng.pick(paints);
  h.door = rng.pick(paints);
  h.cloth = rng.pick(cloths);
  const float span = h.gable_front ? h.width : h.depth;
  h.rise = 0.5f * span * rng.range(0.95f, 1.25f);
  h.dormers = !h.gable_front && rng.chance(0.7f);
  h.ivy = !h.timber && rng.chance(0.35f);
  return h;
}

void awning(const Pen& pen, Mat cloth, float width, float reach) {
  const float drop = 0.75f * reach, half = 0.5f * width, valance = 0.24f;
  const int pieces = std::max(6, static_cast<int>(width / 0.25f));
  for (int i = 0; i < pieces; ++i) {
    const float a = half * (2 * static_cast<float>(i) / static_cast<float>(pieces) - 1);
    const float b = half * (2 * static_cast<float>(i + 1) / static_cast<float>(pieces) - 1);
    const vec3 middle(0, -0.5f * drop - 0.06f, 0.5f * reach);  // the cloth hangs through a little
    pen.sheet(cloth, {a, middle.y, middle.z}, {b, middle.y, middle.z}, {b, 0, 0.02f}, {a, 0, 0.02f});
    pen.sheet(cloth, {a, -drop, reach}, {b, -drop, reach}, {b, middle.y, middle.z}, {a, middle.y, middle.z});
    const float m = 0.5f * (a + b), y = -drop;
    pen.sheet(cloth, {a, y - 0.6f * valance, reach}, {b, y - 0.6f * valance, reach}, {b, y, reach},
              {a, y, reach});
    pen.flap(cloth, {a, y - 0.6f * valance, reach}, {m, y - valance, reach}, {b, y - 0.6f * valance, reach},
             {1, 0, 0});
  }
  for (const float side : {-1.0f, 1.0f}) {
    rod(pen, Mat::iron, {side * half, -drop, reach}, {side * half, -drop - 0.25f, 0}, 0.015f, 5);
    pen.flap(cloth, {side * half, -0.5f * drop - 0.06f, 0.5f * reach}, {side * half, -drop, reach},
             {side * half, 0, 0.02f}, {0, -1, 1});
  }
  rod(pen, Mat::iron, {-half, -drop, reach}, {half, -drop, reach}, 0.015f, 5);
}

void climbing_ivy(const Pen& pen, float width, float height, Rng& rng) {
  const int count = static_cast<int>(width * height * 7);
  for (int i = 0; i < count; ++i) {
    const float x = rng.range(-1, 1), y = rng.uniform() * rng.range(0.4f, 1.0f);
    if (std::abs(x) > 1.05f - 0.6f * y + 0.25f * std::sin(7 * y)) continue;
    const float size = rng.range(0.16f, 0.28f), turn = rng.range(-0.7f, 0.7f);
    const vec3 center(0.5f * width * x, height * y, rng.range(0.06f, 0.16f));
    leaf_card(pen, Mat::ivy, center, vec3(std::cos(turn), std::sin(turn), rng.range(-0.3f, 0.3f)) * size,
              vec3(-std::sin(turn), std::cos(turn), rng.range(-0.3f, 0.5f)) * size, {0, 0.4f, 1});
  }
}

namespace {

class Builder {
 public:
  Builder(Town& town, const Pen& pen, const House& house, Rng& rng)
      : town_(town),
        base_(pen.textured_from({rng.range(0, 50), rng.range(0, 50)})),
        h_(house),
        rng_(rng),
        half_(0.5f * house.width) {
    style_.frame = rng.chance(0.65f) ? Mat::paint_white : Mat::timber;
    style_.shutter = h_.shutter;
    style_.shutters = !h_.timber && !h_.simple && rng.chance(0.75f);
    style_.sill = h_.timber ? Mat::timber : Mat::ashlar;
    style_.simple = h_.simple;
    style_.rows = rng.chance(0.5f) ? 3 : 2;
    style_.columns = rng.chance(0.7f) ? 2 : 3;
  }

  /// Returns where the door is.
  float build() {
    ground_floor();
    float y = h_.ground, front = 0;
    for (int i = 1; i < h_.storeys; ++i, y += h_.storey) {
      if (h_.jetty > 0) jetty(y, front);
      front += h_.jetty;
      upper_floor(i, y, front);
    }
    roof(y, front);
    return door_x_;
  }

 private:
  void sides(Mat m, float y0, float y1, float front, bool ground) {
    const float back = -h_.depth, length = front - back, middle = 0.5f * (front + back);
    for (const float side : {-1.0f, 1.0f}) {
      const Pen p = base_.at(side * half_, 0, middle).yaw(90 * side);
      std::vector<Opening> holes;
      const int bays = std::max(3, static_cast<int>(length / 2.2f));
      const float bay = length / static_cast<float>(bays);
      if (h_.side_windows)
        for (int i = 0; i < bays; ++i)
          if (i % 2 == (ground ? 1 : 0) && !(ground && rng_.chance(0.4f))) {
            const float x = -0.5f * length + bay * (static_cast<float>(i) + 0.5f);
            holes.push_back({x - 0.42f, x + 0.42f, y0 + 0.95f, y0 + 2.1f});
          }
      wall(p, m, -0.5f * length, 0.5f * length, y0, y1, holes);
      WindowStyle style = style_;
      style.shutters = false;
      for (const Opening& o : holes) window(p, o, style, rng_);
      if (h_.timber && !ground && !h_.simple && h_.side_windows)
        timber_frame(p, -0.5f * length, 0.5f * length, y0, y1, bays, holes, rng_);
    }
    // The back, which only gulls see.
    base_.quad(m, {half_, y0, back}, {-half_, y0, back}, {-half_, y1, back}, {half_, y1, back});
  }

  void ground_floor() {
    const int bays = std::max(2, static_cast<int>(h_.width / 2.1f));
    const float bay = h_.width / static_cast<float>(bays), y0 = 0.24f;
    const int door_bay = rng_.integer(0, bays - 1);
    std::vector<Opening> holes;
    const float door_x = door_x_ = -half_ + bay * (static_cast<float>(door_bay) + 0.5f);
    const Opening entrance{door_x - 0.55f, door_x + 0.55f, y0, std::min(y0 + 2.5f, h_.ground - 0.25f)};
    holes.push_back(entrance);
    float shop_x = 0;
    if (h_.shop >= 0 && bays >= 2) {
      // One wide window over all bays on the larger side of the door.
      const bool right = door_bay < bays / 2 + (bays % 2 == 0 ? 0 : door_bay == bays / 2 ? 0 : 0);
      const float a = right ? entrance.x1 + 0.45f : -half_ + 0.5f,
                  b = right ? half_ - 0.5f : entrance.x0 - 0.45f;
      holes.push_back({a, b, 0.75f, 2.35f});
      shop_x = 0.5f * (a + b);
    } else {
      for (int i = 0; i < bays; ++i) {
        if (i == door_bay) continue;
        const float x = -half_ + bay * (static_cast<float>(i) + 0.5f);
        holes.push_back({x - 0.5f, x + 0.5f, 1.0f, 2.35f});
      }
    }
    wall(base_, h_.lower, -half_, half_, 0, h_.ground, holes, 0.2f);
    sides(h_.lower, 0, h_.ground, 0, true);
    door(base_, entrance, h_.door, rng_);
    for (std::size_t i = 1; i < holes.size(); ++i) {
      WindowStyle style = style_;
      const float width = holes[i].x1 - holes[i].x0;
      if (h_.shop >= 0) {
        style.columns = std::max(3, static_cast<int>(width / 0.6f));
        style.rows = 3;
        style.shutters = false;
        style.lit = 0.9f;
        style.frame = h_.door;
      }
      style.flowers = !h_.simple && h_.shop < 0 && rng_.chance(0.4f);
      window(base_, holes[i], style, rng_);
    }
    if (h_.simple) return;
    plinth(entrance);
    if (h_.lower == h_.upper && !h_.timber) quoins(h_.eaves_height());
    if (h_.shop >= 0) {
      const float width = std::min(h_.width - 0.8f, 4.6f);
      fascia_board(base_.at(glm::clamp(shop_x, -half_ + 0.5f * width + 0.2f, half_ - 0.5f * width - 0.2f),
                            h_.ground - 0.30f, 0.05f),
                   h_.shop, width);
      if (h_.awning)
        awning(base_.at(shop_x, 2.58f, 0.03f), h_.cloth, holes[1].x1 - holes[1].x0 + 0.3f, 1.25f);
    }
    if (h_.sign >= 0)
      hanging_sign(town_,
                   base_.at(door_x > 0 ? half_ - 0.35f : -half_ + 0.35f, h_.ground + 0.55f,
                            h_.storeys > 1 ? h_.jetty : 0),
                   h_.sign, rng_);
    // A lantern by the door.
    const Pen lamp = base_.at(entrance.x1 + 0.28f, 2.15f, 0.0f);
    rod(lamp, Mat::iron, {0, 0.25f, 0}, {0, 0.25f, 0.26f}, 0.014f, 5);
    block(lamp, Mat::lamp, {0, 0.05f, 0.24f}, {0.12f, 0.2f, 0.12f});
    block(lamp, Mat::iron, {0, 0.18f, 0.24f}, {0.19f, 0.05f, 0.19f});
    block(lamp, Mat::iron, {0, -0.07f, 0.24f}, {0.15f, 0.03f, 0.15f});
    if (h_.ivy)
      climbing_ivy(base_.at(door_x > 0 ? -half_ + 0.7f : half_ - 0.7f, 0.2f, 0), 1.5f,
                   h_.eaves_height() * 0.8f, rng_);
    // A downpipe at one corner.
    const float x = half_ - 0.12f, top = h_.eaves_height();
    if (h_.jetty == 0)
      tube(base_, Mat::copper,
           std::vector<vec3>{{x, 0.1f, 0.09f}, {x, top - 0.4f, 0.09f}, {x, top - 0.1f, 0.3f}}, 0.05f, 6);
  }

  void plinth(const Opening& entrance) {
    const Mat m = h_.lower == Mat::rubble ? Mat::ashlar : Mat::rubble;
    const float high = 0.5f, out = 0.07f;
    for (const auto& [a, b] : {std::pair{-half_, entrance.x0}, std::pair{entrance.x1, half_}})
      if (b - a > 0.05f)
        box(base_, m, {a, 0, -0.02f}, {b, high, out}, front_face | top_face | left_face | right_face);
    for (const float side : {-1.0f, 1.0f}) {
      const float x = side * half_;
      box(base_, m, {std::min(x, x + side * out), 0, -h_.depth}, {std::max(x, x + side * out), high, out},
          (side > 0 ? right_face : left_face) | top_face | front_face);
    }
  }

  void quoins(float top) {
    int i = 0;
    for (float y = 0.5f; y + 0.34f < top; y += 0.36f, ++i) {
      const float w = i % 2 == 0 ? 0.48f : 0.3f;
      for (const float side : {-1.0f, 1.0f}) {
        const float edge = side * half_, inner = edge - side * w;
        box(base_, Mat::ashlar, {std::min(edge, inner), y, -0.02f},
            {std::max(edge, inner), y + 0.34f, 0.035f}, no_back);
      }
    }
  }

  void jetty(float y, float front) {
    const float out = front + h_.jetty;
    base_.quad(Mat::planks, {-half_, y, front}, {half_, y, front}, {half_, y, out}, {-half_, y, out});
    if (h_.simple) return;
    box(base_, Mat::timber, {-half_, y - 0.2f, front}, {half_, y, front + 0.05f}, no_back);
    const int joists = static_cast<int>(h_.width / 0.55f);
    for (int i = 0; i <= joists; ++i) {
      const float x =
          glm::mix(-half_ + 0.08f, half_ - 0.08f, static_cast<float>(i) / static_cast<float>(joists));
      box(base_, Mat::timber, {x - 0.07f, y - 0.16f, front}, {x + 0.07f, y, out + 0.04f}, no_back);
      // Brackets, but not before a shop's name.
      if (i % 3 == 0 && (h_.shop < 0 || front > 0 || i == 0))
        beam(base_, Mat::timber, {x, y - 0.75f, front + 0.04f}, {x, y - 0.12f, out - 0.04f}, 0.13f, 0.13f,
             {0, 0, 1});
    }
  }

  void upper_floor(int, float y, float front) {
    const Pen p = base_.at(0, 0, front);
    const int bays = std::max(2, static_cast<int>(h_.width / (h_.timber ? 1.45f : 1.9f)));
    const float bay = h_.width / static_cast<float>(bays);
    const float w = h_.timber ? std::min(0.42f, 0.5f * bay - 0.18f) : 0.46f, sill = 0.88f,
                head = std::min(2.2f, h_.storey - 0.32f);
    std::vector<Opening> holes;
    for (int i = 0; i < bays; ++i) {
      const bool blank =
          h_.timber ? (i == 0 || i == bays - 1 ? rng_.chance(0.55f) : rng_.chance(0.2f)) : rng_.chance(0.08f);
      if (blank) continue;
      const float x = -half_ + bay * (static_cast<float>(i) + 0.5f);
      holes.push_back({x - w, x + w, y + sill, y + head});
    }
    wall(p, h_.upper, -half_, half_, y, y + h_.storey, holes, 0.15f);
    sides(h_.upper, y, y + h_.storey, front, false);
    if (h_.timber && !h_.simple) timber_frame(p, -half_, half_, y, y + h_.storey, bays, holes, rng_);
    if (!h_.timber && !h_.simple && h_.jetty == 0)
      box(p, Mat::ashlar, {-half_ - 0.03f, y - 0.09f, 0}, {half_ + 0.03f, y + 0.09f, 0.07f}, no_back);
    for (const Opening& o : holes) {
      WindowStyle style = style_;
      style.flowers = !h_.simple && rng_.chance(0.38f);
      style.shutters = style_.shutters && bay > 1.95f;
      window(p, o, style, rng_);
    }
  }

  void roof(float y, float front) {
    Roof r;
    r.tiles = h_.tiles;
    r.gable = h_.upper;
    r.rise = h_.rise;
    r.simple = h_.simple;
    r.sag = h_.simple ? 0 : rng_.range(0.02f, 0.16f);
    r.eaves = rng_.range(0.35f, 0.5f);
    const float depth = h_.depth + front, middle = 0.5f * (front - h_.depth);
    r.length = h_.gable_front ? depth : h_.width;
    r.span = h_.gable_front ? h_.width : depth;
    r.verge = h_.gable_front ? 0.38f : 0.06f;
    const Pen top = base_.at(0, y, middle);
    gable_roof(h_.gable_front ? top.yaw(90) : top, r, rng_);
    if (h_.gable_front) gable_front(base_.at(0, y, front));
    if (h_.dormers && !h_.simple) {
      const int count = h_.width > 6.5f ? 2 : 1;
      const float z = 0.5f * depth - 0.55f;
      for (int i = 0; i < count; ++i) {
        const float x = h_.width * ((static_cast<float>(i) + 0.5f) / static_cast<float>(count) - 0.5f);
        dormer(top.at(x, 0.55f * std::tan(r.pitch()) - 0.05f, z), h_.tiles, h_.upper, r.pitch(), rng_);
      }
    }
    if (!h_.gable_front && !h_.simple)  // a gutter
      tube(base_, Mat::copper,
           std::vector<vec3>{{-half_, y - 0.3f, front + r.eaves}, {half_, y - 0.3f, front + r.eaves}}, 0.055f,
           6);
    const float across = h_.gable_front ? 0.22f * h_.width : 0.38f * h_.width;
    const float drop = h_.gable_front ? 0.44f * h_.rise : 0.1f;
    const float side = rng_.chance(0.5f) ? 1.0f : -1.0f;
    const Pen stack = top.at(side * across, h_.rise - drop, rng_.range(-1, 1));
    const float mouth = chimney(stack, drop + rng_.range(0.8f, 1.4f), rng_);
    town_.chimneys.push_back(stack.world({0, mouth, 0}));
  }

  void gable_front(const Pen& p) {
    if (h_.simple) return;
    const float rise = h_.rise, slope = rise / half_;
    const auto reach = [&](float y) { return half_ - y / slope; };  // half the gable's width at a height
    if (h_.timber) {
      const float y1 = 0.42f * rise, y2 = 0.72f * rise;
      for (const float y : {0.09f, y1, y2})
        box(p, Mat::timber, {-reach(y) + 0.1f, y - 0.08f, 0}, {reach(y) - 0.1f, y + 0.08f, 0.045f}, no_back);
      for (const float t : {-0.55f, 0.55f}) {
        const float x = t * half_ * 0.8f;
        box(p, Mat::timber, {x - 0.08f, 0.15f, 0},
            {x + 0.08f, std::min(y1, rise - std::abs(x) * slope) - 0.05f, 0.04f}, no_back);
        beam(p, Mat::timber, {x, 0.15f, 0.01f}, {x * 0.35f, y1 - 0.05f, 0.01f}, 0.13f, 0.05f, {0, 0, 1});
      }
      box(p, Mat::timber, {-0.08f, y1, 0}, {0.08f, rise - 0.3f, 0.04f}, no_back);
    }
    // An attic window stands on the wall in a deep frame; a hoist beam over it on tall houses.
    const Opening o{-0.42f, 0.42f, 0.16f * rise, 0.16f * rise + 1.05f};
    const Pen f = p.at(0, 0, 0.13f);
    box(p, Mat::timber, {o.x0 - 0.1f, o.y0 - 0.1f, 0}, {o.x1 + 0.1f, o.y1 + 0.1f, 0.02f}, no_back);
    for (const float x : {o.x0 - 0.05f, o.x1 + 0.05f})
      box(p, Mat::timber, {x - 0.06f, o.y0 - 0.1f, 0}, {x + 0.06f, o.y1 + 0.1f, 0.14f}, no_back);
    for (const float y : {o.y0 - 0.05f, o.y1 + 0.05f})
      box(p, Mat::timber, {o.x0, y - 0.06f, 0}, {o.x1, y + 0.06f, 0.14f}, no_back);
    WindowStyle style = style_;
    style.rows = 2;
    style.shutters = false;
    window(f, o, style, rng_);
    if (h_.storeys < 3) return;
    const float y = 0.6f * rise;
    beam(p, Mat::timber, {0, y, -0.3f}, {0, y, 1.0f}, 0.15f, 0.18f);
    torus(p.at(0, y - 0.28f, 0.85f).roll(90), Mat::iron, 0.11f, 0.03f, 5, 10);
    rod(p, Mat::rope, {0.02f, y - 0.3f, 0.96f}, {0.02f, y - 2.2f, 0.96f}, 0.015f, 5);
    rod(p, Mat::iron, {0, y - 0.1f, 0.85f}, {0, y - 0.28f, 0.85f}, 0.015f, 5);
  }

  Town& town_;
  Pen base_;
  const House& h_;
  Rng& rng_;
  float half_, door_x_ = 0;
  WindowStyle style_;
};

}  // namespace

float build_house(Town& town, const Pen& pen, const House& house, Rng& rng) {
  return Builder(town, pen, house, rng).build();
}

}  // namespace town
