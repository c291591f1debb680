#pragma once
// The simulation of water once more, as plainly as it can be written and in other variables than the passes
// have, with basins and pushes to compare it on.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "compute/water/simulation.h"
#include "core/water_waves.h"

namespace plain_water {

using compute::Size;
using compute::water::Basin;
using compute::water::Push;
using compute::water::SimulationOf;

/// Repeatable numbers in [0, 1).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  double roll() {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<double>(state_ >> 40) / static_cast<double>(1ull << 24);
  }

 private:
  std::uint64_t state_;
};

/// Walls, water, and here and there a cell that hinders.
inline Basin rough_basin(Size cells, std::uint64_t seed) {
  Dice dice(seed);
  Basin basin{.cells = cells, .cell = 0.25f, .corner_x = -7.5f, .corner_z = 3.25f, .open = {}};
  for (std::size_t i = 0; i < area(cells); ++i) {
    const double kind = dice.roll();
    basin.open.push_back(kind < 0.12 ? 0.0f : kind < 0.2 ? 0.375f : 1.0f);
  }
  return basin;
}
inline Basin calm_basin(Size cells) {
  return {.cells = cells,
          .cell = 0.25f,
          .corner_x = 0,
          .corner_z = 0,
          .open = std::vector<float>(area(cells), 1)};
}

inline std::vector<double> noise(Size cells, std::uint64_t seed) {
  Dice dice(seed);
  std::vector<double> heights;
  for (std::size_t i = 0; i < area(cells); ++i) heights.push_back(0.2 * dice.roll() - 0.1);
  return heights;
}

inline std::vector<Push> pushes(int step) {
  const float t = static_cast<float>(step);
  std::vector<Push> list{{.x = 2.1f + 0.03f * t,
                          .z = 1.7f,
                          .direction_x = 0.8f,
                          .direction_z = 0.6f,
                          .half_length = 1.3f,
                          .half_width = 0.6f,
                          .head = 0.11f,
                          .pitch = 0.02f * std::sin(t),
                          .roll = -0.01f,
                          .foam = 0}};
  if (step % 3 == 0)
    list.push_back(
        {.x = 0.1f, .z = 0.2f, .half_length = 0.5f, .half_width = 0.5f, .head = -0.2f, .foam = 0.5f});
  if (step == 4) list.push_back({.x = 900, .z = -50, .head = 1});  // beside the basin: nothing
  return list;
}

/// Water in metres and seconds: levels, and flows in square metres a second through the sides of cells.
/// Gravity is 9.81 and the depth what gives waves their speed.
struct PlainWater {
  Basin basin;
  int w, h;
  std::vector<std::vector<double>> level, pressure, east, south;

  explicit PlainWater(const Basin& from) : basin(from), w(from.cells.width), h(from.cells.height) {
    for (auto* field : {&level, &pressure, &east, &south})
      field->assign(static_cast<std::size_t>(h), std::vector<double>(static_cast<std::size_t>(w), 0.0));
  }
  static double& at(std::vector<std::vector<double>>& field, int x, int y) {
    return field[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
  }
  double open(int x, int y) const { return basin.open[static_cast<std::size_t>(y * w + x)]; }

  void press(const Push& push) {
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) {
        const double dx = (x + 0.5) * basin.cell - push.x, dz = (y + 0.5) * basin.cell - push.z;
        const double along = (dx * push.direction_x + dz * push.direction_z) / push.half_length;
        const double across = (dz * push.direction_x - dx * push.direction_z) / push.half_width;
        const double r2 = along * along + across * across;
        if (r2 >= 1) continue;
        at(pressure, x, y) += std::pow(1 - r2, 2) * (push.head + push.pitch * along + push.roll * across);
      }
  }
  void step(double seconds, double wind, const std::vector<Push>& list, double drag, double border) {
    constexpr double gravity = 9.81, speed = 2, dt = 1 / 60.0;
    const double depth = speed * speed / gravity, cell = basin.cell;
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) {
        double sum = 0;
        for (const core::WindWave& wave : core::wind_waves) {
          const double k = std::hypot(wave.x, wave.z), place_x = basin.corner_x + (x + 0.5) * cell,
                       place_z = basin.corner_z + (y + 0.5) * cell;
          const double slow = wave.frequency / (speed * k);
          sum -= wind * wave.height * (1 - slow * slow) *
                 std::cos(wave.x * place_x + wave.z * place_z - wave.frequency * seconds);
        }
        at(pressure, x, y) = sum;
      }
    for (const Push& push : list) press(push);
    const int beach = std::max(1, std::min(w, h) / 10);
    const auto flow = [&](double before, int x0, int y0, int x1, int y1) {
      const int edge = std::min(std::min(x0, w - 1 - x0), std::min(y0, h - 1 - y0));
      const double shore = std::max(0.0, 1 - static_cast<double>(edge) / beach);
      const double a = 0.5 * dt * (drag + border * std::pow(shore, 3));
      const double fall = at(level, x1, y1) + at(pressure, x1, y1) - at(level, x0, y0) - at(pressure, x0, y0);
      return ((1 - a) * before - dt * gravity * depth * std::min(open(x0, y0), open(x1, y1)) * fall / cell) /
             (1 + a);
    };
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) {
        if (x + 1 < w) at(east, x, y) = flow(at(east, x, y), x, y, x + 1, y);
        if (y + 1 < h) at(south, x, y) = flow(at(south, x, y), x, y, x, y + 1);
      }
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) {
        const double in = (x > 0 ? at(east, x - 1, y) : 0) + (y > 0 ? at(south, x, y - 1) : 0);
        at(level, x, y) += dt / cell * (in - at(east, x, y) - at(south, x, y));
      }
  }
};

template <typename T>
double sum(const std::vector<T>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Runs both and returns the largest difference of levels, in metres.
template <typename T>
double difference_from_plain(compute::BackendOf<T>& backend, Size cells, int steps) {
  const Basin basin = rough_basin(cells, 7);
  SimulationOf<T> water(backend, basin);
  PlainWater plain(basin);
  const std::vector<double> start = noise(cells, 3);
  water.set_heights(std::vector<T>(start.begin(), start.end()));
  for (int y = 0; y < cells.height; ++y)
    for (int x = 0; x < cells.width; ++x)
      PlainWater::at(plain.level, x, y) = start[static_cast<std::size_t>(y * cells.width + x)];
  for (int n = 0; n < steps; ++n) {
    const double seconds = (n + 1) * compute::water::step_seconds;
    water.step(seconds, 1.3f, pushes(n));
    plain.step(seconds, 1.3f, pushes(n), 0.12, 6);
  }
  const std::vector<T> heights = water.heights();
  double worst = 0;
  for (int y = 0; y < cells.height; ++y)
    for (int x = 0; x < cells.width; ++x)
      worst = std::max(worst,
                       std::abs(static_cast<double>(heights[static_cast<std::size_t>(y * cells.width + x)]) -
                                PlainWater::at(plain.level, x, y)));
  return worst;
}

inline constexpr Size sizes[] = {{37, 23}, {5, 64}, {2, 2}, {33, 31}};

}  // namespace plain_water
