// What lives: smoke that leans in the wind, leaves that fall, and the cat of the notice board.

#include <cmath>

#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

constexpr float turn = 6.2831853f;

/// Puffs that grow and thin out as they rise; each is two cards crossed.
void plume(const Pen& pen) {
  constexpr int puffs = 8;
  for (int i = 0; i < puffs; ++i) {
    const float t = static_cast<float>(i) / (puffs - 1), y = 0.15f + 3.6f * t, r = 0.2f + 0.75f * t;
    const Pen p = pen.at(1.5f * t * t, y, 0.12f * std::sin(5 * t)).yaw(67 * static_cast<float>(i));
    // The texture has four puffs, the thinnest last.
    const int cell = std::min(3, i / 2);
    const vec2 low(0.5f * static_cast<float>(cell % 2), cell < 2 ? 0.5f : 0.0f);
    for (const float yaw : {0.0f, 90.0f})
      p.yaw(yaw).picture(Mat::smoke, {-r, -r, 0}, {r, -r, 0}, {r, r, 0}, {-r, r, 0}, low, low + vec2(0.5f));
  }
}

/// From under a crown down to the ground, where it lies for a while before it is another one.
void fall(Model& leaf, vec3 from, Rng& rng) {
  const float seconds = rng.range(9, 14), falls = rng.range(4, 6), phase = rng.range(0, turn),
              spin = rng.range(0, 360), reach = rng.range(0.3f, 0.7f);
  const vec2 drift(rng.range(0.4f, 1.6f), rng.range(-0.5f, 0.8f));
  constexpr int steps = 24;
  for (int i = 0; i <= steps; ++i) {
    const float t = static_cast<float>(i) / steps, rock = phase + 3 * turn * t;
    const vec3 at(from.x + drift.x * t + reach * std::sin(rock), glm::mix(from.y, 0.03f, t),
                  from.z + drift.y * t + 0.5f * reach * std::cos(rock));
    // It rocks like a boat as it falls, and lies flat in the end.
    const float tilt = i == steps ? 0.0f : 50 * std::cos(rock);
    leaf.keyframes.push_back({falls * t, at, {0.4f * tilt, spin + 120 * t, tilt}});
  }
  leaf.keyframes.push_back({seconds, leaf.keyframes.back().position, leaf.keyframes.back().rotation_degrees});
}

}  // namespace

void smoke(Town& town, std::span<const vec3> mouths, Rng& rng) {
  const Model* first = nullptr;
  for (const vec3& mouth : mouths) {
    Model& model = town.again(first, "smoke", plume);
    model.keyframes = swing(mouth, 20 + rng.range(-15, 15), rng.range(3, 6), rng.range(4, 6), rng.uniform());
  }
}

void falling_leaves(Town& town, vec3 crown, Mat leaves, int count, Rng& rng) {
  const Model* first = nullptr;
  for (int i = 0; i < count; ++i) {
    Model& model = town.again(first, "leaf", [&](const Pen& pen) {
      const float size = 0.13f;
      pen.picture(leaves, {-size, 0, size}, {size, 0, size}, {size, 0, -size}, {-size, 0, -size},
                  {0.2f, 0.2f}, {0.75f, 0.75f});
    });
    fall(model, crown + vec3(rng.range(-1.8f, 1.8f), rng.range(-0.5f, 0.8f), rng.range(-1.8f, 1.8f)), rng);
  }
}

void cat(Town& town, const Pen& pen) {
  const vec2 body[] = {{0.10f, 0},     {0.135f, 0.04f}, {0.13f, 0.13f},
                       {0.10f, 0.23f}, {0.07f, 0.31f},  {0.05f, 0.36f}};
  lathe(pen.at(0, 0, -0.02f).pitch(7), Mat::gull_grey, body, 14, true);
  ball(pen, Mat::gull_white, {0, 0.2f, 0.085f}, 0.055f, 10, 1.6f);
  for (const float side : {-1.0f, 1.0f}) {
    rod(pen, Mat::gull_grey, {side * 0.05f, 0.02f, 0.12f}, {side * 0.055f, 0.24f, 0.07f}, 0.026f, 8, true);
    ball(pen, Mat::gull_white, {side * 0.05f, 0.02f, 0.135f}, 0.03f, 8, 0.7f);
    const vec2 ear[] = {{0.032f, 0}, {0.016f, 0.04f}, {0, 0.07f}};
    lathe(pen.at(side * 0.045f, 0.44f, 0.05f).roll(-14 * side), Mat::gull_grey, ear, 6);
    ball(pen, Mat::lemon, {side * 0.03f, 0.415f, 0.12f}, 0.014f, 6);
    ball(pen, Mat::dark, {side * 0.031f, 0.415f, 0.13f}, 0.008f, 6);
  }
  ball(pen, Mat::gull_grey, {0, 0.40f, 0.055f}, 0.08f, 12, 0.92f);
  ball(pen, Mat::gull_white, {0, 0.375f, 0.115f}, 0.03f, 8, 0.8f);
  ball(pen, Mat::orange, {0, 0.388f, 0.143f}, 0.009f, 6);

  Model& tail = town.moving("cat_tail");
  const vec3 points[] = {
      {0, 0, 0},          {0.05f, -0.01f, -0.09f}, {0.15f, -0.015f, -0.13f}, {0.25f, -0.01f, -0.10f},
      {0.30f, 0, -0.02f}, {0.29f, 0.02f, 0.05f}};
  tube(Pen(tail), Mat::gull_grey, points, 0.022f, 7);
  const vec3 root = pen.world({0.02f, 0.045f, -0.12f}), ahead = pen.world({0.02f, 0.045f, 0.88f}) - root;
  const float yaw = glm::degrees(std::atan2(ahead.x, ahead.z));
  constexpr int steps = 12;
  for (int i = 0; i <= steps; ++i) {
    const float t = static_cast<float>(i) / steps;
    tail.keyframes.push_back({2.6f * t, root, {0, yaw + 11 * std::sin(turn * t), 0}});
  }
}

}  // namespace town
