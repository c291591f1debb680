// A little steam wagon that does its round of the square; its wheels are models of their own that roll.

#include <cmath>

#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

constexpr float wheel_radius = 0.46f, track = 0.72f, axle_ahead = 0.85f;

void wagon(const Pen& pen, Rng& rng) {
  box(pen, Mat::paint_teal, {-0.58f, 0.62f, -1.45f}, {0.58f, 0.74f, 1.5f});
  for (const float x : {-0.58f, 0.58f}) {
    box(pen, Mat::planks, {x - 0.025f, 0.74f, -1.45f}, {x + 0.025f, 1.12f, 0.1f});
    box(pen, Mat::paint_red, {x - 0.03f, 1.12f, -1.45f}, {x + 0.03f, 1.18f, 0.1f});
  }
  box(pen, Mat::planks, {-0.58f, 0.74f, -1.48f}, {0.58f, 1.12f, -1.42f});
  barrel(pen.at(-0.25f, 0.74f, -1.05f).scaled(0.8f), rng);
  barrel(pen.at(0.3f, 0.74f, -0.95f).scaled(0.8f), rng);
  crate(pen.at(0.25f, 0.74f, -0.3f).yaw(12), 0.5f, rng);
  sack(pen.at(-0.28f, 0.74f, -0.35f), rng);
  // Seat, boiler, funnel, lamps.
  box(pen, Mat::paint_red, {-0.5f, 0.74f, 0.15f}, {0.5f, 1.08f, 0.55f});
  box(pen, Mat::paint_red, {-0.5f, 1.08f, 0.12f}, {0.5f, 1.55f, 0.2f});
  const vec2 boiler[] = {{0, 0.72f},    {0.34f, 0.72f}, {0.36f, 0.8f}, {0.36f, 1.4f},
                         {0.3f, 1.52f}, {0.12f, 1.6f},  {0.10f, 1.62f}};
  lathe(pen.at(0, 0, 1.1f), Mat::copper, boiler, 16);
  for (const float y : {0.85f, 1.1f, 1.35f}) torus(pen.at(0, y, 1.1f), Mat::brass, 0.36f, 0.018f, 5, 16);
  const vec2 funnel[] = {{0.10f, 1.6f},  {0.08f, 2.2f},  {0.15f, 2.35f},
                         {0.16f, 2.42f}, {0.09f, 2.42f}, {0.07f, 2.2f}};
  lathe(pen.at(0, 0, 1.1f), Mat::iron, funnel, 10);
  rod(pen, Mat::iron, {0.3f, 0.8f, 0.75f}, {0.18f, 1.5f, 0.62f}, 0.02f, 5);
  torus(pen.at(0.18f, 1.5f, 0.62f).pitch(-60), Mat::timber, 0.16f, 0.02f, 5, 14);
  for (const float x : {-0.5f, 0.5f}) {
    block(pen, Mat::brass, {x, 0.95f, 1.45f}, {0.16f, 0.2f, 0.14f});
    block(pen, Mat::lamp, {x, 0.95f, 1.525f}, {0.11f, 0.13f, 0.02f});
    for (const float z : {-axle_ahead, axle_ahead})
      block(pen, Mat::iron, {x * 0.8f, 0.55f, z}, {0.1f, 0.2f, 0.5f});
  }
  for (const float z : {-axle_ahead, axle_ahead})
    rod(pen, Mat::iron, {-track, wheel_radius, z}, {track, wheel_radius, z}, 0.035f, 6);
  // A canopy over the driver's seat.
  for (const float x : {-0.52f, 0.52f}) {
    rod(pen, Mat::brass, {x, 0.74f, 0.14f}, {x, 2.2f, 0.1f}, 0.018f, 5);
    rod(pen, Mat::brass, {x, 0.74f, 0.72f}, {x, 2.15f, 0.75f}, 0.018f, 5);
  }
  surface(
      pen, Mat::cloth_red, 8, 3,
      [](int i, int j) {
        const float u = static_cast<float>(i) / 8, v = static_cast<float>(j) / 3;
        return vec3(-0.65f + 1.3f * u, 2.18f + 0.14f * std::sin(3.1416f * u), 0.9f - 0.95f * v);
      },
      true);
}

