// Clinker boats that bob at their moorings: a hull lofted through stations, and what stands on it.

#include <cmath>

#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

/// The bow looks along +z. Lengths in metres; the origin lies amidships in the waterline.
struct Hull {
  float length, beam, freeboard, draught;

  float width(float t) const {  // half, at the gunwale; t from stern (0) to bow (1)
    const float stern = 0.70f + 0.30f * std::min(1.0f, t / 0.4f) * (2 - std::min(1.0f, t / 0.4f));
    const float bow = t < 0.5f ? 1 : 1 - std::pow((t - 0.5f) / 0.5f, 2.2f);
    return 0.5f * beam * stern * bow;
  }
  float sheer(float t) const {
    return freeboard * (1 + 0.75f * std::pow(std::max(0.0f, t - 0.35f) / 0.65f, 2.0f) + 0.15f * (1 - t));
  }
  float keel(float t) const {
    return -draught + (draught + 0.6f * freeboard) * std::pow(std::max(0.0f, t - 0.72f) / 0.28f, 2.0f);
  }
  vec3 at(float t, float s, float inset = 0) const {  // s from keel (0) to gunwale (1)
    const float rake = 0.16f * length * std::max(0.0f, t - 0.8f) * s;
    const float half = std::max(0.0f, width(t) - inset) * std::pow(s, 0.55f);
    return {half, glm::mix(keel(t) + inset, sheer(t), std::pow(s, 1.5f)), length * (t - 0.5f) + rake};
  }
};

constexpr int stations = 16, strakes = 8;

float part(int i, int n) {
  return static_cast<float>(i) / static_cast<float>(n);
}

void hull_shell(const Pen& pen, const Hull& h, Mat paint, Mat bottom, Mat inside) {
  const int change = 4;  // paint above, tar below
  for (const float side : {-1.0f, 1.0f}) {
    const auto mirrored = [side](vec3 p) { return vec3(side * p.x, p.y, p.z); };
    const auto strip = [&](Mat m, int low, int high, float inset, bool inwards) {
      const bool flip = (side > 0) == inwards;  // which way round the stations run for the outside to be out
      surface(pen, m, stations, high - low, [&](int i, int j) {
        const float t = part(flip ? i : stations - i, stations);
        return mirrored(h.at(t, part(low + j, strakes), inset));
      });
    };
    strip(bottom, 0, change, 0, false);
    strip(paint, change, strakes, 0, false);
    strip(inside, 0, strakes, 0.05f, true);
    // Gunwale: a rail along the sheer.
    std::vector<vec3> rail;
    for (int i = 0; i <= stations; ++i)
      rail.push_back(mirrored(h.at(part(i, stations), 1)) + vec3(0, 0.01f, 0));
    tube(pen, Mat::timber, rail, 0.035f + 0.01f * h.beam, 5);
    std::vector<vec3> strake;
    for (int i = 0; i <= stations; ++i) strake.push_back(mirrored(h.at(part(i, stations), 0.82f)));
    tube(pen, Mat::paint_white, strake, 0.025f, 4);
  }
  // The transom closes the stern.
  for (int j = 0; j < strakes; ++j) {
    const vec3 a = h.at(0, part(j, strakes)), b = h.at(0, part(j + 1, strakes));
    const vec3 la(-a.x, a.y, a.z), lb(-b.x, b.y, b.z), in(0, 0, 0.05f);
    pen.quad(j < change ? bottom : paint, a, la, lb, b, {-1, 0, 0});
    pen.quad(inside, la + in, a + in, b + in, lb + in, {1, 0, 0});
  }
}

std::vector<Keyframe> bobbing(vec3 at, float yaw, float size, Rng& rng) {
  std::vector<Keyframe> keys;
  const float period = rng.range(5.0f, 7.5f), phase = rng.range(0, 6.28f);
  constexpr int steps = 20;
  for (int i = 0; i <= steps; ++i) {
    const float a = 6.2831853f * part(i, steps) + phase;
    const vec3 moved = at + vec3(0.03f * std::sin(a), 0.05f * std::sin(a) + 0.02f * std::sin(2 * a + 1),
                                 0.05f * std::cos(a));
    keys.push_back(
        {period * part(i, steps),
         moved,
         {1.6f * std::sin(a + 0.8f) / size, yaw + 1.0f * std::cos(a), 3.2f * std::sin(a + 2.0f) / size}});
  }
  return keys;
}

