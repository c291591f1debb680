// Lamp posts, wires across the square with lanterns that swing, pennants.

#include <cmath>

#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

std::vector<Keyframe> swing(vec3 position, float yaw_degrees, float degrees, float period, float phase) {
  std::vector<Keyframe> keys;
  constexpr int steps = 12;
  for (int i = 0; i <= steps; ++i) {
    const float t = static_cast<float>(i) / steps, a = 6.2831853f * (t + phase);
    keys.push_back(
        {t * period, position, {0.35f * degrees * std::sin(a + 1.3f), yaw_degrees, degrees * std::sin(a)}});
  }
  return keys;
}

namespace {

constexpr vec3 warm{1.0f, 0.62f, 0.30f};

/// The glowing body hangs below the origin.
void lantern(const Pen& pen, float size) {
  const Pen p = pen.scaled(size);
  rod(p, Mat::iron, {0, -0.22f, 0}, {0, 0, 0}, 0.012f, 4);
  const vec2 cap[] = {{0.20f, -0.36f}, {0.17f, -0.33f}, {0.06f, -0.24f}, {0, -0.20f}};
  lathe(p, Mat::iron, cap, 8);
  const vec2 body[] = {{0, -0.66f}, {0.10f, -0.66f}, {0.14f, -0.58f}, {0.145f, -0.46f}, {0.12f, -0.36f}};
  lathe(p, Mat::lamp, body, 8, true);
  const vec2 foot[] = {{0, -0.72f}, {0.07f, -0.71f}, {0.115f, -0.65f}, {0.08f, -0.64f}};
  lathe(p, Mat::iron, foot, 8);
  for (int i = 0; i < 4; ++i) {
    const float a = 1.5708f * static_cast<float>(i);
    const vec3 d(std::sin(a), 0, std::cos(a));
    const vec3 bar[] = {d * 0.115f + vec3(0, -0.65f, 0), d * 0.152f + vec3(0, -0.57f, 0),
                        d * 0.158f + vec3(0, -0.46f, 0), d * 0.14f + vec3(0, -0.35f, 0)};
    tube(p, Mat::iron, bar, 0.008f, 4);
  }
}

}  // namespace

void lamp_post(Town& town, const Pen& pen, bool light) {
  const vec2 post[] = {{0.17f, 0},     {0.17f, 0.1f},  {0.13f, 0.16f}, {0.13f, 0.5f},
                       {0.08f, 0.62f}, {0.055f, 0.7f}, {0.045f, 2.7f}, {0.075f, 2.74f},
                       {0.045f, 2.8f}, {0.04f, 3.0f},  {0.10f, 3.06f}, {0.12f, 3.1f}};
  lathe(pen, Mat::iron, post, 10);
  const vec2 glow[] = {{0.085f, 3.12f}, {0.16f, 3.5f}};
  lathe(pen, Mat::lamp, glow, 6);
  const vec2 hat[] = {{0.22f, 3.5f}, {0.20f, 3.54f}, {0.09f, 3.68f},
                      {0.04f, 3.7f}, {0.05f, 3.76f}, {0, 3.84f}};
  lathe(pen, Mat::iron, hat, 6);
  const vec2 under[] = {{0.16f, 3.5f}, {0.22f, 3.5f}};
  lathe(pen, Mat::iron, under, 6);
  for (int i = 0; i < 6; ++i) {
    const float a = 1.0471976f * static_cast<float>(i);
    const vec3 d(std::sin(a), 0, std::cos(a));
    rod(pen, Mat::iron, d * 0.09f + vec3(0, 3.1f, 0), d * 0.168f + vec3(0, 3.52f, 0), 0.011f, 4);
  }
  rod(pen, Mat::iron, {-0.32f, 2.6f, 0}, {0.32f, 2.6f, 0}, 0.018f, 5, true);
  if (light) town.lights.push_back({pen.world({0, 3.3f, 0}), warm, 5.5f, 11});
}

void wire(const Pen& pen, std::span<const vec3> points) {
  tube(pen, Mat::iron, points, 0.009f, 4);
}

void string_lights(Town& town, vec3 a, vec3 b, float sag, int lanterns, bool lights, Rng& rng) {
  constexpr int pieces = 24;
  const std::vector<vec3> points = catenary(a, b, sag, pieces);
  const Pen pen(town.fixed());
  wire(pen, points);
  for (int i = 0; i < lanterns; ++i) {
    const int at = pieces * (i + 1) / (lanterns + 1);
    const vec3 p = points[static_cast<std::size_t>(at)];
    Model& model = town.again(town.lantern, "lantern", [](const Pen& one) { lantern(one, 0.95f); });
    model.keyframes = swing(p, glm::degrees(std::atan2(b.x - a.x, b.z - a.z)) + 90, rng.range(4, 8),
                            rng.range(2.2f, 3.0f), rng.uniform());
    if (lights && i % 2 == 1) town.lights.push_back({p - vec3(0, 0.75f, 0), warm, 6.0f, 12});
  }
}

void pennants(const Pen& pen, vec3 a, vec3 b, float sag, Rng& rng) {
  constexpr int pieces = 40;
  const std::vector<vec3> points = catenary(a, b, sag, pieces);
  tube(pen, Mat::rope, points, 0.008f, 4);
  static constexpr Mat cloths[] = {Mat::pennant_red, Mat::canvas, Mat::pennant_teal, Mat::pennant_gold};
  const vec3 along = glm::normalize(b - a), aside = glm::normalize(glm::cross(along, vec3(0, 1, 0)));
  for (int i = 0; i < pieces; ++i) {
    const vec3 p = points[static_cast<std::size_t>(i)], q = points[static_cast<std::size_t>(i) + 1];
    const vec3 from = glm::mix(p, q, 0.12f), to = glm::mix(p, q, 0.88f);
    const float width = glm::length(to - from), lean = rng.range(0.05f, 0.30f);
    const vec3 tip =
        0.5f * (from + to) + vec3(0, -1.15f * width, 0) + aside * (lean * width) + along * (0.1f * width);
    const vec3 left = glm::mix(from, tip, 0.5f) + aside * (0.06f * width),
               right = glm::mix(to, tip, 0.5f) + aside * (0.06f * width);
    const Mat m = cloths[i % 4];
    pen.sheet(m, left, right, to, from);
    pen.flap(m, left, tip, right, along);
  }
}

}  // namespace town
