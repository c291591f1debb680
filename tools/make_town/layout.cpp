// Where everything stands. Zones are the same in every town, so that the camera's paths are; what stands in
// them is the seed's.
//
// The square lies in x -27..27, z -25..20; the quay's edge is z = 24, beyond it the sea. The town hall stands
// in the north (z = -25), rows of houses in the north, east and west.

#include <algorithm>
#include <cmath>

#include "tools/make_town/ground/ground.h"
#include "tools/make_town/ground/paving.h"
#include "tools/make_town/houses/houses.h"
#include "tools/make_town/houses/signs.h"
#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

/// Widths of houses that fill a row.
std::vector<float> divide(float length, Rng& rng) {
  const int count = std::max(1, static_cast<int>(std::lround(length / 6.7f)));
  std::vector<float> parts;
  float sum = 0;
  for (int i = 0; i < count; ++i) {
    parts.push_back(rng.range(0.82f, 1.2f));
    sum += parts.back();
  }
  for (float& p : parts) p *= length / sum;
  return parts;
}

class Planner {
 public:
  Planner(Town& town, Rng rng) : town_(town), pen_(town.fixed()), rng_(rng) {}

  void plan() {
    Rng ground = rng_.fork(53);
    paving(pen_, ground);
    worn_paths(pen_);
    houses();
    market();
    cafe();
    boatyard();
    quayside();
    greenery();
    lights();
    furniture();
    Rng terrain_rng = rng_.fork(50), mill = rng_.fork(51), birds = rng_.fork(52);
    terrain(pen_, terrain_rng);
    windmill(town_, pen_.at(-50, ground_height(-50, -66) - 0.2f, -66).yaw(28), mill);
    lighthouse(town_, pen_.at(90, ground_height(90, 72) - 0.5f, 72));
    const vec2 route[] = {{0, 7.5f},   {6.6f, 4.8f},   {9.4f, -2},  {6.6f, -8.8f},
                          {0, -11.5f}, {-6.4f, -8.8f}, {-8.4f, -2}, {-6.4f, 4.8f}};
    cart(town_, route, 34);
    gulls(town_, birds);
    life();
  }

