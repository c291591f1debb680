// A tower mill; its sails are a model of their own that turns.

#include <cmath>

#include "tools/make_town/houses/facade.h"
#include "tools/make_town/houses/houses.h"

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

constexpr float tower_top = 12.5f, hub_height = 13.3f, hub_reach = 4.6f, sail_length = 8.6f;

void sails(const Pen& pen) {
  rod(pen, Mat::timber, {0, 0, -1.2f}, {0, 0, 0.5f}, 0.32f, 10, true);
  for (int i = 0; i < 4; ++i) {
    const Pen arm = pen.roll(90 * static_cast<float>(i));
    beam(arm, Mat::timber, {0, 0, 0.15f}, {0, sail_length, 0.15f}, 0.22f, 0.22f, {0, 0, 1});
    const float inner = 1.7f, width = 1.75f;
    const int bars = 15;
    for (int k = 0; k <= bars; ++k) {
      const float y = glm::mix(inner, sail_length - 0.1f, static_cast<float>(k) / bars);
      beam(arm, Mat::planks, {-0.35f, y, 0.16f}, {width, y, 0.30f}, 0.05f, 0.06f, {0, 0, 1});
    }
    for (const float x : {-0.35f, 0.7f, width}) {
      const float z = 0.16f + 0.07f * (x + 0.35f);
      beam(arm, Mat::planks, {x, inner, z}, {x, sail_length - 0.1f, z}, 0.06f, 0.06f, {0, 0, 1});
    }
    // Cloth over two thirds of the lattice.
    surface(
        arm, Mat::canvas, 4, 12,
        [&](int a, int b) {
          const float u = static_cast<float>(a) / 4, v = static_cast<float>(b) / 12;
          const float x = glm::mix(0.08f, width, u);
          return vec3(x, glm::mix(inner + 0.1f, sail_length - 1.6f, v),
                      0.26f + 0.07f * x + 0.07f * std::sin(3.1416f * u));
        },
        true);
  }
}

}  // namespace

void windmill(Town& town, const Pen& pen, Rng& rng) {
  const vec2 tower[] = {{4.3f, -3}, {4.1f, 0}, {3.7f, 4}, {3.2f, 8}, {2.75f, tower_top}};
  lathe(pen, Mat::plaster_white, tower, 20, true);
  const vec2 base[] = {{4.6f, -3}, {4.5f, 0.8f}, {4.1f, 1.0f}};
  lathe(pen, Mat::rubble, base, 20);
  const vec2 band[] = {
      {2.8f, tower_top - 0.3f}, {3.1f, tower_top}, {3.1f, tower_top + 0.2f}, {0, tower_top + 0.2f}};
  lathe(pen, Mat::timber, band, 20);
  const vec2 cap[] = {{3.15f, tower_top + 0.1f},
                      {3.0f, tower_top + 0.9f},
                      {2.3f, tower_top + 2.2f},
                      {1.2f, tower_top + 3.1f},
                      {0, tower_top + 3.4f}};
  lathe(pen, Mat::shingles, cap, 20, true);
  ball(pen, Mat::brass, {0, tower_top + 3.55f, 0}, 0.25f, 10);
  // A gallery with a railing.
  const vec2 stage[] = {{3.6f, 4.4f}, {5.2f, 4.75f}, {5.2f, 4.9f}, {3.5f, 4.9f}};
  lathe(pen, Mat::deck, stage, 20);
  for (int i = 0; i < 20; ++i) {
    const float a = 0.314159f * static_cast<float>(i), b = a + 0.314159f;
    const vec3 p(5.1f * std::sin(a), 4.9f, 5.1f * std::cos(a)),
        q(5.1f * std::sin(b), 4.9f, 5.1f * std::cos(b));
    rod(pen, Mat::paint_white, p, p + vec3(0, 1, 0), 0.05f, 4);
    for (const float y : {0.5f, 1.0f})
      rod(pen, Mat::paint_white, p + vec3(0, y, 0), q + vec3(0, y, 0), 0.045f, 4);
    if (i % 2 == 0)
      beam(pen, Mat::timber, {3.7f * std::sin(a), 3.0f, 3.7f * std::cos(a)}, p - vec3(0, 0.2f, 0), 0.14f,
           0.14f);
  }
  for (int i = 0; i < 6; ++i) {
    const float y = i < 3 ? 6.6f : 9.4f, r = i < 3 ? 3.42f : 3.1f;
    const Pen w = pen.yaw(120.0f * static_cast<float>(i % 3) + (i < 3 ? 20.0f : 70.0f)).at(0, y, r + 0.02f);
    box(w, Mat::timber, {-0.5f, -0.65f, -0.4f}, {0.5f, 0.65f, 0.02f}, no_back);
    w.picture(i % 2 == 0 ? Mat::pane_lit : Mat::pane, {-0.4f, -0.55f, 0.03f}, {0.4f, -0.55f, 0.03f},
              {0.4f, 0.55f, 0.03f}, {-0.4f, 0.55f, 0.03f}, {0.52f, 0.05f}, {0.73f, 0.45f});
  }
  door(pen.yaw(-25).at(0, 0, 4.2f), {-0.6f, 0.6f, 0.1f, 2.5f}, Mat::paint_red, rng);

  Model& model = town.moving("windmill_sails");
  sails(Pen(model));
  const vec3 hub = pen.world({0, hub_height, hub_reach}),
             ahead = pen.world({0, hub_height, hub_reach + 1}) - hub;
  const float yaw = glm::degrees(std::atan2(ahead.x, ahead.z)), period = 15;
  constexpr int steps = 12;
  for (int i = 0; i <= steps; ++i)
    model.keyframes.push_back(
        {period * static_cast<float>(i) / steps, hub, {-6, yaw, -360.0f * static_cast<float>(i) / steps}});
  rod(pen, Mat::timber, {0, hub_height, 0}, {0, hub_height, hub_reach - 1.1f}, 0.3f, 8);
}

}  // namespace town
