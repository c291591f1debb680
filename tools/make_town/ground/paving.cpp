#include "tools/make_town/ground/paving.h"

#include <cmath>

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

constexpr int segments = 64;
constexpr vec2 center{0, -2};

vec3 polar(float r, int i) {
  const float a = 6.2831853f * static_cast<float>(i) / segments;
  return {center.x + r * std::sin(a), 0, center.y + r * std::cos(a)};
}

void ring(const Pen& pen, Mat m, float r0, float r1, float y = 0) {
  const Pen p = pen.at(0, y, 0);
  for (int i = 0; i < segments; ++i) {
    if (r0 <= 0)
      p.triangle(m, polar(0, 0), polar(r1, i), polar(r1, i + 1), {1, 0, 0});
    else
      p.quad(m, polar(r0, i + 1), polar(r0, i), polar(r1, i), polar(r1, i + 1), {1, 0, 0});
  }
}

void field(const Pen& pen, Mat m, float x0, float x1, float z0, float z1, float y = 0) {
  pen.quad(m, {x0, y, z1}, {x1, y, z1}, {x1, y, z0}, {x0, y, z0});
}

/// From a ring outwards to a rectangle.
void ring_to_rectangle(const Pen& pen, Mat m, float r, float x0, float x1, float z0, float z1) {
  const auto edge = [&](int i) {
    const float a = 6.2831853f * static_cast<float>(i) / segments, dx = std::sin(a), dz = std::cos(a);
    float t = 1e9f;
    if (dx > 1e-5f) t = std::min(t, (x1 - center.x) / dx);
    if (dx < -1e-5f) t = std::min(t, (x0 - center.x) / dx);
    if (dz > 1e-5f) t = std::min(t, (z1 - center.y) / dz);
    if (dz < -1e-5f) t = std::min(t, (z0 - center.y) / dz);
    return vec3(center.x + t * dx, 0, center.y + t * dz);
  };
  const vec3 corners[] = {{x1, 0, z1}, {x1, 0, z0}, {x0, 0, z0}, {x0, 0, z1}};
  for (int i = 0; i < segments; ++i) {
    const vec3 a = edge(i), b = edge(i + 1);
    pen.quad(m, polar(r, i + 1), polar(r, i), a, b, {1, 0, 0});
    // The corner between two rays that meet different sides.
    for (const vec3 c : corners)
      if (glm::length(glm::cross(b - a, c - a)) > 1e-3f &&
          glm::length(c - a) + glm::length(b - c) < 1.6f * glm::length(b - a) &&
          glm::length(c - a) < glm::length(b - a) && glm::length(c - b) < glm::length(b - a))
        pen.triangle(m, a, c, b, {1, 0, 0});
  }
}

/// A gutter of setts between two points.
void gutter(const Pen& pen, vec3 a, vec3 b, float width) {
  const vec3 along = glm::normalize(b - a), side = glm::cross(along, vec3(0, 1, 0)) * (0.5f * width),
             up(0, 0.008f, 0);
  pen.quad(Mat::setts, a + side + up, a - side + up, b - side + up, b + side + up, along);
}

}  // namespace

