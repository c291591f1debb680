#include "tools/make_town/houses/signs.h"

#include <cmath>

#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

void fascia_board(const Pen& pen, int which, float width) {
  const float h = width / 16, w = 0.5f * width, d = 0.05f;
  box(pen, Mat::timber, {-w - 0.05f, -h - 0.05f, 0}, {w + 0.05f, h + 0.05f, d - 0.015f}, no_back);
  const float v = 1 - static_cast<float>(which % 8 + 1) / 8;
  pen.picture(which < 8 ? Mat::fascia : Mat::fascia_2, {-w, -h, d}, {w, -h, d}, {w, h, d}, {-w, h, d},
              {0, v + 0.0005f}, {1, v + 0.1245f});
  box(pen, Mat::timber, {-w - 0.12f, h + 0.03f, 0}, {w + 0.12f, h + 0.09f, 0.14f}, no_back);
}

void hanging_sign(Town& town, const Pen& pen, int which, Rng& rng) {
  // The arm, a scroll under it, and a rosette on the wall.
  rod(pen, Mat::iron, {0, 0, 0}, {0, 0, 1.15f}, 0.02f, 6, true);
  std::vector<vec3> scroll;
  for (int i = 0; i <= 14; ++i) {
    const float t = static_cast<float>(i) / 14, a = 1.2f + 3.6f * t, r = 0.42f * (1 - 0.55f * t);
    scroll.emplace_back(0, -0.42f + r * std::sin(a) * 0.9f + 0.1f, 0.42f - r * std::cos(a) * 0.9f);
  }
  rod(pen, Mat::iron, {0, 0.5f, 0}, {0, 0, 0.9f}, 0.012f, 5);
  tube(pen.at(0, 0.62f, -0.12f).scaled(0.6f), Mat::iron, scroll, 0.02f, 5);
  block(pen, Mat::iron, {0, 0.1f, 0.015f}, {0.1f, 0.9f, 0.03f}, no_back);
  ball(pen, Mat::brass, {0, 0, 1.17f}, 0.04f, 8);

  Model& model = town.moving("sign");
  const Pen sign(model);
  const float w = 0.4f, top = -0.12f, low = top - 0.8f;
  const vec2 cell(0.25f * static_cast<float>(which % 4), which < 4 ? 0.5f : 0.0f), size(0.25f, 0.5f);
  for (const float z : {0.3f, -0.3f}) rod(sign, Mat::iron, {0, top, z}, {0, 0, z}, 0.010f, 5);
  for (const float yaw : {90.0f, -90.0f}) {
    const Pen face = sign.yaw(yaw).at(0, 0, 0.022f);
    face.picture(Mat::hanging, {-w, low, 0}, {w, low, 0}, {w, top, 0}, {-w, top, 0}, cell, cell + size);
  }
  box(sign, Mat::timber, {-0.03f, top - 0.02f, -w - 0.03f}, {0.03f, top + 0.03f, w + 0.03f});
  box(sign, Mat::timber, {-0.03f, low - 0.03f, -w - 0.03f}, {0.03f, low + 0.02f, w + 0.03f});
  for (const float z : {-w, w}) box(sign, Mat::timber, {-0.03f, low, z - 0.03f}, {0.03f, top, z + 0.03f});
  const vec3 origin = pen.world({0, 0, 0.62f}), ahead = pen.world({0, 0, 1.62f}) - origin;
  model.keyframes = swing(origin, glm::degrees(std::atan2(ahead.x, ahead.z)), rng.range(4, 9),
                          rng.range(2.4f, 3.4f), rng.uniform());
}

void notice_board(const Pen& pen) {
  const float w = 0.75f, low = 0.85f, top = 2.25f;
  for (const float x : {-w - 0.08f, w + 0.08f}) {
    block(pen, Mat::timber, {x, 1.2f, 0}, {0.12f, 2.4f, 0.12f}, no_bottom);
    block(pen, Mat::ashlar, {x, 0.07f, 0}, {0.28f, 0.16f, 0.28f}, no_bottom);
  }
  box(pen, Mat::timber, {-w, low - 0.06f, -0.04f}, {w, low, 0.05f});
  box(pen, Mat::timber, {-w, top, -0.04f}, {w, top + 0.06f, 0.05f});
  box(pen, Mat::planks, {-w, low, -0.03f}, {w, top, 0.01f}, back_face | front_face);
  pen.picture(Mat::notices, {-0.7f, low, 0.018f}, {0.7f, low, 0.018f}, {0.7f, top, 0.018f},
              {-0.7f, top, 0.018f}, {0, 0}, {1, 1});
  // Its roof: two small slopes of shingles.
  for (const float yaw : {0.0f, 180.0f}) {
    const Pen p = pen.at(0, 2.4f, 0).yaw(yaw);
    p.quad(Mat::shingles, {-1.05f, -0.02f, 0.38f}, {1.05f, -0.02f, 0.38f}, {1.05f, 0.3f, 0},
           {-1.05f, 0.3f, 0});
    p.quad(Mat::planks, {-1.05f, 0.27f, 0}, {1.05f, 0.27f, 0}, {1.05f, -0.05f, 0.38f},
           {-1.05f, -0.05f, 0.38f});
    p.quad(Mat::planks, {-1.05f, -0.05f, 0.38f}, {1.05f, -0.05f, 0.38f}, {1.05f, -0.02f, 0.38f},
           {-1.05f, -0.02f, 0.38f});
    p.triangle(Mat::planks, {1.0f, -0.03f, 0.36f}, {1.0f, -0.03f, 0}, {1.0f, 0.28f, 0}, {0, 0, -1});
    p.triangle(Mat::planks, {-1.0f, -0.03f, 0}, {-1.0f, -0.03f, 0.36f}, {-1.0f, 0.28f, 0}, {0, 0, 1});
  }
}

}  // namespace town
