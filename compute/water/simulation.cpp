#include "compute/water/simulation.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/water_waves.h"

namespace compute::water {
namespace {

constexpr int waves = 4;
static_assert(std::size(core::wind_waves) == waves);

void check(const Basin& basin) {
  if (basin.cells.width < 2 || basin.cells.height < 2 || !(basin.cell >= 0.05f))
    core::fail("a basin of water has at least 2x2 cells of 5 cm, not {}x{} of {} m", basin.cells.width,
               basin.cells.height, basin.cell);
  if (basin.open.size() != area(basin.cells))
    core::fail("a basin of {}x{} cells got walls for {}", basin.cells.width, basin.cells.height,
               basin.open.size());
}

/// Cosines, then sines, of the four waves' phases at the middles of `count` cells along an axis.
template <typename T>
std::vector<T> phases(int count, float cell, float corner, float core::WindWave::*component) {
  std::vector<T> table;
  for (int i = 0; i < count; ++i)
    for (const bool sine : {false, true})
      for (const core::WindWave& wave : core::wind_waves) {
        const double phase = static_cast<double>(wave.*component) * (corner + (i + 0.5) * cell);
        table.push_back(static_cast<T>(sine ? std::sin(phase) : std::cos(phase)));
      }
  return table;
}

}  // namespace

template <typename T>
SimulationOf<T>::SimulationOf(BackendOf<T>& backend, const Basin& basin)
    : backend_(backend), passes_(backend), cell_(basin.cell) {
  check(basin);
  const std::size_t count = area(basin.cells);
  const auto upload = [&](const std::vector<T>& values) {
    T* const to = take(values.size());
    backend_.copy_in(to, values.data(), values.size() * sizeof(T));
    return to;
  };
  view_.cells = basin.cells;
  view_.columns = upload(phases<T>(basin.cells.width, basin.cell, basin.corner_x, &core::WindWave::x));
  view_.rows = upload(phases<T>(basin.cells.height, basin.cell, basin.corner_z, &core::WindWave::z));
  std::vector<T> open;
  for (const float part : basin.open) open.push_back(static_cast<T>(std::clamp(part, 0.0f, 1.0f)));
  view_.open = upload(open);
  for (T** field : {&view_.pressure, &view_.flux_x, &view_.flux_y, &view_.height, &view_.foam})
    *field = take(count);
  const T courant = wave_speed * static_cast<T>(step_seconds) / cell_;
  view_.coupling = courant * courant;
  view_.beach = std::max(1, std::min(basin.cells.width, basin.cells.height) / 10);
  view_.rise_a_second = static_cast<T>(1 / step_seconds);
  view_.slope_scale = 1 / (2 * cell_);
  view_.foam_fade = static_cast<T>(std::exp(-step_seconds / 1.8));
  set_drag(static_cast<T>(0.12), 6);
}

template <typename T>
void SimulationOf<T>::set_drag(T drag, T border) {
  view_.drag = drag * static_cast<T>(step_seconds) / 2;
  view_.beach_drag = border * static_cast<T>(step_seconds) / 2;
}

template <typename T>
T* SimulationOf<T>::take(std::size_t count) {
  memory_.push_back(backend_.allocate(count * sizeof(T)));
  return static_cast<T*>(memory_.back()->data());
}

/// A pressure P * cos(k x - w t) makes waves of height -P / (1 - (w / (c k))^2) that run with it.
template <typename T>
void SimulationOf<T>::step(double seconds, float wind, std::span<const Push> pushes) {
  for (int n = 0; n < waves; ++n) {
    const core::WindWave& wave = core::wind_waves[n];
    const double ratio = wave.frequency / (wave_speed * std::hypot(wave.x, wave.z));
    const double pressure = -wind * wave.height * (1 - ratio * ratio), phase = wave.frequency * seconds;
    view_.wave_cos[n] = static_cast<T>(pressure * std::cos(phase));
    view_.wave_sin[n] = static_cast<T>(pressure * std::sin(phase));
  }
  passes_.run(WaterPass::wind, view_);
  for (const Push& push : pushes) press(push);
  passes_.run(WaterPass::flux, view_);
  passes_.run(WaterPass::level, view_);
}

template <typename T>
void SimulationOf<T>::press(const Push& push) {
  const T x = push.x / cell_ - static_cast<T>(0.5), y = push.z / cell_ - static_cast<T>(0.5);
  const T length = std::max(push.half_length / cell_, T(1)), width = std::max(push.half_width / cell_, T(1));
  const T reach = std::max(length, width);
  const auto first = [](T at) { return std::max(0, static_cast<int>(std::ceil(std::max(at, T(0))))); };
  const auto end = [](T at, int size) {
    return static_cast<int>(std::clamp(std::floor(at) + 1, T(0), static_cast<T>(size)));
  };
  view_.spot_x = first(x - reach);
  view_.spot_y = first(y - reach);
  view_.spot = {end(x + reach, view_.cells.width) - view_.spot_x,
                end(y + reach, view_.cells.height) - view_.spot_y};
  if (view_.spot.width <= 0 || view_.spot.height <= 0) return;
  view_.push_x = x;
  view_.push_y = y;
  view_.push_along[0] = push.direction_x / length;
  view_.push_along[1] = push.direction_z / length;
  view_.push_across[0] = -push.direction_z / width;
  view_.push_across[1] = push.direction_x / width;
  view_.push_head = push.head;
  view_.push_pitch = push.pitch;
  view_.push_roll = push.roll;
  view_.push_foam = push.foam;
  passes_.run(WaterPass::press, view_);
}

template <typename T>
void SimulationOf<T>::draw(f16* surface) {
  view_.drawn = surface;
  passes_.run(WaterPass::surface, view_);
}

template <typename T>
void SimulationOf<T>::reset() {
  const std::size_t bytes = area(view_.cells) * sizeof(T);
  for (T* field : {view_.pressure, view_.flux_x, view_.flux_y, view_.height, view_.foam})
    backend_.clear(field, bytes);
}

template <typename T>
std::vector<T> SimulationOf<T>::read(const T* values) {
  std::vector<T> result(area(view_.cells));
  backend_.copy_out(result.data(), values, result.size() * sizeof(T));
  return result;
}
template <typename T>
std::vector<T> SimulationOf<T>::heights() {
  return read(view_.height);
}
template <typename T>
std::vector<T> SimulationOf<T>::flux(bool along_x) {
  return read(along_x ? view_.flux_x : view_.flux_y);
}
template <typename T>
void SimulationOf<T>::set_heights(std::span<const T> heights) {
  if (heights.size() != area(view_.cells)) core::fail("the basin has another number of cells");
  backend_.copy_in(view_.height, heights.data(), heights.size() * sizeof(T));
}

template class SimulationOf<float>;
template class SimulationOf<double>;

}  // namespace compute::water