void paving(const Pen& pen, Rng& rng) {
  ring(pen, Mat::flagstone, 0, 3.6f);
  ring(pen, Mat::setts, 3.6f, 4.1f);
  ring(pen, Mat::cobble, 4.1f, 6.2f);
  ring(pen, Mat::flagstone, 6.2f, 6.7f);
  // The cart has worn its track.
  ring(pen, Mat::setts, 6.7f, 11.2f);
  ring(pen, Mat::flagstone, 11.2f, 11.7f);
  ring_to_rectangle(pen, Mat::cobble, 11.7f, -23.4f, 23.4f, -22.2f, 19.4f);
  // A border of mossier cobbles before the pavements.
  field(pen, Mat::cobble_mossy, -25.2f, -23.4f, -22.2f, 19.4f);
  field(pen, Mat::cobble_mossy, 23.4f, 25.2f, -22.2f, 19.4f);
  field(pen, Mat::cobble_mossy, -25.2f, 25.2f, -24.0f, -22.2f);
  for (const float x : {-23.4f, 23.4f}) gutter(pen, {x, 0, -22.2f}, {x, 0, 19.4f}, 0.45f);
  gutter(pen, {-23.4f, 0, -22.2f}, {23.4f, 0, -22.2f}, 0.45f);
  for (int i = 0; i < 4; ++i) {  // four gutters run from the ring to the corners
    const float sx = i < 2 ? -1.0f : 1.0f, sz = i % 2 == 0 ? -1.0f : 1.0f;
    gutter(pen, {sx * 8.3f, 0, center.y + sz * 8.3f}, {sx * 23.2f, 0, sz > 0 ? 19.2f : -22.0f}, 0.4f);
  }
  // Pavements with a kerb.
  for (const float s : {-1.0f, 1.0f}) {
    const float a = s < 0 ? -27.3f : 25.2f, b = s < 0 ? -25.2f : 27.3f;
    field(pen, Mat::flagstone, a, b, -22.0f, 20, 0.06f);
    const float kerb = 25.2f * s;
    box(pen, Mat::ashlar, {kerb - 0.09f, -0.1f, -22.0f}, {kerb + 0.09f, 0.075f, 20}, no_bottom);
  }
  for (const float s : {-1.0f, 1.0f}) {
    const float a = s < 0 ? -27.0f : 11.0f, b = s < 0 ? -11.0f : 27.0f;
    field(pen, Mat::flagstone, a, b, -25.3f, -23.9f, 0.06f);
    box(pen, Mat::ashlar, {a, -0.1f, -23.99f}, {b, 0.075f, -23.81f}, no_bottom);
  }
  field(pen, Mat::cobble, -11, 11, -25.0f, -24.0f);
  // The quay: setts, then flags up to the coping.
  field(pen, Mat::setts, -46, 46, 19.4f, 21.2f);
  field(pen, Mat::flagstone, -46, 46, 21.2f, 23.4f);
  // Ground under houses and in alleys.
  field(pen, Mat::cobble_mossy, -46, -25.2f, -44, 19.4f, -0.01f);
  field(pen, Mat::cobble_mossy, 25.2f, 46, -44, 19.4f, -0.01f);
  field(pen, Mat::cobble_mossy, -25.2f, 25.2f, -44, -24.0f, -0.01f);
  // Puddles in the hollows.
  for (int i = 0; i < 14; ++i) {
    const float a = rng.range(0, 6.2832f), r = rng.range(9, 22), size = rng.range(0.35f, 0.95f);
    const vec3 at(r * std::sin(a), 0.007f, glm::clamp(center.y + r * std::cos(a), -21.5f, 19.0f));
    const float turn = rng.range(0, 3.14f), wobble = rng.range(0, 6.28f);
    const auto rim = [&](int k) {
      const float t = 6.2831853f * static_cast<float>(k % 18) / 18;
      const float s = size * (1 + 0.22f * std::sin(2 * t + wobble) + 0.13f * std::sin(5 * t));
      return at + s * vec3(1.5f * std::sin(t) * std::cos(turn) + 0.7f * std::cos(t) * std::sin(turn), 0,
                           0.7f * std::cos(t) * std::cos(turn) - 1.5f * std::sin(t) * std::sin(turn));
    };
    for (int k = 0; k < 18; ++k) pen.triangle(Mat::puddle, at, rim(k), rim(k + 1), {1, 0, 0});
  }
  // Drains.
  for (int i = 0; i < 6; ++i) {
    const vec3 at(rng.range(-20, 20), 0.012f, rng.chance(0.5f) ? 19.0f : -21.6f);
    for (int k = 0; k < 7; ++k)
      box(pen, Mat::iron, at + vec3(-0.25f + 0.07f * static_cast<float>(k), 0, -0.22f),
          at + vec3(-0.21f + 0.07f * static_cast<float>(k), 0.02f, 0.22f), no_bottom);
    box(pen, Mat::iron, at + vec3(-0.3f, -0.005f, -0.27f), at + vec3(-0.25f, 0.024f, 0.27f), no_bottom);
    box(pen, Mat::iron, at + vec3(0.25f, -0.005f, -0.27f), at + vec3(0.3f, 0.024f, 0.27f), no_bottom);
    pen.at(at).quad(Mat::dark, {-0.25f, 0, 0.25f}, {0.25f, 0, 0.25f}, {0.25f, 0, -0.25f},
                    {-0.25f, 0, -0.25f});
  }
}

}  // namespace town
