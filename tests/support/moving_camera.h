#pragma once
// A camera that turns in a world that is known everywhere: a patterned sky, and a patterned ground. Makes
// frames as core/frame.h describes them, their pictures, and what lies between two of them.

#include <array>
#include <cmath>
#include <vector>

#include "tests/support/synthetic_scene.h"

namespace turning {

using Matrix = std::array<double, 16>;  ///< column-major

inline Matrix product(const Matrix& a, const Matrix& b) {
  Matrix m{};
  for (std::size_t c = 0; c < 4; ++c)
    for (std::size_t r = 0; r < 4; ++r)
      for (std::size_t k = 0; k < 4; ++k) m[4 * c + r] += a[4 * k + r] * b[4 * c + k];
  return m;
}

struct Camera {
  double yaw = 0, x = 0;  ///< radians, metres to the right; it stands 2 m above the ground
};
struct World {
  double tan_half = 0.6, near = 0.1, aspect = 16.0 / 9;

  /// From view space (x right, y up, z backward) to clip space and back; reversed infinite depth.
  Matrix projection() const {
    return {1 / (tan_half * aspect), 0, 0, 0, 0, -1 / tan_half, 0, 0, 0, 0, 0, -1, 0, 0, near, 0};
  }
  Matrix unprojection() const {
    return {tan_half * aspect, 0, 0, 0, 0, -tan_half, 0, 0, 0, 0, 0, 1 / near, 0, 0, -1, 0};
  }
  /// From one camera's clip space to another's, for what stands still.
  Matrix from_to(const Camera& from, const Camera& to) const {
    const double c = std::cos(to.yaw), s = std::sin(to.yaw), d = std::cos(from.yaw), e = std::sin(from.yaw);
    const Matrix to_world{d, 0, -e, 0, 0, 1, 0, 0, e, 0, d, 0, from.x, 0, 0, 1};
    const Matrix move{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -to.x, 0, 0, 1};
    const Matrix turn{c, 0, s, 0, 0, 1, 0, 0, -s, 0, c, 0, 0, 0, 0, 1};
    return product(projection(), product(turn, product(move, product(to_world, unprojection()))));
  }

  /// What a camera sees at a place of its picture, each from 0 to 1.
  synthetic::Scene::Point at(const Camera& camera, double u, double v) const {
    const double vx = (2 * u - 1) * tan_half * aspect, vy = -(2 * v - 1) * tan_half;
    const double c = std::cos(camera.yaw), s = std::sin(camera.yaw);
    const double wx = c * vx - s, wz = -s * vx - c;  // of the ray (vx, vy, -1)
    if (vy >= -0.02) {
      const double angle = std::atan2(wx, -wz), height = vy / std::hypot(wx, wz);
      const double p = std::sin(40 * angle) * std::sin(34 * height + 5 * angle);
      return {0.4 + 0.3 * p, 0.5 + 0.2 * std::sin(90 * angle), 0.8, 0, 0};
    }
    const double distance = 2 / -vy;  // along the ray
    const double px = camera.x + wx * distance, pz = wz * distance;
    const double p = std::sin(3 * px) * std::sin(3 * pz);
    return {0.4 + 0.3 * p, 0.35 + 0.2 * std::sin(1.3 * px + 0.4), 0.2, near / distance, 0};
  }
  std::vector<core::f16> picture(const Camera& camera, core::Size size) const {
    constexpr int grid = 3;
    std::vector<core::f16> rgba;
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x) {
        double sum[3] = {};
        for (int k = 0; k < grid * grid; ++k) {
          const auto p = at(camera, (x + (k % grid + 0.5) / grid) / size.width,
                            (y + (k / grid + 0.5) / grid) / size.height);
          sum[0] += p.r, sum[1] += p.g, sum[2] += p.b;
        }
        for (const double c : sum)
          rgba.push_back(compute::pixel::to_half(static_cast<float>(c / (grid * grid))));
        rgba.push_back(0x3c00);
      }
    return rgba;
  }
  /// A frame of the camera `now` after one of `before`; its picture is `truth`.
  synthetic::Frame frame(const Camera& now, const Camera& before, core::Size render, core::Size output,
                         int n) const {
    synthetic::Frame f;
    f.info = synthetic::info_of(render, output, n);
    const Matrix back = from_to(now, before);
    for (std::size_t i = 0; i < 16; ++i) f.info.clip_to_prev_clip[i] = static_cast<float>(back[i]);
    for (int y = 0; y < render.height; ++y)
      for (int x = 0; x < render.width; ++x) {
        const double u = (x + 0.5 + f.info.jitter[0]) / render.width,
                     v = (y + 0.5 + f.info.jitter[1]) / render.height;
        const auto p = at(now, u, v);
        const double clip[4] = {2 * u - 1, 2 * v - 1, p.depth, 1};
        double past[4] = {};
        for (std::size_t r = 0; r < 4; ++r)
          for (std::size_t c = 0; c < 4; ++c) past[r] += back[4 * c + r] * clip[c];
        f.depth.push_back(static_cast<float>(p.depth));
        f.motion.push_back(
            compute::pixel::to_half(static_cast<float>(((past[0] / past[3] + 1) / 2 - u) * render.width)));
        f.motion.push_back(
            compute::pixel::to_half(static_cast<float>(((past[1] / past[3] + 1) / 2 - v) * render.height)));
        f.reactive.push_back(0);
      }
    f.truth = picture(now, output);
    return f;
  }
};

}  // namespace turning
