// Camera paths. Eyes are 1.65 m above the paving where somebody walks.

#include <cmath>
#include <utility>

#include "tools/make_town/scene/scene_writer.h"

namespace town {

using glm::vec3;

namespace {

CameraPath tour() {
  return {"scene",
          58,
          {
              // Over the water, towards the square: slow.
              {0, {-10.5f, 1.5f, 41.5f}, {-3.0f, 5.8f, -10.0f}},
              {6, {-6.5f, 1.6f, 36.0f}, {-2.0f, 5.4f, -14.0f}},
              {11, {-2.0f, 2.1f, 28.5f}, {0.0f, 4.8f, -20.0f}},
              {15, {-2.5f, 1.9f, 17.5f}, {0.5f, 4.0f, -20.0f}},
              // Between the stalls and round the fountain: faster.
              {19, {-9.8f, 1.7f, 10.8f}, {-20.0f, 2.2f, -6.0f}},  // between a lamp and a mast
              {22, {-11.0f, 1.7f, -1.0f}, {-9.0f, 2.2f, -18.0f}},
              {25, {-6.0f, 1.7f, -11.5f}, {8.0f, 3.0f, -24.0f}},
              {28, {4.0f, 1.7f, -12.5f}, {22.0f, 3.2f, -6.0f}},
              {30, {9.5f, 1.7f, -8.0f}, {26.0f, 3.4f, 6.0f}},
              // Cut: through the arcade.
              {31, {-9.6f, 1.65f, -27.1f}, {6.0f, 1.9f, -26.9f}, true},
              {36, {0.0f, 1.65f, -27.1f}, {12.0f, 1.8f, -24.0f}},
              {40, {8.2f, 1.65f, -26.4f}, {14.0f, 2.0f, -8.0f}},
              {43, {9.5f, 1.7f, -20.0f}, {18.0f, 3.0f, 0.0f}},
              // Cut: from above, with the lighthouse and the mill.
              {44, {-22.0f, 13.0f, 24.0f}, {10.0f, 4.0f, 0.0f}, true},
              {49, {-8.0f, 15.0f, 30.0f}, {-6.0f, 8.0f, -20.0f}},
              {53, {12.0f, 13.0f, 30.0f}, {-22.0f, 10.0f, -40.0f}},
              {55, {20.0f, 10.0f, 22.0f}, {50.0f, 7.0f, 45.0f}},
              {60, {22.0f, 8.0f, 27.0f}, {60.0f, 8.0f, 55.0f}},
          }};
}

/// A closed round of the square in ten seconds, for profiling.
CameraPath loop() {
  CameraPath path{"loop", 60, {}};
  constexpr int steps = 20;
  for (int i = 0; i <= steps; ++i) {
    const float a = 6.2831853f * static_cast<float>(i % steps) / steps;
    const vec3 p(11.5f * std::sin(a), 2.0f + 0.6f * std::sin(2 * a), -1 + 11 * std::cos(a));
    const vec3 ahead(std::cos(a), 0, -std::sin(a)), out(std::sin(a), 0, std::cos(a));
    path.keys.push_back(
        {0.5f * static_cast<float>(i), p,
         p + 10.0f * glm::normalize(ahead + 0.9f * out * std::cos(a * 2)) + vec3(0, 1.2f, 0)});
  }
  return path;
}

CameraPath arcade() {
  return {"arcade",
          62,
          {{0, {-10.0f, 1.65f, -27.2f}, {0.0f, 1.9f, -24.0f}},
           {5, {-3.0f, 1.65f, -27.0f}, {6.0f, 1.9f, -20.0f}},
           {10, {3.5f, 1.65f, -27.2f}, {8.0f, 1.8f, -18.0f}},
           {14, {9.8f, 1.65f, -27.0f}, {14.0f, 2.0f, -12.0f}}}};
}

CameraPath thin() {
  return {"thin",
          55,
          {{0, {9.5f, 1.6f, 10.6f}, {20.0f, 1.4f, 18.0f}},
           {5, {15.5f, 1.6f, 10.9f}, {19.0f, 1.4f, 22.0f}},
           {6, {12.0f, 1.6f, -9.0f}, {22.0f, 2.1f, -4.0f}, true},
           {12, {15.0f, 1.6f, -3.0f}, {23.0f, 2.3f, -9.0f}}}};
}

CameraPath turn() {
  CameraPath path{"turn", 65, {}};
  for (int i = 0; i <= 16; ++i) {
    const float a = 6.2831853f * static_cast<float>(i % 16) / 16;
    path.keys.push_back({0.25f * static_cast<float>(i),
                         {3.0f, 1.65f, 10.5f},
                         vec3(3.0f, 2.6f, 10.5f) + 10.0f * vec3(std::sin(a), 0, -std::cos(a))});
  }
  return path;
}

CameraPath sign() {
  return {"sign",
          50,
          {{0, {-1.0f, 1.7f, 20.0f}, {5.0f, 1.6f, 11.0f}},
           {4, {4.0f, 1.6f, 15.3f}, {5.0f, 1.58f, 12.0f}},
           {6, {5.0f, 1.57f, 13.55f}, {5.0f, 1.55f, 12.0f}},
           {12, {5.02f, 1.57f, 13.5f}, {5.0f, 1.55f, 12.0f}}}};
}

/// Eight pictures, a second each.
CameraPath views() {
  CameraPath path{"views", 55, {}};
  const std::pair<vec3, vec3> shots[] = {
      {{-8.5f, 1.7f, 40.5f}, {-3.0f, 5.8f, -10.0f}},   // from the water
      {{-2.5f, 1.8f, 18.0f}, {1.5f, 4.6f, -20.0f}},    // the square
      {{-13.0f, 1.7f, 10.0f}, {-19.0f, 2.2f, -8.0f}},  // the market
      {{-7.0f, 1.65f, -27.1f}, {8.0f, 1.9f, -24.5f}},  // the arcade
      {{18.0f, 1.7f, 3.0f}, {27.0f, 3.5f, 0.0f}},      // shops
      {{11.0f, 1.6f, 11.4f}, {21.0f, 1.7f, 18.0f}},    // through the fence
      {{14.0f, 3.5f, 33.0f}, {-4.0f, 2.5f, 22.0f}},    // along the quay
      {{10.0f, 7.0f, 26.0f}, {-22.0f, 7.0f, -24.0f}},  // from above
  };
  float time = 0;
  for (const auto& [position, look_at] : shots) path.keys.push_back({time++, position, look_at, true});
  path.keys.push_back({time, path.keys.back().position, path.keys.back().look_at});
  return path;
}

}  // namespace

std::vector<CameraPath> camera_paths() {
  return {tour(), loop(), arcade(), thin(), turn(), sign(), views()};
}

}  // namespace town
