#pragma once
// Faults that a person sees, each with a measure on made-up frames: what an upscaler does with thin things at
// rest, with light that changes on still ground, behind bars that move, at slow edges, and with wires.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "compute/pixel/half.h"
#include "tests/support/synthetic_scene.h"

namespace faults {

using core::f16;
using core::Size;

inline constexpr Size render{96, 64}, output{192, 128};

/// What lies at a place of the output, in its pixels.
struct Point {
  double r, g, b, depth = 0.1;
  double motion_x = 0, motion_y = 0;  ///< from where it is to where it was, output pixels
};
/// The scene at output pixel (x, y) in frame n.
using Painter = std::function<Point(double x, double y, int n)>;

inline synthetic::Frame frame_of(const Painter& painter, int n) {
  synthetic::Frame f;
  constexpr double scale = 2;
  f.info = synthetic::info_of(render, output, n);
  const auto half = [](double x) { return compute::pixel::to_half(static_cast<float>(x)); };
  for (int y = 0; y < render.height; ++y)
    for (int x = 0; x < render.width; ++x) {
      const Point p = painter(scale * (x + 0.5 + f.info.jitter[0]), scale * (y + 0.5 + f.info.jitter[1]), n);
      for (const double c : {p.r, p.g, p.b, 1.0}) f.color.push_back(half(c));
      f.depth.push_back(static_cast<float>(p.depth));
      f.motion.push_back(half(p.motion_x / scale));
      f.motion.push_back(half(p.motion_y / scale));
      f.reactive.push_back(0);
    }
  return f;
}

/// A picture for the eye: one brightness a pixel, in steps of 8 bits.
using Grey = std::vector<double>;
inline double shown(double linear) {
  return 255 * std::pow(std::max(linear, 0.0) / (1 + std::max(linear, 0.0)), 1 / 2.2);
}
inline Grey grey(const std::vector<f16>& picture) {
  Grey result;
  for (std::size_t i = 0; i < picture.size(); i += 4) {
    double sum = 0;
    for (std::size_t c = 0; c < 3; ++c) sum += compute::pixel::from_half(picture[i + c]);
    result.push_back(shown(sum / 3));
  }
  return result;
}
inline Grey truth_of(const Painter& painter, int n) {
  Grey result;
  constexpr int grid = 6;
  for (int y = 0; y < output.height; ++y)
    for (int x = 0; x < output.width; ++x) {
      double rgb[3] = {}, most = 0;
      for (int k = 0; k < grid * grid; ++k) {
        const Point p = painter(x + (k % grid + 0.5) / grid, y + (k / grid + 0.5) / grid, n);
        const double weight = 1 / (1 + std::max({p.r, p.g, p.b})) / (grid * grid);
        rgb[0] += weight * p.r, rgb[1] += weight * p.g, rgb[2] += weight * p.b;
      }
      for (const double c : rgb) most = std::max(most, c);
      result.push_back(shown((rgb[0] + rgb[1] + rgb[2]) / 3 / (1 - most)));
    }
  return result;
}
inline double psnr(const Grey& a, const Grey& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return 10 * std::log10(255 * 255 * static_cast<double>(a.size()) / (sum + 1e-9));
}
inline std::size_t at(int x, int y) {
  return static_cast<std::size_t>(y * output.width + x);
}

/// A hash of a whole number as a uniform number in [0, 1).
inline double uniform(int i, int j = 0) {
  const auto h = static_cast<std::uint32_t>(i) * 0x9E3779B1u + static_cast<std::uint32_t>(j) * 0x85EBCA77u;
  const std::uint32_t a = (h ^ (h >> 15)) * 0x2C1B3C6Du, b = (a ^ (a >> 12)) * 0x297A2D39u;
  return ((b ^ (b >> 15)) >> 8) / 16777216.0;
}
/// Ground with spots of a few pixels, brightness 0.1 to 0.3.
inline double ground(double x, double y) {
  const int i = static_cast<int>(std::floor(x / 3)), j = static_cast<int>(std::floor(y / 3));
  const double fx = x / 3 - i, fy = y / 3 - j;
  const double top = uniform(i, j) * (1 - fx) + uniform(i + 1, j) * fx;
  const double below = uniform(i, j + 1) * (1 - fx) + uniform(i + 1, j + 1) * fx;
  return 0.1 + 0.2 * (top * (1 - fy) + below * fy);
}

/// One run of an upscaler: gives its picture, [area(output)][4], of the next frame.
using Player = std::function<void(const synthetic::Frame&, std::vector<f16>& picture)>;
/// Starts a run.
using Maker = std::function<Player()>;

/// Runs frames first to last and shows each to `see`.
inline void run(const Player& player, const Painter& painter, int first, int last,
                const std::function<void(int, const Grey&)>& see) {
  std::vector<f16> picture(4 * area(output));
  for (int n = first; n <= last; ++n) {
    player(frame_of(painter, n), picture);
    see(n, grey(picture));
  }
}

/// Prints each measure, so that a training can be judged by more than whether it passes.
inline void record(const char* name, double value) {
  testing::Test::RecordProperty(name, std::to_string(value));
  std::printf("  %-28s %.3f\n", name, value);
}

/// Blades of grass, thinner than a rendered pixel, before darkness.
inline Point grass(double x, double y) {
  Point p{0.02, 0.03, 0.02};
  for (int k = 0; k < 60; ++k) {
    const double foot = 200 * uniform(k, 1) - 4, lean = 0.5 * (uniform(k, 2) - 0.5),
                 top = 10 + 50 * uniform(k, 3);
    const double middle = foot + lean * (y - 128) + 0.002 * (uniform(k, 4) - 0.5) * (y - 128) * (y - 128);
    if (y < top || std::abs(x - middle) > 0.25 + 0.5 * uniform(k, 5)) continue;
    const double light = 0.15 + 0.4 * uniform(k, 6);
    p = {0.5 * light, light, 0.3 * light, 0.1 + 0.001 * k};
  }
  return p;
}

/// PSNR in dB of still grass, frame by frame.
inline std::array<double, 81> grass_at_rest(const Maker& make) {
  const Painter painter = [](double x, double y, int) { return grass(x, y); };
  const Grey truth = truth_of(painter, 0);
  std::array<double, 81> of{};
  run(make(), painter, 0, 80,
      [&](int n, const Grey& picture) { of[static_cast<std::size_t>(n)] = psnr(picture, truth); });
  for (const std::size_t n : {20u, 40u, 80u}) record(("frame_" + std::to_string(n) + "_db").c_str(), of[n]);
  return of;
}

/// A shadow that is gone at frame 40: how much of it is left so many frames later, in percent.
inline std::array<double, 26> stale_shadow(const Maker& make) {
  const auto painter = [](bool lit) -> Painter {
    return [lit](double x, double y, int) {
      const double edge = std::clamp((x + 0.4 * y - 110) / 6 + 0.5, 0.0, 1.0);
      const double light = ground(x, y) * (lit ? 1.0 : 0.35 + 0.65 * edge);
      return Point{light, light, 0.9 * light};
    };
  };
  const Player its = make(), other = make();
  Grey before, goal;
  run(its, painter(false), 0, 39, [&](int, const Grey& picture) { before = picture; });
  run(other, painter(true), 0, 60, [&](int, const Grey& picture) { goal = picture; });
  std::array<double, 26> left{};
  run(its, painter(true), 40, 64, [&](int n, const Grey& picture) {
    double gone = 0, all = 0;
    for (std::size_t i = 0; i < goal.size(); ++i) {
      const double change = goal[i] - before[i];
      if (std::abs(change) <= 8) continue;
      gone += change > 0 ? goal[i] - picture[i] : picture[i] - goal[i];
      all += std::abs(change);
    }
    left[static_cast<std::size_t>(n - 39)] = 100 * gone / all;
  });
  for (const std::size_t n : {1u, 5u, 25u})
    record(("left_after_" + std::to_string(n) + "_percent").c_str(), left[n]);
  return left;
}

/// Bright bars that cross the ground, one and a half rendered pixels wide: the mean and the largest error a
/// frame later where they have passed, of 255.
struct AfterImage {
  double mean, largest;
};
inline AfterImage bars_that_pass(const Maker& make) {
  constexpr double speed = 2.6;  // output pixels a frame
  const auto is_bar = [](double x, double y, int n) {
    const double from_bar = std::fmod(x - speed * n + 0.2 * y + 960, 48);
    return from_bar < 2.5;
  };
  const Painter painter = [&](double x, double y, int n) {
    const double light = ground(x, y);
    if (is_bar(x, y, n)) return Point{3, 3, 2.5, 0.3, -speed};
    return Point{light, light, 0.9 * light};
  };
  const Grey ground_truth = truth_of(
      [](double x, double y, int) {
        const double light = ground(x, y);
        return Point{light, light, 0.9 * light};
      },
      0);
  double sum = 0, worst = 0;
  int count = 0;
  run(make(), painter, 0, 40, [&](int n, const Grey& picture) {
    if (n < 16) return;
    for (int y = 8; y < output.height - 8; ++y)
      for (int x = 8; x < output.width - 8; ++x) {
        bool now = false, was = false;
        for (int k = -2; k <= 3; ++k) now |= is_bar(x + 0.5 * k, y + 0.5, n);
        was = is_bar(x + 0.5, y + 0.5, n - 1);
        if (now || !was) continue;
        const double error = std::abs(picture[at(x, y)] - ground_truth[at(x, y)]);
        sum += error, ++count;
        worst = std::max(worst, error);
      }
  });
  record("mean_of_255", sum / count);
  record("worst_of_255", worst);
  return {sum / count, worst};
}

/// Rows that alternate: the share of pixels whose second differences down the column change their sign four
/// times in a row.
inline double teeth(const Grey& picture) {
  int found = 0;
  for (int y = 9; y + 13 < output.height; ++y)
    for (int x = 9; x + 9 < output.width; ++x) {
      double d[4];
      for (int k = 0; k < 4; ++k)
        d[k] = picture[at(x, y + k - 1)] - 2 * picture[at(x, y + k)] + picture[at(x, y + k + 1)];
      bool alternates = true;
      for (int k = 0; k < 4; ++k) alternates &= std::abs(d[k]) > 7.6 && (k == 0 || d[k] * d[k - 1] < 0);
      found += alternates;
    }
  return 1e4 * found / (output.width * output.height);
}
/// The mean number of teeth at edges that move by a third of a pixel a frame.
inline double slow_edges(const Maker& make) {
  constexpr double speed = 0.37;  // output pixels a frame
  const Painter painter = [](double x, double y, int n) {
    const double across = x - speed * n + 0.06 * y;
    const double stripe = std::fmod(across + 960, 24);
    return stripe < 12 ? Point{1.2, 1.1, 1.0, 0.1, -speed} : Point{0.05, 0.06, 0.08, 0.1, -speed};
  };
  double sum = 0;
  run(make(), painter, 0, 40, [&](int n, const Grey& picture) {
    if (n >= 16) sum += teeth(picture) / 25;
  });
  EXPECT_EQ(teeth(truth_of(painter, 20)), 0);
  record("teeth", sum);
  return sum;
}

/// Wires before a flat sky, each a third of a rendered pixel thick, while the camera turns: the share of
/// their pixels that have half their contrast, in percent.
inline double wires_present(const Maker& make) {
  constexpr double speed = 3.3;
  const Painter painter = [](double x, double y, int n) {
    const double u = x - speed * n;
    Point p{0.9, 1.0, 1.2, 0, -speed};
    for (int k = 0; k < 9; ++k) {
      const double middle = 14 * k + 6 + (0.05 + 0.35 * uniform(k, 8)) * (u + 100) * (k % 2 ? 0.3 : -0.3) +
                            3 * std::sin(0.02 * u + k);
      if (std::abs(y - middle) < 0.35) p = {0.05, 0.05, 0.05, 0.02, -speed};
    }
    return p;
  };
  int present = 0, all = 0;
  run(make(), painter, 0, 40, [&](int n, const Grey& picture) {
    if (n < 16 || n % 4) return;
    const Grey truth = truth_of(painter, n);
    const double sky = shown(3.1 / 3);
    for (int y = 8; y < output.height - 8; ++y)
      for (int x = 8; x < output.width - 8; ++x) {
        const double contrast = sky - truth[at(x, y)];
        if (contrast < 20) continue;
        ++all;
        present += sky - picture[at(x, y)] >= 0.5 * contrast;
      }
  });
  record("present_percent", 100.0 * present / all);
  return 100.0 * present / all;
}

}  // namespace faults
