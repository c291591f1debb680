#pragma once
// A basin of water as a height field, in steps of a sixtieth of a second. Wind, hulls, drops and fingers
// press on it; waves run from there, walls mirror them, and the basin's border swallows them. It knows
// nothing of who draws it.
//
// Method: the linear shallow-water equations with fluxes on a staggered grid. Waves of all lengths run at one
// speed, that of deep-water waves of about 2.5 m; the water's real depth does not matter.

#include <memory>
#include <span>
#include <vector>

#include "compute/water/family.h"

namespace compute::water {

inline constexpr double step_seconds = 1 / 60.0;
inline constexpr float wave_speed = 2;  ///< metres a second

/// The place and its walls. Cells are squares, row by row: columns along +x, rows along +z.
struct Basin {
  Size cells;
  float cell = 0.25f;                ///< side of a cell, metres; at least 0.05
  float corner_x = 0, corner_z = 0;  ///< of the first cell, metres: what the wind's waves are a function of
  std::vector<float> open;           ///< for each cell: 1 water, 0 wall; between, what hinders the flow
};

/// Something that lies on the water in one step, as an ellipse whose pressure is zero at its edge. A hull's
/// head is its draught: water that is at rest stands lower under it by that. Lengths in metres.
struct Push {
  float x = 0, z = 0;                      ///< its middle, from the basin's corner
  float direction_x = 1, direction_z = 0;  ///< of its length; a unit vector
  float half_length = 1, half_width = 1;   ///< at least a cell
  float head = 0;                          ///< pressure in the middle, metres of water; negative lifts
  float pitch = 0, roll = 0;               ///< pressure that is added at its end and at its side
  float foam = 0;                          ///< foam in the middle, 0 to 1
};

/// T is float, or double for the oracle. One thread at a time may use it; all work is enqueued on the
/// backend.
template <typename T>
class SimulationOf {
 public:
  /// Begins at rest. The backend must outlive the object. Throws core::Error where the basin is not one, or
  /// where the backend has no passes for it.
  SimulationOf(BackendOf<T>& backend, const Basin& basin);

  /// Enqueues one step, in which the wind has blown for `seconds` (at its end) with `wind` times the heights
  /// of core::wind_waves.
  void step(double seconds, float wind, std::span<const Push> pushes);
  /// Enqueues what is to be drawn, [height][width][4] halfs in the backend's memory: the level in metres, its
  /// slopes along x and z, foam from 0 to 1.
  void draw(f16* surface);
  /// Enqueues a return to rest.
  void reset();

  Size cells() const { return view_.cells; }
  /// Sets the strength of drag, in 1/seconds (0.12 at the start), and at the very border.
  void set_drag(T drag, T border);

  // For tests; they wait. Fields are as in WaterView.
  std::vector<T> heights();
  std::vector<T> flux(bool along_x);
  void set_heights(std::span<const T> heights);

 private:
  T* take(std::size_t count);
  std::vector<T> read(const T* values);
  void press(const Push& push);

  BackendOf<T>& backend_;
  WaterPasses<T> passes_;
  WaterView<T> view_;
  T cell_;
  std::vector<std::unique_ptr<Memory>> memory_;
};
using Simulation = SimulationOf<float>;

}  // namespace compute::water
