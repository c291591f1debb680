#pragma once
// A picture that is known at every point and time: a patterned wall that pans, and a patterned square that
// moves in front of it. Makes frames as core/frame.h describes them, and their supersampled references.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/frame.h"
#include "neural/upscale/pixel/color.h"
#include "neural/upscale/step_view.h"

namespace synthetic {

struct Frame {
  core::FrameInfo info;
  std::vector<core::f16> color, motion, truth;  ///< truth [H][W][4]
  std::vector<float> depth;
  std::vector<std::uint8_t> reactive;

  core::FrameIo io(const core::f16* history, core::f16* output) const {
    return {info, color.data(), depth.data(), motion.data(), reactive.data(), history, info.output, output};
  }
};

inline constexpr neural::DebugView all_views[] = {
    neural::DebugView::warped_history, neural::DebugView::disocclusion, neural::DebugView::blend_weight,
    neural::DebugView::history_clamp,  neural::DebugView::kernel_shape, neural::DebugView::instability};

/// Speeds in picture widths per second.
struct Scene {
  double pan = 0.1, square_speed = 0.25;
  bool square_visible = true;
  double frequency = 60;

  struct Point {
    double r, g, b, depth, speed;
  };
  Point at(double u, double v, double time) const {
    const double su = u - square_speed * time - 0.2;
    if (square_visible && su > 0 && su < 0.3 && v > 0.3 && v < 0.6) {
      const double s = std::sin(su * frequency * 1.3) * std::sin(v * frequency * 0.9) > 0 ? 1.0 : 0.3;
      return {2 * s, s, 0.2, 0.4, square_speed};
    }
    const double p = u + pan * time;
    const double s = 0.5 + 0.5 * std::sin(p * frequency) * std::cos(v * frequency * 0.8 + p * 9);
    const double lines = std::fabs(std::sin((p + 0.7 * v) * frequency * 0.35)) < 0.12 ? 0.05 : 0.8;
    return {0.6 * s + 0.1, 0.5 * lines, 0.4 * (1 - s) + 0.1 * lines, 0.1, -pan};
  }
};

inline double halton(int index, int base) {
  double f = 1, r = 0;
  for (int i = index; i > 0; i /= base) {
    f /= base;
    r += f * (i % base);
  }
  return r;
}

/// The numbers of frame n of a sequence, which begins with a reset: jittered as the renderer does,
/// exposure 1.
inline core::FrameInfo info_of(core::Size render, core::Size output, int n) {
  core::FrameInfo info;
  info.render = render;
  info.output = output;
  const double scale = static_cast<double>(output.width) / render.width;
  const int phases = static_cast<int>(std::ceil(8 * scale * scale));
  info.jitter[0] = static_cast<float>(halton(n % phases + 1, 2) - 0.5);
  info.jitter[1] = static_cast<float>(halton(n % phases + 1, 3) - 0.5);
  info.frame_index = static_cast<std::uint64_t>(n);
  info.reset = n == 0;
  return info;
}

inline Frame make_frame(const Scene& scene, core::Size render, core::Size output, int index,
                        bool with_truth = true, double seconds = 1 / 60.0) {
  Frame f;
  const double time = index * seconds;
  f.info = info_of(render, output, index);
  const auto half4 = [](std::vector<core::f16>& to, double r, double g, double b) {
    for (const double c : {r, g, b, 1.0}) to.push_back(compute::pixel::to_half(static_cast<float>(c)));
  };
  for (int y = 0; y < render.height; ++y)
    for (int x = 0; x < render.width; ++x) {
      const auto p = scene.at((x + 0.5 + f.info.jitter[0]) / render.width,
                              (y + 0.5 + f.info.jitter[1]) / render.height, time);
      half4(f.color, p.r, p.g, p.b);
      f.depth.push_back(static_cast<float>(p.depth));
      f.motion.push_back(compute::pixel::to_half(static_cast<float>(-p.speed * seconds * render.width)));
      f.motion.push_back(0);
      f.reactive.push_back(0);
    }
  if (!with_truth) return f;
  constexpr int grid = 4;
  for (int y = 0; y < output.height; ++y)
    for (int x = 0; x < output.width; ++x) {
      double r = 0, g = 0, b = 0;
      for (int k = 0; k < grid * grid; ++k) {
        const auto p = scene.at((x + (k % grid + 0.5) / grid) / output.width,
                                (y + (k / grid + 0.5) / grid) / output.height, time);
        const double w = 1 / (1 + std::max({p.r, p.g, p.b}));
        r += p.r * w, g += p.g * w, b += p.b * w;
      }
      r /= grid * grid, g /= grid * grid, b /= grid * grid;
      const double back = 1 / (1 - std::max({r, g, b}));
      half4(f.truth, r * back, g * back, b * back);
    }
  return f;
}

/// Peak signal-to-noise ratio of two rgba half pictures after x / (1 + max) and a square root, over rgb.
inline double psnr(const std::vector<core::f16>& a, const std::vector<core::f16>& b) {
  double sum = 0;
  const auto encode = [](const core::f16* p, double* out) {
    double rgb[3];
    for (int c = 0; c < 3; ++c) rgb[c] = compute::pixel::from_half(p[c]);
    const double k = 1 / (1 + std::max({rgb[0], rgb[1], rgb[2]}));
    for (int c = 0; c < 3; ++c) out[c] = std::sqrt(std::max(0.0, rgb[c] * k));
  };
  for (std::size_t i = 0; i < a.size(); i += 4) {
    double x[3], y[3];
    encode(&a[i], x);
    encode(&b[i], y);
    for (int c = 0; c < 3; ++c) sum += (x[c] - y[c]) * (x[c] - y[c]);
  }
  return -10 * std::log10(sum / (static_cast<double>(a.size()) * 0.75) + 1e-12);
}

}  // namespace synthetic