void rowing_boat_body(const Pen& pen, Mat paint) {
  const Hull h{4.2f, 1.55f, 0.42f, 0.22f};
  hull_shell(pen, h, paint, Mat::timber, Mat::planks);
  for (const float t : {0.12f, 0.42f, 0.66f}) {
    const vec3 p = h.at(t, 0.72f);
    box(pen, Mat::planks, {-p.x + 0.03f, p.y, p.z - 0.13f}, {p.x - 0.03f, p.y + 0.035f, p.z + 0.13f});
  }
  for (const float x : {-0.28f, 0.28f}) {  // oars, laid in
    rod(pen, Mat::crate, {x, 0.33f, -1.5f}, {x * 0.7f, 0.38f, 1.1f}, 0.025f, 6, true);
    beam(pen, Mat::crate, {x, 0.33f, -1.5f}, {x * 1.1f, 0.32f, -1.95f}, 0.14f, 0.02f);
  }
  rope_coil(pen.at(0.1f, 0.05f, 1.1f).scaled(0.7f));
}

void rigging(const Pen& pen, const Hull& h, float mast_z, float height, bool sail_up, Mat sail, Rng& rng) {
  const float deck = 0.2f;
  rod(pen, Mat::crate, {0, deck, mast_z}, {0, 0.7f * height, mast_z}, 0.075f, 8);
  rod(pen, Mat::crate, {0, 0.7f * height, mast_z}, {0, height, mast_z}, 0.05f, 8, true);
  ball(pen, Mat::brass, {0, height + 0.05f, mast_z}, 0.08f, 8);
  const float boom = -0.44f * h.length, by = h.freeboard + 0.95f;
  rod(pen, Mat::crate, {0, by, mast_z}, {0, by + 0.1f, mast_z + boom}, 0.05f, 7, true);
  const vec3 top(0, 0.93f * height, mast_z);
  const vec3 bow = h.at(1, 1) * vec3(0, 1, 1), stern = h.at(0, 1) * vec3(0, 1, 1);
  const auto stay = [&](vec3 a, vec3 b, float r) { rod(pen, Mat::rope, a, b, r, 4); };
  stay(bow, top, 0.014f);
  stay(stern, top, 0.012f);
  for (const float side : {-1.0f, 1.0f}) {
    const vec3 foot = h.at(0.5f, 1) * vec3(side, 1, 1), foot2 = h.at(0.42f, 1) * vec3(side, 1, 1);
    stay(foot, top, 0.014f);
    stay(foot2, top * vec3(1, 0.8f, 1), 0.014f);
    for (int i = 1; i < 7; ++i) {  // ratlines
      const float t = 0.11f * static_cast<float>(i);
      stay(glm::mix(foot, top, t), glm::mix(foot2, top * vec3(1, 0.8f, 1), t), 0.009f);
    }
  }
  if (sail_up) {
    surface(
        pen, sail, 10, 10,
        [&](int i, int j) {
          const float u = part(i, 10), v = part(j, 10);
          const float z = mast_z - 0.1f + (boom * 0.95f) * u * (1 - 0.62f * v),
                      y = glm::mix(by + 0.15f + 0.1f * u, 0.86f * height - 0.9f * u, v);
          return vec3(0.5f * std::sin(3.14159f * u) * std::sin(3.14159f * (0.15f + 0.8f * v)), y, z);
        },
        true);
    rod(pen, Mat::crate, {0, 0.82f * height, mast_z}, {0.1f, 0.86f * height - 0.85f, mast_z + 0.37f * boom},
        0.04f, 6, true);
  } else {
    std::vector<vec3> roll;
    for (int i = 0; i <= 12; ++i)
      roll.emplace_back(0.02f * std::sin(3.0f * static_cast<float>(i)), by + 0.15f + 0.03f * rng.uniform(),
                        mast_z - 0.15f + boom * 0.95f * part(i, 12));
    tube(pen, sail, roll, 0.13f, 8);
    for (int i = 1; i < 12; i += 2)
      torus(pen.at(0, by + 0.15f, roll[static_cast<std::size_t>(i)].z).pitch(90), Mat::rope, 0.135f, 0.015f,
            4, 8);
  }
  // A pennon at the top.
  const vec3 f(0, height - 0.05f, mast_z);
  surface(
      pen, Mat::pennant_red, 6, 1,
      [&](int i, int j) {
        const float u = part(i, 6);
        return f + vec3(0.10f * std::sin(6 * u),
                        (static_cast<float>(j) - 0.5f) * 0.36f * (1 - 0.8f * u) - 0.06f * u, -1.0f * u);
      },
      true);
}

