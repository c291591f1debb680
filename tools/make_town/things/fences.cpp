// Wrought-iron railings, chain-link, pickets: what is thinner than a pixel.

#include <cmath>

#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

void railing(const Pen& pen, float length) {
  const float h = 1.05f, half = 0.5f * length;
  const int bays = std::max(1, static_cast<int>(std::lround(length / 2.0f)));
  for (int i = 0; i <= bays; ++i) {
    const float x = -half + length * static_cast<float>(i) / static_cast<float>(bays);
    rod(pen, Mat::iron, {x, 0, 0}, {x, h + 0.06f, 0}, 0.028f, 6);
    ball(pen, Mat::iron, {x, h + 0.1f, 0}, 0.05f, 8);
    const vec2 foot[] = {{0.07f, 0}, {0.06f, 0.06f}, {0.03f, 0.1f}};
    lathe(pen.at(x, 0, 0), Mat::iron, foot, 6);
  }
  for (const float y : {0.14f, h})
    rod(pen, Mat::iron, {-half, y, 0}, {half, y, 0}, y > 0.5f ? 0.024f : 0.015f, 6);
  rod(pen, Mat::iron, {-half, h - 0.16f, 0}, {half, h - 0.16f, 0}, 0.010f, 4);
  const int bars = static_cast<int>(length / 0.13f);
  for (int i = 1; i < bars; ++i) {
    const float x = -half + length * static_cast<float>(i) / static_cast<float>(bars);
    rod(pen, Mat::iron, {x, 0.14f, 0}, {x, h - 0.16f, 0}, 0.009f, 4);
    if (i % 2 == 0) torus(pen.at(x, h - 0.08f, 0).pitch(90), Mat::iron, 0.055f, 0.007f, 3, 8);
  }
}

void chain_link(const Pen& pen, float length, float height) {
  const float half = 0.5f * length;
  const int bays = std::max(1, static_cast<int>(std::lround(length / 2.4f)));
  for (int i = 0; i <= bays; ++i) {
    const float x = -half + length * static_cast<float>(i) / static_cast<float>(bays);
    rod(pen, Mat::rust, {x, 0, 0}, {x, height + 0.06f, 0}, 0.03f, 6, true);
  }
  rod(pen, Mat::rust, {-half, height, 0}, {half, height, 0}, 0.02f, 6);
  for (const float y : {0.08f, 0.5f * height})
    rod(pen, Mat::iron, {-half, y, 0.02f}, {half, y, 0.02f}, 0.004f, 4);
  for (int i = 0; i < bays; ++i) {
    const float a = -half + length * static_cast<float>(i) / static_cast<float>(bays),
                b = a + length / static_cast<float>(bays);
    pen.quad(Mat::chain_link, {a, 0.04f, 0}, {b, 0.04f, 0}, {b, height, 0}, {a, height, 0});
  }
}

void picket_fence(const Pen& pen, float length, Mat paint) {
  const float half = 0.5f * length;
  const int count = static_cast<int>(length / 0.16f);
  for (const float y : {0.25f, 0.7f}) box(pen, paint, {-half, y - 0.04f, -0.04f}, {half, y + 0.04f, 0});
  for (int i = 0; i <= count; ++i) {
    const float x = -half + length * static_cast<float>(i) / static_cast<float>(count), w = 0.045f;
    box(pen, paint, {x - w, 0.04f, 0}, {x + w, 0.9f, 0.025f}, all_faces - top_face);
    for (const float z : {0.025f, 0.0f}) {
      const vec3 a(x - w, 0.9f, z), b(x + w, 0.9f, z), c(x, 0.97f, z);
      if (z > 0)
        pen.triangle(paint, a, b, c, {0, 1, 0});
      else
        pen.triangle(paint, b, a, c, {0, 1, 0});
    }
    pen.quad(paint, {x + w, 0.9f, 0.025f}, {x + w, 0.9f, 0}, {x, 0.97f, 0}, {x, 0.97f, 0.025f});
    pen.quad(paint, {x - w, 0.9f, 0}, {x - w, 0.9f, 0.025f}, {x, 0.97f, 0.025f}, {x, 0.97f, 0});
  }
}

}  // namespace town
