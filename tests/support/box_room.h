#pragma once
// A room whose pictures are calculated: a box of 8 x 4 x 6 metres with patterns on its walls, a window to the
// sky, and a block in it. Views of it have exact depth.

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/random.h"
#include "neural/field/field.h"

namespace testing_support {

class BoxRoom {
 public:
  /// What a ray from `eye` along `d` sees: linear colour, and its length in units of |d|; 0 for the sky.
  static float look(const double eye[3], const std::array<float, 3>& d, float color[3]) {
    constexpr double room[2][3] = {{-4, 0, -3}, {4, 4, 3}}, block[2][3] = {{-1, 0, -0.5}, {0.2, 1.3, 0.7}};
    double best = std::numeric_limits<double>::max();
    int face = -1;
    bool on_block = false;
    for (int a = 0; a < 3; ++a) {
      const auto da = static_cast<double>(d[static_cast<std::size_t>(a)]);
      if (std::abs(da) < 1e-9) continue;
      const double wall = ((da > 0 ? room[1][a] : room[0][a]) - eye[a]) / da;
      if (wall > 0 && wall < best) best = wall, face = 2 * a + (da > 0), on_block = false;
      const double side = ((da > 0 ? block[0][a] : block[1][a]) - eye[a]) / da;
      if (side <= 0 || side >= best) continue;
      bool inside = true;
      for (int b = 0; b < 3; ++b) {
        const double p = eye[b] + side * static_cast<double>(d[static_cast<std::size_t>(b)]);
        inside &= b == a || (p > block[0][b] && p < block[1][b]);
      }
      if (inside) best = side, face = 2 * a + (da > 0), on_block = true;
    }
    double p[3];
    for (int a = 0; a < 3; ++a) p[a] = eye[a] + best * static_cast<double>(d[static_cast<std::size_t>(a)]);
    if (face == 5 && !on_block && std::abs(p[0]) < 1 && p[1] > 1 && p[1] < 3) {
      color[0] = 0.5f, color[1] = 0.8f, color[2] = 1.4f;
      return 0;
    }
    const int u = face / 2 == 0 ? 1 : 0, v = face / 2 == 2 ? 1 : 2;
    const bool odd =
        (static_cast<int>(std::floor(p[u] * 2)) + static_cast<int>(std::floor(p[v] * 2))) % 2 != 0;
    for (int c = 0; c < 3; ++c)
      color[c] = (on_block ? 0.6f : 0.35f) * (odd ? 1.0f : 0.35f) *
                 (1 + 0.5f * static_cast<float>(std::sin(3 * p[u] + c) * std::cos(2 * p[v] + face)));
    return static_cast<float>(best);
  }

  static neural::FieldCamera camera(core::Size size, core::Random& random) {
    neural::FieldCamera camera;
    camera.size = size;
    camera.eye = {random.uniform(-3.2, 3.2), random.uniform(1.5, 3), random.uniform(-2.4, -0.9)};
    const double yaw = random.uniform(0, 6.2831853), pitch = random.uniform(-0.5, 0.3);
    const double f[3] = {std::sin(yaw) * std::cos(pitch), std::sin(pitch), std::cos(yaw) * std::cos(pitch)};
    const double r[3] = {-std::cos(yaw), 0, std::sin(yaw)};
    camera.axes = {
        r[0],  r[1],  r[2], r[1] * f[2] - r[2] * f[1], r[2] * f[0] - r[0] * f[2], r[0] * f[1] - r[1] * f[0],
        -f[0], -f[1], -f[2]};
    camera.tangent_y = 0.6;
    camera.tangent_x = 0.6 * size.width / size.height;
    camera.jitter[0] = static_cast<float>(random.uniform(-0.5, 0.5));
    camera.jitter[1] = static_cast<float>(random.uniform(-0.5, 0.5));
    return camera;
  }

  static neural::LearnedView view(const neural::FieldCamera& camera) {
    neural::LearnedView view{camera, {}, {}};
    for (int y = 0; y < camera.size.height; ++y)
      for (int x = 0; x < camera.size.width; ++x) {
        float color[3];
        view.depth.push_back(look(camera.eye.data(), camera.direction(x, y), color));
        for (const float c : color)
          view.color.push_back(
              static_cast<std::uint16_t>(neural::to_y(c) * neural::LearnedView::color_steps + 0.5f));
      }
    return view;
  }

  static neural::FieldOrigin origin() {
    neural::FieldOrigin origin;
    origin.scene = "box room";
    origin.scene_hash = 0x1234;
    origin.center = {0.1, 2, -0.2};
    origin.voxel = 0.125f;  // views are small
    return origin;
  }
};

}  // namespace testing_support
