// The lighthouse on its headland, with the keeper's cottage.

#include <cmath>

#include "tools/make_town/houses/houses.h"
#include "tools/make_town/things/things.h"

namespace town {

using glm::vec2;
using glm::vec3;

void lighthouse(Town& town, const Pen& pen) {
  const vec2 base[] = {{4.6f, -3}, {4.6f, 0.8f}, {4.3f, 1.2f}, {0, 1.2f}};
  lathe(pen, Mat::quay_stone, base, 24);
  // Bands of white and red.
  const float low = 3.2f, high = 2.0f, bottom = 1.2f, top = 19.2f;
  constexpr int bands = 6;
  for (int i = 0; i < bands; ++i) {
    const float a = static_cast<float>(i) / bands, b = static_cast<float>(i + 1) / bands;
    const auto radius = [&](float t) { return glm::mix(low, high, std::pow(t, 0.7f)); };
    std::vector<vec2> band;
    for (int k = 0; k <= 3; ++k) {
      const float t = glm::mix(a, b, static_cast<float>(k) / 3);
      band.push_back({radius(t), glm::mix(bottom, top, t)});
    }
    lathe(pen, i % 2 == 0 ? Mat::plaster_white : Mat::plaster_terracotta, band, 28, true);
  }
  for (int i = 0; i < 4; ++i) {
    const Pen w = pen.yaw(70.0f * static_cast<float>(i) - 60)
                      .at(0, 4.0f + 3.6f * static_cast<float>(i),
                          glm::mix(low, high, 0.22f + 0.2f * static_cast<float>(i)) + 0.03f);
    box(w, Mat::ashlar, {-0.45f, -0.7f, -0.4f}, {0.45f, 0.7f, 0.02f}, no_back);
    w.picture(Mat::pane_lit, {-0.3f, -0.55f, 0.03f}, {0.3f, -0.55f, 0.03f}, {0.3f, 0.55f, 0.03f},
              {-0.3f, 0.55f, 0.03f}, {0.3f, 0.05f}, {0.45f, 0.45f});
  }
  const Pen gallery = pen.at(0, top, 0);
  const vec2 floor_[] = {{2.0f, -0.5f}, {2.9f, 0.0f}, {2.9f, 0.18f}, {0, 0.18f}};
  lathe(gallery, Mat::ashlar, floor_, 28);
  constexpr int posts = 20;
  for (int i = 0; i < posts; ++i) {
    const float a = 6.2831853f * static_cast<float>(i) / posts,
                b = 6.2831853f * static_cast<float>(i + 1) / posts;
    const vec3 p(2.8f * std::sin(a), 0, 2.8f * std::cos(a)), q(2.8f * std::sin(b), 0, 2.8f * std::cos(b));
    rod(gallery, Mat::iron, p + vec3(0, 0.18f, 0), p + vec3(0, 1.25f, 0), 0.03f, 5);
    for (const float y : {0.55f, 0.9f, 1.25f})
      rod(gallery, Mat::iron, p + vec3(0, y, 0), q + vec3(0, y, 0), y > 1 ? 0.035f : 0.02f, 5);
  }
  const vec2 wall_[] = {{1.45f, 0.18f}, {1.45f, 0.9f}};
  lathe(gallery, Mat::plaster_white, wall_, 12);
  const vec2 lens[] = {{0, 0.9f},    {0.45f, 0.95f}, {0.7f, 1.4f}, {0.75f, 1.9f},
                       {0.7f, 2.4f}, {0.4f, 2.8f},   {0, 2.85f}};
  lathe(gallery, Mat::beacon, lens, 16, true);
  const vec2 glass[] = {{1.4f, 0.9f}, {1.4f, 3.0f}};
  lathe(gallery, Mat::glass, glass, 12);
  for (int i = 0; i < 12; ++i) {
    const float a = 0.5235988f * static_cast<float>(i);
    const vec3 p(1.43f * std::sin(a), 0, 1.43f * std::cos(a));
    rod(gallery, Mat::iron, p + vec3(0, 0.9f, 0), p + vec3(0, 3.0f, 0), 0.04f, 5);
  }
  const vec2 roof[] = {{1.4f, 2.98f}, {1.75f, 2.95f}, {1.7f, 3.1f}, {1.2f, 3.7f}, {0.35f, 4.2f},
                       {0.2f, 4.3f},  {0.3f, 4.5f},   {0.2f, 4.7f}, {0, 4.75f}};
  lathe(gallery, Mat::copper, roof, 20, true);
  rod(gallery, Mat::iron, {0, 4.7f, 0}, {0, 6.4f, 0}, 0.03f, 5);
  town.lights.push_back({gallery.world({0, 1.9f, 0}), {1.0f, 0.85f, 0.6f}, 30, 30});

  House cottage;
  cottage.width = 8;
  cottage.depth = 5.5f;
  cottage.storeys = 1;
  cottage.ground = 2.8f;
  cottage.rise = 3.2f;
  cottage.lower = cottage.upper = Mat::plaster_white;
  cottage.tiles = Mat::slate;
  cottage.simple = true;
  cottage.side_windows = true;
  Rng rng(7);
  build_house(town, pen.yaw(200).at(6.5f, 0.2f, 6), cottage, rng);
  for (int i = 0; i < 5; ++i)
    picket_fence(pen.yaw(200).at(2.0f + 2.4f * static_cast<float>(i), 0.2f, 9.5f), 2.4f, Mat::paint_white);
}

}  // namespace town