void wheel(const Pen& pen) {
  const Pen p = pen.roll(90);
  torus(p, Mat::iron, wheel_radius - 0.03f, 0.03f, 6, 24);
  const vec2 rim[] = {{wheel_radius - 0.1f, -0.035f},
                      {wheel_radius - 0.04f, -0.035f},
                      {wheel_radius - 0.04f, 0.035f},
                      {wheel_radius - 0.1f, 0.035f},
                      {wheel_radius - 0.1f, -0.035f}};
  lathe(p, Mat::paint_red, rim, 24);
  const vec2 hub[] = {{0, -0.08f}, {0.07f, -0.08f}, {0.09f, 0}, {0.07f, 0.08f}, {0, 0.08f}};
  lathe(p, Mat::paint_red, hub, 10, true);
  for (int i = 0; i < 10; ++i) {
    const float a = 0.62832f * static_cast<float>(i);
    rod(p, Mat::paint_red, {0.06f * std::sin(a), 0, 0.06f * std::cos(a)},
        {(wheel_radius - 0.08f) * std::sin(a), 0, (wheel_radius - 0.08f) * std::cos(a)}, 0.022f, 5);
  }
}

struct Pose {
  vec2 at;
  float yaw;     ///< degrees
  float driven;  ///< metres since the start
};

vec2 spline(std::span<const vec2> p, float t) {  // closed Catmull-Rom
  const auto n = static_cast<int>(p.size());
  const int i = static_cast<int>(std::floor(t));
  const float f = t - std::floor(t);
  const auto at = [&](int k) { return p[static_cast<std::size_t>(((i + k) % n + n) % n)]; };
  const vec2 a = at(-1), b = at(0), c = at(1), d = at(2);
  return 0.5f * (2.0f * b + (c - a) * f + (2.0f * a - 5.0f * b + 4.0f * c - d) * f * f +
                 (3.0f * b - a - 3.0f * c + d) * f * f * f);
}

/// Equal steps along the closed route.
std::vector<Pose> poses(std::span<const vec2> route, int steps) {
  constexpr int fine = 4000;
  const float n = static_cast<float>(route.size());
  std::vector<float> length(fine + 1, 0);
  for (int i = 0; i < fine; ++i)
    length[static_cast<std::size_t>(i) + 1] =
        length[static_cast<std::size_t>(i)] +
        glm::length(spline(route, n * static_cast<float>(i + 1) / fine) -
                    spline(route, n * static_cast<float>(i) / fine));
  std::vector<Pose> out;
  std::size_t k = 0;
  for (int s = 0; s <= steps; ++s) {
    const float wanted = length.back() * static_cast<float>(s) / static_cast<float>(steps);
    while (k + 1 < length.size() - 1 && length[k + 1] < wanted) ++k;
    const float t = n * (static_cast<float>(k) + (wanted - length[k]) / (length[k + 1] - length[k])) / fine;
    const vec2 d = spline(route, t + 0.01f) - spline(route, t - 0.01f);
    out.push_back({spline(route, t), glm::degrees(std::atan2(d.x, d.y)), wanted});
  }
  return out;
}

}  // namespace

void cart(Town& town, std::span<const vec2> route, float seconds) {
  Rng rng(5);
  const int rough = 200;
  const float length = poses(route, rough).back().driven;
  // Whole turns of the wheels in a round, and less than a third of a turn between keys.
  const float turns = std::round(length / (6.2831853f * wheel_radius));
  const int steps = static_cast<int>(turns) * 4;
  const std::vector<Pose> path = poses(route, steps);
  Model& body = town.moving("cart");
  wagon(Pen(body), rng);
  std::vector<Model*> wheels;
  for (int i = 0; i < 4; ++i) {
    wheels.push_back(i == 0 ? &town.moving("wheel") : &town.copy(*wheels[0]));
    if (i == 0) wheel(Pen(*wheels[0]));
  }
  for (int s = 0; s <= steps; ++s) {
    const Pose& p = path[static_cast<std::size_t>(s)];
    const float time = seconds * static_cast<float>(s) / static_cast<float>(steps), a = glm::radians(p.yaw);
    // The last key equals the first, in angles too.
    const float yaw = s == steps ? path[0].yaw : p.yaw;
    body.keyframes.push_back({time, {p.at.x, 0.008f * static_cast<float>(s % 2), p.at.y}, {0, yaw, 0}});
    for (int i = 0; i < 4; ++i) {
      const float x = i < 2 ? -track : track, z = i % 2 == 0 ? -axle_ahead : axle_ahead;
      const vec3 at(p.at.x + x * std::cos(a) + z * std::sin(a), wheel_radius,
                    p.at.y - x * std::sin(a) + z * std::cos(a));
      wheels[static_cast<std::size_t>(i)]->keyframes.push_back(
          {time, at, {90.0f * static_cast<float>(s % 4), yaw, 0}});
    }
  }
}

}  // namespace town