void sailing_boat_body(const Pen& pen, Mat paint, Rng& rng) {
  const Hull h{8.6f, 2.7f, 0.85f, 0.55f};
  hull_shell(pen, h, paint, Mat::rust, Mat::planks);
  // Deck, hatch, cabin.
  surface(pen, Mat::deck, 1, stations, [&](int i, int j) {
    const vec3 p = h.at(part(j, stations), 0.86f);
    return vec3((i == 0 ? 1.0f : -1.0f) * (p.x - 0.04f), p.y - 0.03f, p.z);
  });
  const float y = 0.72f;
  box(pen, Mat::paint_white, {-0.7f, y, -3.1f}, {0.7f, y + 1.15f, -1.3f});
  box(pen, Mat::paint_teal, {-0.82f, y + 1.15f, -3.25f}, {0.82f, y + 1.24f, -1.15f});
  for (const float side : {-1.0f, 1.0f})
    for (const float z : {-2.6f, -1.8f}) {
      const Pen w = pen.at(side * 0.702f, y + 0.75f, z).yaw(90 * side);
      disc(w.at(0, 0, 0.006f), Mat::pane_lit, 0.23f, {0.11f, 0.3f}, {0.04f, 0.08f}, 14);
      torus(w.pitch(90), Mat::brass, 0.23f, 0.028f, 5, 14);
    }
  rod(pen, Mat::iron, {0.35f, y + 1.2f, -2.8f}, {0.35f, y + 2.0f, -2.8f}, 0.07f, 8, true);
  box(pen, Mat::planks, {-0.5f, y, 1.4f}, {0.5f, y + 0.22f, 2.3f});
  crate(pen.at(-0.5f, y, -0.4f), 0.5f, rng);
  barrel(pen.at(0.55f, y, -0.5f).scaled(0.8f), rng);
  lobster_pot(pen.at(0.1f, y, 0.0f));
  rigging(pen, h, 0.9f, 8.4f, rng.chance(0.55f), rng.chance(0.6f) ? Mat::sail_red : Mat::canvas, rng);
  for (const float side : {-1.0f, 1.0f})
    for (const float t : {0.3f, 0.55f}) {
      const vec3 p = h.at(t, 0.7f) * vec3(side, 1, 1);
      ball(pen, Mat::orange, p + vec3(side * 0.12f, -0.1f, 0), 0.16f, 8, 1.4f);
      rod(pen, Mat::rope, p + vec3(side * 0.12f, 0.1f, 0), h.at(t, 1) * vec3(side, 1, 1), 0.01f, 4);
    }
}

}  // namespace

void rowing_boat(Town& town, vec3 at, float yaw, Mat paint, Rng& rng) {
  Model& model = town.moving("rowing_boat");
  rowing_boat_body(Pen(model), paint);
  model.keyframes = bobbing(at, yaw, 1, rng);
}

void sailing_boat(Town& town, vec3 at, float yaw, Mat paint, Rng& rng) {
  Model& model = town.moving("sailing_boat");
  sailing_boat_body(Pen(model), paint, rng);
  model.keyframes = bobbing(at, yaw, 2, rng);
}

void boat_on_trestles(const Pen& pen, Mat paint) {
  for (const float z : {-1.1f, 1.0f}) {
    box(pen, Mat::timber, {-0.7f, 0.42f, z - 0.07f}, {0.7f, 0.56f, z + 0.07f});
    for (const float x : {-0.55f, 0.55f}) beam(pen, Mat::timber, {x * 1.3f, 0, z}, {x, 0.45f, z}, 0.1f, 0.1f);
  }
  // Keel up, to be tarred.
  rowing_boat_body(pen.at(0, 1.0f, 0).roll(180), paint);
}

}  // namespace town