 private:
  /// A row of houses along x of the pen, fronts facing +z, from x0 to x1.
  void row(const Pen& pen, float x0, float x1, bool open_start, bool open_end) {
    const std::vector<float> widths = divide(x1 - x0, rng_);
    float x = x0;
    int last_storeys = 0;
    bool last_gable = false;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      House h = plan_house(widths[i], rng_);
      // Neighbours differ.
      if (h.storeys == last_storeys && rng_.chance(0.6f)) h.storeys = h.storeys == 3 ? 2 : 3;
      if (h.gable_front == last_gable && widths[i] < 7.6f && rng_.chance(0.5f)) {
        h.gable_front = !h.gable_front;
        h.rise = 0.5f * (h.gable_front ? h.width : h.depth) * rng_.range(0.95f, 1.2f);
      }
      last_storeys = h.storeys;
      last_gable = h.gable_front;
      h.side_windows = (i == 0 && open_start) || (i + 1 == widths.size() && open_end);
      if (rng_.chance(0.62f)) {
        h.shop = next_shop_++ % static_cast<int>(shop_names.size());
        h.awning = rng_.chance(0.6f);
        h.ground = std::max(h.ground, 3.1f);
        h.ivy = false;
      }
      if (rng_.chance(0.7f)) h.sign = next_sign_++ % 8;
      const Pen p = pen.at(x + 0.5f * widths[i], 0, 0);
      Rng house_rng = rng_.fork(100 + static_cast<std::uint64_t>(next_house_++));
      const float door = build_house(town_, p, h, house_rng);
      street_clutter(p, h, door, house_rng);
      x += widths[i];
    }
  }

  void street_clutter(const Pen& p, const House& h, float door, Rng& rng) {
    const float half = 0.5f * h.width - 0.7f;
    const auto free = [&](float x, float room) { return std::abs(x - door) > 0.6f + room; };
    for (const float chance : {0.45f, 0.35f})
      if (const float x = rng.range(-half, half); rng.chance(chance) && free(x, 0.3f))
        plant_pot(p.at(x, 0.06f, 0.52f), rng);
    if (const float x = door > 0 ? -0.5f * half : 0.5f * half; rng.chance(0.3f) && free(x, 0.9f)) {
      bench(p.at(x, 0.06f, 0.9f), h.shutter);
    } else if (const float away = door > 0 ? -0.8f * half : 0.8f * half;
               rng.chance(0.4f) && free(away, 0.9f)) {
      clutter(p.at(away, 0.06f, 1.1f).yaw(rng.range(-15, 15)), rng);
    }
  }

  void houses() {
    Rng hall = rng_.fork(10);
    build_town_hall(town_, pen_.at(0, 0, -25), hall);
    const float side = 0.5f * town_hall_width;
    row(pen_.at(0, 0, -25), -27, -side - 0.05f, true, false);
    row(pen_.at(0, 0, -25), side + 0.05f, 27, false, true);
    // East and west, each with an alley.
    for (const float s : {1.0f, -1.0f}) {
      const Pen p = pen_.at(27 * s, 0, 0).yaw(-90 * s);
      // Along the pen's x: world z in the east, its negative in the west.
      const float from = s > 0 ? -21.0f : -20.0f, to = s > 0 ? 20.0f : 21.0f, alley = rng_.range(-4, 4);
      row(p, from, alley - 1.7f, true, true);
      row(p, alley + 1.7f, to, true, true);
    }
    for (int i = 0; i < 8; ++i) back_row(i);
  }

  /// Plain houses on the slopes behind, so that roofs stand over roofs.
  void back_row(int index) {
    struct Row {
      vec3 start, step;
      float yaw;
      int count;
    };
    static constexpr Row rows[] = {
        {{-34, 0, -43}, {8.3f, 0, 0}, 0, 9},      {{-38, 0, -57}, {9.4f, 0, -1.0f}, 4, 9},
        {{-20, 0, -74}, {11.0f, 0, 0.6f}, -3, 6}, {{45, 0, -33}, {0, 0, 8.2f}, -90, 6},
        {{57, 0, -34}, {1.0f, 0, 9.6f}, -96, 5},  {{-45, 0, -36}, {0, 0, 8.4f}, 90, 6},
        {{-58, 0, -30}, {-1.0f, 0, 9.8f}, 95, 4}, {{72, 0, -40}, {1.5f, 0, 12}, -100, 4}};
    const Row& r = rows[index];
    Rng rng = rng_.fork(20 + static_cast<std::uint64_t>(index));
    for (int i = 0; i < r.count; ++i) {
      if (rng.chance(0.12f)) continue;
      const vec3 at =
          r.start + r.step * static_cast<float>(i) + vec3(rng.range(-0.8f, 0.8f), 0, rng.range(-0.8f, 0.8f));
      if (std::hypot(at.x + 50, at.z + 66) < 15) continue;
      House h = plan_house(rng.range(6, 7.6f), rng);
      h.simple = true;
      h.jetty = 0;
      h.dormers = false;
      h.storeys = std::min(h.storeys, 3);
      h.side_windows = true;
      const float y = std::max(0.0f, std::min({ground_height(at.x, at.z), ground_height(at.x - 4, at.z - 4),
                                               ground_height(at.x + 4, at.z + 4)}));
      const Pen p = pen_.at(at.x, y, at.z).yaw(r.yaw + rng.range(-5, 5));
      build_house(town_, p, h, rng);
      box(p, Mat::rubble, {-0.5f * h.width - 0.1f, -4, -h.depth - 0.1f}, {0.5f * h.width + 0.1f, 0.35f, 0.1f},
          no_bottom);
    }
  }

  void market() {
    static constexpr Mat cloths[] = {Mat::cloth_red, Mat::cloth_teal, Mat::cloth_ochre};
    const int first = rng_.integer(0, 2);
    for (int i = 0; i < 6; ++i) {
      const bool west = i < 3;
      const float z = -9.5f + 6.2f * static_cast<float>(i % 3) + rng_.range(-0.4f, 0.4f);
      const Pen p = pen_.at(west ? -20.6f : -13.4f, 0, z).yaw((west ? 90.0f : -90.0f) + rng_.range(-6, 6));
      stall(p, cloths[(first + i + i / 3) % 3], (i + first) % 4, rng_);
      if (rng_.chance(0.6f)) clutter(p.at(2.7f, 0, -0.4f), rng_);
    }
  }

  void cafe() {
    const Pen p = pen_.at(20.4f, 0, -8);
    pergola(p.yaw(90), 7.5f, 3.6f, rng_);
    for (int i = 0; i < 3; ++i)
      cafe_table(
          p.at(rng_.range(-0.4f, 0.4f), 0, -2.5f + 2.5f * static_cast<float>(i)).yaw(rng_.range(0, 90)),
          rng_);
    hedge(p.at(-2.6f, 0, -2.2f).yaw(90), 3.2f, 0.95f, rng_);
    hedge(p.at(-2.6f, 0, 2.6f).yaw(90), 2.6f, 0.95f, rng_);
    for (const float z : {-4.4f, 4.6f}) plant_pot(p.at(-2.2f, 0, z), rng_);
  }

  void boatyard() {
    // x 12..24, z 12.4..19.4, behind chain-link.
    const float x0 = 12, x1 = 24, z0 = 12.4f, z1 = 19.4f, high = 1.9f;
    chain_link(pen_.at(0.5f * (x0 + x1), 0, z0), x1 - x0, high);
    chain_link(pen_.at(x0, 0, 0.5f * (z0 + z1)).yaw(90), z1 - z0, high);
    chain_link(pen_.at(x1, 0, 0.5f * (z0 + z1)).yaw(90), z1 - z0, high);
    boat_on_trestles(pen_.at(16.5f, 0, 16).yaw(62), Mat::paint_teal);
    boat_on_trestles(pen_.at(20.8f, 0, 15.2f).yaw(80), Mat::paint_red);
    for (int i = 0; i < 7; ++i) {
      const int storey = i % 3, pile = i / 3;
      lobster_pot(pen_.at(13.0f + 0.05f * rng_.uniform(), 0.38f * static_cast<float>(storey),
                          13.4f + 0.62f * static_cast<float>(pile))
                      .yaw(90));
    }
    net_heap(pen_.at(14.2f, 0, 18.2f), rng_);
    net_heap(pen_.at(18.6f, 0, 18.5f).yaw(40), rng_);
    for (int i = 0; i < 3; ++i)
      clutter(pen_.at(22.4f, 0, 13.6f + 2.1f * static_cast<float>(i)).yaw(rng_.range(0, 90)), rng_);
    grass_tufts(pen_.at(18, 0, 12.5f), 12, 0.5f, 70, rng_);
    grass_tufts(pen_.at(18, 0, 16), 11, 6, 60, rng_);
  }

  void quayside() {
    quay(pen_, -46, 46, rng_);
    jetty(pen_.at(9, 0, quay_edge), 15, rng_);
    for (int i = 0; i < 4; ++i) railing(pen_.at(-23.5f + 4.02f * static_cast<float>(i), 0.02f, 22.7f), 4);
    crane(pen_.at(0.5f, 0, 21.6f));
    const float w = water_level;
    sailing_boat(town_, {5.1f, w, 32.5f}, 4, Mat::paint_teal, rng_);
    sailing_boat(town_, {-13.5f, w, 27.2f}, 93, Mat::paint_red, rng_);
    sailing_boat(town_, {24.0f, w, 38.0f}, -60, Mat::paint_blue, rng_);
    rowing_boat(town_, {11.9f, w, 28.6f}, 8, Mat::paint_white, rng_);
    rowing_boat(town_, {-3.2f, w, 26.0f}, 82, Mat::paint_green, rng_);
    rowing_boat(town_, {-21.5f, w, 26.0f}, 100, Mat::paint_teal, rng_);
    rowing_boat(town_, {18.6f, w, 26.4f}, 76, Mat::paint_red, rng_);
    mooring(pen_, {-19.2f, 0.45f, 23.5f}, {-17.6f, -0.3f, 27.2f}, 0.35f);
    mooring(pen_, {-8.0f, 0.45f, 23.5f}, {-9.5f, -0.3f, 27.2f}, 0.35f);
    mooring(pen_, {-0.6f, 0.45f, 23.5f}, {-1.3f, -0.9f, 26.0f}, 0.3f);
    mooring(pen_, {7.6f, 0.2f, 28.2f}, {5.3f, -0.2f, 29.4f}, 0.3f);
    mooring(pen_, {7.6f, 0.2f, 37.2f}, {5.5f, -0.2f, 36.2f}, 0.3f);
    mooring(pen_, {10.4f, 0.2f, 28.2f}, {11.6f, -0.9f, 27.0f}, 0.2f);
    for (const float x : {-25.0f, -6.2f, 4.6f, 14.8f, 21.0f})
      clutter(pen_.at(x, 0, 21.4f + rng_.range(-0.3f, 0.3f)).yaw(rng_.range(0, 360)), rng_);
    net_heap(pen_.at(-10.5f, 0, 21.2f).yaw(15), rng_);
    rope_coil(pen_.at(-4.2f, 0, 22.4f));
    rope_coil(pen_.at(12.5f, 0, 22.5f).yaw(120));
    anchor(pen_.at(-9, 0, 17.2f).yaw(20));
    for (const float x : {-19.9f, -15.9f}) standing_gull(pen_.at(x, 1.12f, 22.7f).yaw(rng_.range(0, 360)));
    standing_gull(pen_.at(10.5f, 0.45f, quay_edge + 13.2f).yaw(200));
    standing_gull(pen_.at(7.6f, 0.45f, quay_edge + 7.2f).yaw(120));
    standing_gull(pen_.at(1.5f, 0.02f, 18.0f).yaw(60));
  }

  void greenery() {
    struct Spot {
      float x, z, height;
      Mat leaves;
    };
    static constexpr Spot spots[] = {{-14.8f, -18.2f, 7.5f, Mat::leaves_green},
                                     {14.8f, -18.0f, 8.2f, Mat::leaves_gold},
                                     {16.5f, 6.4f, 7.2f, Mat::leaves_green},
                                     {-16.5f, 15.2f, 6.8f, Mat::leaves_olive},
                                     {-22.5f, -18, 6.2f, Mat::leaves_gold}};
    int i = 0;
    for (const Spot& s : spots) {
      Rng rng = rng_.fork(200 + static_cast<std::uint64_t>(i++));
      const Pen p = pen_.at(s.x, 0, s.z);
      tree(p.yaw(rng.range(0, 360)), s.leaves, s.height * rng.range(0.92f, 1.1f), rng);
      // A kerb of stone around the roots.
      for (int k = 0; k < 4; ++k)
        box(p.yaw(90 * static_cast<float>(k)), Mat::ashlar, {-0.85f, 0, 0.7f}, {0.85f, 0.14f, 0.85f},
            no_bottom);
      p.at(0, 0.1f, 0)
          .quad(Mat::grass, {-0.72f, 0, 0.72f}, {0.72f, 0, 0.72f}, {0.72f, 0, -0.72f}, {-0.72f, 0, -0.72f});
      grass_tufts(p.at(0, 0.1f, 0), 1.3f, 1.3f, 22, rng);
      bench(p.at(0, 0, 1.6f), Mat::paint_green);
      // Fallen leaves.
      for (int k = 0; k < 26; ++k) {
        const float a = rng.range(0, 6.2832f), r = 0.9f + 3.2f * rng.uniform() * rng.uniform(),
                    size = rng.range(0.10f, 0.22f);
        const Pen f = p.at(r * std::cos(a), 0.012f + 0.0006f * static_cast<float>(k), r * std::sin(a))
                          .yaw(rng.range(0, 360));
        f.picture(s.leaves, {-size, 0, size}, {size, 0, size}, {size, 0, -size}, {-size, 0, -size},
                  {0.2f, 0.2f}, {0.75f, 0.75f});
      }
      if (s.x > 0) bench(p.yaw(180).at(0, 0, 1.6f), Mat::paint_green);
    }
    hedge(pen_.at(24.2f, 0.0f, -15.5f).yaw(90), 3, 1.1f, rng_);
    grass_tufts(pen_.at(-26.75f, 0.05f, 0), 0.3f, 38, 30, rng_);
    grass_tufts(pen_.at(26.75f, 0.05f, 0), 0.3f, 38, 30, rng_);
    grass_tufts(pen_.at(-19, 0.03f, -24.3f), 14, 0.5f, 30, rng_);
  }

  void lights() {
    for (const float x : {-7.6f, 7.6f}) lamp_post(town_, pen_.at(x, 0, 10.2f), true);
    for (const float x : {-8.6f, 8.6f}) lamp_post(town_, pen_.at(x, 0, -19.5f), true);
    for (const float x : {-23.0f, -5.0f, 6.5f, 22.5f}) lamp_post(town_, pen_.at(x, 0, 20.2f), false);
    // Poles carry wires over the square.
    const vec3 west(-12.5f, 6.0f, 12.5f), east(11.4f, 6.2f, 9.4f);
    for (const vec3 p : {west, east}) {
      rod(pen_, Mat::planks, {p.x, 0, p.z}, {p.x, p.y + 0.5f, p.z}, 0.11f, 8, true);
      ball(pen_, Mat::brass, p + vec3(0, 0.55f, 0), 0.14f, 8);
      for (int k = 0; k < 4; ++k)
        box(pen_.at(p.x, 0, p.z).yaw(90 * static_cast<float>(k)), Mat::rubble, {-0.35f, 0, 0.2f},
            {0.35f, 0.5f, 0.35f}, no_bottom);
    }
    string_lights(town_, {-10.4f, 8.2f, -24.8f}, west, 1.5f, 6, true, rng_);
    string_lights(town_, {10.4f, 8.2f, -24.8f}, east, 1.5f, 6, true, rng_);
    string_lights(town_, west, east, 1.0f, 5, false, rng_);
    pennants(pen_, {-4.5f, 8.3f, -24.8f}, west, 1.2f, rng_);
    pennants(pen_, {4.5f, 8.3f, -24.8f}, east, 1.2f, rng_);
    pennants(pen_, {-26.9f, 6.3f, -4}, {-12.5f, 6.3f, 12.5f}, 0.8f, rng_);
    pennants(pen_, {26.9f, 6.3f, 2}, {11.4f, 6.4f, 9.4f}, 0.8f, rng_);
  }

  void furniture() {
    fountain(pen_.at(0, 0, -2));
    chain_posts(pen_.at(0, 0, -2), 11.95f);
    flower_cart(pen_.at(-4.2f, 0, 13.4f).yaw(rng_.range(15, 50)), rng_);
    barrel(pen_.at(13.4f, 0, -3.5f), rng_);
    crate(pen_.at(14.3f, 0, -3.2f).yaw(20), 0.6f, rng_);
    notice_board(pen_.at(5, 0, 12));
    bench(pen_.at(-8.2f, 0, 14.0f).yaw(25), Mat::paint_teal);
    bench(pen_.at(8.6f, 0, 15.6f).yaw(-14), Mat::paint_red);
    for (const float a : {35.0f, 145.0f, 215.0f, 325.0f})
      bench(pen_.at(0, 0, -2).yaw(a).at(0, 0, 4.6f), Mat::paint_green);
    clutter(pen_.at(-8.3f, 0.03f, -28.6f), rng_);
    clutter(pen_.at(2.3f, 0.03f, -28.7f).yaw(180), rng_);
    bench(pen_.at(-2.9f, 0.03f, -28.6f), Mat::paint_teal);
    plant_pot(pen_.at(7.6f, 0.03f, -28.7f), rng_);
  }

  void life() {
    // Chimneys about the square; the rows behind come later in the list.
    Rng rng = rng_.fork(54);
    std::vector<vec3> mouths;
    for (std::size_t i = 1; i < town_.chimneys.size() && mouths.size() < 6; i += 4)
      mouths.push_back(town_.chimneys[i]);
    smoke(town_, mouths, rng);
    falling_leaves(town_, {14.8f, 5.2f, -18.0f}, Mat::leaves_gold, 5, rng);
    falling_leaves(town_, {-22.5f, 4.0f, -18.0f}, Mat::leaves_gold, 3, rng);
    cat(town_, pen_.at(6.4f, 0.01f, 12.5f).yaw(15));
  }

  Town& town_;
  Pen pen_;
  Rng rng_;
  int next_shop_ = 0, next_sign_ = 0, next_house_ = 0;
};

}  // namespace

Town build_town(std::uint64_t seed) {
  Town town;
  Planner(town, Rng(seed)).plan();
  return town;
}

}  // namespace town
