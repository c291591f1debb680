#pragma once
// The view of the pass family "water": all that the passes of the simulation read and write. T is float for
// devices and double for the oracle.

#include <cstdint>
#include <string_view>

#include "compute/types.h"

namespace compute::water {

/// The passes in order; each comment begins with the grid that the pass runs over.
enum class WaterPass : std::int32_t {
  wind,     ///< cells: the pressure of the wind
  press,    ///< spot: adds one push to the pressure
  flux,     ///< cells: what flows to the next column and the next row in this step
  level,    ///< cells: the level that follows, and foam
  surface,  ///< cells: level, slopes and foam for who draws it
};
inline constexpr int water_pass_count = static_cast<int>(WaterPass::surface) + 1;
/// The name in reports.
inline constexpr std::string_view pass_name(WaterPass pass) {
  constexpr std::string_view names[water_pass_count] = {"wind", "press", "flux", "level", "surface"};
  return names[static_cast<int>(pass)];
}

template <typename T>
struct WaterView {
  using S = T;
#include "compute/pixel/as_fields.h"

#include "compute/water/pixel/water_view.inl"

#include "compute/pixel/as_fields_end.h"
};

/// Returns the grid that a pass runs over.
template <typename T>
constexpr Size grid_of(WaterPass pass, const WaterView<T>& view) {
  return pass == WaterPass::press ? view.spot : view.cells;
}

}  // namespace compute::water
