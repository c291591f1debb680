// Gulls: a body and two wings that flap, circling over the harbour; others stand on posts.

#include <cmath>

#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

constexpr float shoulder = 0.06f;

void body(const Pen& pen) {
  // Lathed along z: pitched so that y becomes z.
  const vec2 profile[] = {{0.0f, -0.30f}, {0.05f, -0.22f}, {0.10f, -0.05f}, {0.11f, 0.08f},
                          {0.075f, 0.2f}, {0.07f, 0.27f},  {0.03f, 0.32f},  {0, 0.325f}};
  lathe(pen.pitch(90), Mat::gull_white, profile, 10, true);
  const vec2 bill[] = {{0.022f, 0.31f}, {0.015f, 0.36f}, {0, 0.4f}};
  lathe(pen.at(0, -0.01f, 0).pitch(90), Mat::orange, bill, 6);
  pen.sheet(Mat::gull_white, {-0.03f, 0, -0.26f}, {-0.11f, 0, -0.42f}, {0.11f, 0, -0.42f},
            {0.03f, 0, -0.26f});
}

/// From the shoulder outwards along x (side > 0) or -x.
void wing(const Pen& pen, float side) {
  const vec3 a(0, 0, 0.10f), b(0, 0, -0.12f), c(side * 0.34f, 0.06f, 0.15f), d(side * 0.34f, 0.06f, -0.09f),
      e(side * 0.62f, 0.05f, 0.04f), f(side * 0.60f, 0.05f, -0.10f), g(side * 0.78f, 0.03f, -0.12f);
  pen.sheet(Mat::gull_grey, a, c, d, b);
  pen.sheet(Mat::gull_grey, c, e, f, d);
  pen.flap(Mat::dark, e, g, f, {1, 0, 0});
}

}  // namespace

void standing_gull(const Pen& pen) {
  const Pen p = pen.at(0, 0.30f, 0);
  body(p.pitch(-14));
  for (const float side : {-1.0f, 1.0f}) {
    const float x = side * 0.085f;
    p.sheet(Mat::gull_grey, {x, 0.09f, 0.1f}, {x, -0.06f, 0.02f}, {x * 0.55f, -0.03f, -0.44f},
            {x * 0.7f, 0.04f, -0.3f});
    rod(p, Mat::orange, {side * 0.04f, -0.30f, 0.0f}, {side * 0.04f, -0.08f, 0.0f}, 0.008f, 4);
    block(p, Mat::orange, {side * 0.04f, -0.295f, 0.03f}, {0.05f, 0.012f, 0.08f});
  }
}

void gulls(Town& town, Rng& rng) {
  const Model* first[3] = {};
  for (int i = 0; i < 6; ++i) {
    const vec3 center(rng.range(-15, 20), rng.range(9, 17), rng.range(14, 36));
    const float rx = rng.range(7, 14), rz = rng.range(6, 12), seconds = rng.range(10, 16),
                phase = rng.range(0, 6.28f);
    const float way = rng.chance(0.5f) ? 1.0f : -1.0f;
    Model* parts[3];
    for (int k = 0; k < 3; ++k) {
      static constexpr const char* names[] = {"gull", "wing_left", "wing_right"};
      parts[k] = &town.again(first[k], names[k], [&](const Pen& pen) {
        if (k == 0)
          body(pen);
        else
          wing(pen, k == 1 ? -1.0f : 1.0f);
      });
    }
    const int flaps = static_cast<int>(seconds * 1.6f), steps = flaps * 6;
    for (int s = 0; s <= steps; ++s) {
      const float u = static_cast<float>(s % steps) / static_cast<float>(steps);
      const float a = phase + way * 6.2831853f * u;
      const float flap_phase = 6.2831853f * static_cast<float>(s % 6) / 6;
      // They glide for a third of the round.
      const float effort = 0.5f + 0.5f * std::sin(a * 2 + 1),
                  flap = 10 + (6 + 26 * effort) * std::sin(flap_phase);
      const vec3 at = center + vec3(rx * std::cos(a), 0.8f * std::sin(2 * a) - 0.05f * std::sin(flap_phase),
                                    rz * std::sin(a));
      const vec3 d = way * vec3(-rx * std::sin(a), 0, rz * std::cos(a));
      const float yaw = glm::degrees(std::atan2(d.x, d.z)), bank = way * 18;
      const float time = seconds * static_cast<float>(s) / static_cast<float>(steps);
      parts[0]->keyframes.push_back({time, at, {0, yaw, bank}});
      const float y = glm::radians(yaw), r = glm::radians(bank);
      for (int k = 0; k < 2; ++k) {
        const float side = k == 0 ? -1.0f : 1.0f;
        const vec3 joint(side * shoulder * std::cos(r), 0.05f + side * shoulder * std::sin(r), 0.03f);
        const vec3 turned(joint.x * std::cos(y) + joint.z * std::sin(y), joint.y,
                          -joint.x * std::sin(y) + joint.z * std::cos(y));
        parts[k + 1]->keyframes.push_back({time, at + turned, {0, yaw, bank + side * flap}});
      }
    }
  }
}

}  // namespace town
