// The quay wall, bollards, ladders, a wooden jetty, a hand crane.

#include <cmath>

#include "tools/make_town/ground/ground.h"

namespace town {

using glm::vec2;
using glm::vec3;

void bollard(const Pen& pen, int kind) {
  const vec2 mushroom[] = {{0.24f, 0},   {0.24f, 0.06f}, {0.15f, 0.12f}, {0.13f, 0.42f},
                           {0.2f, 0.5f}, {0.21f, 0.56f}, {0.14f, 0.62f}, {0, 0.64f}};
  const vec2 post[] = {{0.21f, 0}, {0.2f, 0.08f}, {0.17f, 0.1f}, {0.15f, 0.55f}, {0.12f, 0.63f}, {0, 0.66f}};
  const vec2 stump[] = {{0.26f, 0}, {0.22f, 0.4f}, {0.25f, 0.44f}, {0.25f, 0.5f}, {0.1f, 0.55f}, {0, 0.55f}};
  switch (kind % 4) {
    case 0:
      lathe(pen, Mat::iron, mushroom, 12, true);
      break;
    case 1:  // an iron post with a bar through it
      lathe(pen, Mat::iron, post, 12, true);
      rod(pen, Mat::iron, {-0.34f, 0.45f, 0}, {0.34f, 0.45f, 0}, 0.045f, 8, true);
      break;
    case 2:  // a stump of granite with a ring of rope
      lathe(pen, Mat::ashlar, stump, 10, true);
      torus(pen.at(0, 0.26f, 0), Mat::rope, 0.26f, 0.03f, 6, 16);
      break;
    default:  // two posts on one foot
      box(pen, Mat::rust, {-0.42f, 0, -0.18f}, {0.42f, 0.06f, 0.18f}, no_bottom);
      for (const float x : {-0.24f, 0.24f})
        lathe(pen.at(x, 0.05f, 0).scaled(0.75f), Mat::rust, mushroom, 10, true);
  }
}

void mooring(const Pen& pen, vec3 a, vec3 b, float sag) {
  tube(pen, Mat::rope, catenary(a, b, sag, 12), 0.02f, 5);
}

namespace {

void ladder(const Pen& pen) {
  for (const float x : {-0.22f, 0.22f}) rod(pen, Mat::rust, {x, -2.6f, 0.12f}, {x, 0.05f, 0.12f}, 0.025f, 5);
  for (int i = 0; i < 9; ++i)
    rod(pen, Mat::rust, {-0.22f, -2.5f + 0.29f * static_cast<float>(i), 0.12f},
        {0.22f, -2.5f + 0.29f * static_cast<float>(i), 0.12f}, 0.016f, 5);
  for (const float x : {-0.22f, 0.22f}) {
    const vec3 hook[] = {{x, 0.05f, 0.12f}, {x, 0.12f, 0.05f}, {x, 0.1f, -0.2f}, {x, 0.02f, -0.3f}};
    tube(pen, Mat::rust, hook, 0.025f, 5);
  }
}

}  // namespace

void quay(const Pen& pen, float from_x, float to_x, Rng& rng) {
  const Pen p = pen.at(0, 0, quay_edge);
  p.quad(Mat::quay_stone, {from_x, -4, 0}, {to_x, -4, 0}, {to_x, -0.3f, 0}, {from_x, -0.3f, 0});
  for (const float side : {-1.0f, 1.0f}) {
    const float x = side < 0 ? from_x : to_x;
    const Pen s = p.at(x, 0, 0).yaw(90 * side);
    s.quad(Mat::quay_stone, side < 0 ? vec3(-14, -4, 0) : vec3(0, -4, 0),
           side < 0 ? vec3(0, -4, 0) : vec3(14, -4, 0), side < 0 ? vec3(0, -0.3f, 0) : vec3(14, -0.3f, 0),
           side < 0 ? vec3(-14, -0.3f, 0) : vec3(0, -0.3f, 0));
  }
  // Coping: long stones with open joints.
  for (float x = from_x; x < to_x - 0.1f;) {
    const float end = std::min(x + rng.range(1.1f, 1.9f), to_x), out = rng.range(0.05f, 0.09f);
    box(p, Mat::ashlar, {x + 0.008f, -0.32f, -0.75f}, {end - 0.008f, 0.05f + rng.range(0, 0.015f), out});
    x = end;
  }
  int kind = 0;
  for (float x = from_x + 7; x < to_x - 4; x += 6.4f) bollard(p.at(x, 0.05f, -0.45f), kind++);
  for (const float x : {-16.0f, 6.0f, 22.0f}) ladder(p.at(x, 0, 0.05f));
  // Fenders: old tyres on ropes.
  for (float x = from_x + 4; x < to_x - 4; x += rng.range(3.5f, 6.0f)) {
    torus(p.at(x, -0.95f, 0.17f).pitch(90), Mat::dark, 0.30f, 0.12f, 7, 14);
    for (const float d : {-0.1f, 0.1f})
      rod(p, Mat::rope, {x + d, -0.75f, 0.2f}, {x + d * 0.5f, 0.04f, 0.09f}, 0.012f, 4);
  }
}

void jetty(const Pen& pen, float length, Rng& rng) {
  const float half = 1.3f, y = -0.55f;
  const int boards = static_cast<int>(length / 0.2f);
  for (int i = 0; i < boards; ++i) {
    const float z = 0.2f * static_cast<float>(i), lift = rng.range(-0.008f, 0.008f),
                side = rng.range(-0.05f, 0.05f);
    box(pen, Mat::deck, {-half + side, y - 0.05f + lift, z + 0.008f}, {half + side, y + lift, z + 0.192f});
  }
  for (const float x : {-half + 0.25f, half - 0.25f})
    box(pen, Mat::timber, {x - 0.1f, y - 0.27f, 0}, {x + 0.1f, y - 0.06f, length});
  for (float z = 1.2f; z < length; z += 3) {
    for (const float side : {-1.0f, 1.0f}) {
      const float x = side * (half + 0.08f), top = rng.range(0.25f, 0.5f);
      rod(pen, Mat::timber, {x, -4.5f, z}, {x + rng.range(-0.05f, 0.05f), top, z}, 0.14f, 9, true);
      torus(pen.at(x, 0.1f, z), Mat::rope, 0.145f, 0.02f, 5, 10);
    }
    beam(pen, Mat::timber, {-half, y - 0.35f, z}, {half, y - 0.35f, z}, 0.16f, 0.16f);
    beam(pen, Mat::timber, {-half, -2.2f, z}, {half, y - 0.4f, z}, 0.12f, 0.12f, {0, 0, 1});
  }
  // Steps down from the quay.
  for (int i = 0; i < 3; ++i) {
    const float top = -0.14f - 0.14f * static_cast<float>(i), z = 0.28f * static_cast<float>(i);
    box(pen, Mat::deck, {-0.8f, top - 0.06f, z}, {0.8f, top, z + 0.3f});
  }
}

void crane(const Pen& pen) {
  const vec2 foot[] = {{0.75f, 0}, {0.75f, 0.25f}, {0.6f, 0.3f}, {0, 0.3f}};
  lathe(pen, Mat::ashlar, foot, 12);
  beam(pen, Mat::timber, {0, 0.3f, 0}, {0, 4.0f, 0}, 0.3f, 0.3f, {0, 0, 1});
  beam(pen, Mat::timber, {0, 1.2f, 0.1f}, {0, 5.0f, 3.6f}, 0.24f, 0.24f);
  beam(pen, Mat::timber, {0, 3.9f, -0.4f}, {0, 4.1f, 2.6f}, 0.2f, 0.2f);
  rod(pen, Mat::iron, {0, 4.1f, -0.3f}, {0, 5.0f, 3.6f}, 0.02f, 5);
  torus(pen.at(0, 4.9f, 3.6f).roll(90), Mat::rust, 0.16f, 0.05f, 6, 14);
  rod(pen, Mat::rope, {0, 4.9f, 3.77f}, {0, 1.5f, 3.77f}, 0.018f, 5);
  rod(pen, Mat::rope, {0, 5.02f, 3.5f}, {0, 1.3f, 0.35f}, 0.018f, 5);
  rod(pen, Mat::planks, {-0.4f, 1.3f, 0.35f}, {0.4f, 1.3f, 0.35f}, 0.14f, 10, true);
  torus(pen.at(0.48f, 1.3f, 0.35f).roll(90), Mat::rust, 0.3f, 0.025f, 5, 14);
  const vec3 hook[] = {
      {0, 1.5f, 3.77f}, {0, 1.32f, 3.77f}, {0, 1.22f, 3.85f}, {0, 1.2f, 3.95f}, {0, 1.3f, 4.0f}};
  tube(pen, Mat::iron, hook, 0.03f, 6);
  // A net of crates hangs from it.
  block(pen, Mat::crate, {0, 0.85f, 3.8f}, {0.7f, 0.6f, 0.7f});
  for (const float x : {-0.35f, 0.35f})
    for (const float z : {3.45f, 4.15f}) rod(pen, Mat::rope, {x, 1.15f, z}, {0, 1.5f, 3.8f}, 0.012f, 4);
}

}  // namespace town
