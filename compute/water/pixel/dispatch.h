#pragma once
// The family's passes as a table of host loops.

#include <array>

#include "compute/pixel/host_loops.h"
#include "compute/water/pixel/water.h"

namespace compute::water::pixel {
inline namespace NEURASTER_ISA {

/// Runs one cell of a pass. A GPU's thread calls it.
template <WaterPass pass, typename T>
NEURASTER_HD void run_water(const WaterView<T>& view, int x, int y) {
  Water<T> passes{view};
  if constexpr (pass == WaterPass::wind) passes.wind(x, y);
  if constexpr (pass == WaterPass::press) passes.press(x, y);
  if constexpr (pass == WaterPass::flux) passes.flux(x, y);
  if constexpr (pass == WaterPass::level) passes.level(x, y);
  if constexpr (pass == WaterPass::surface) passes.surface(x, y);
}

#ifndef __CUDACC__  // no kernel reads the table
template <WaterPass pass, typename T>
constexpr HostPass water_host_pass() {
  return {pass_name(pass), grid_rows<pass, WaterView<T>>, run_each<pass, WaterView<T>, run_water<pass, T>>};
}
template <typename T>
inline constexpr std::array<HostPass, water_pass_count> water_host_passes = {
    water_host_pass<WaterPass::wind, T>(), water_host_pass<WaterPass::press, T>(),
    water_host_pass<WaterPass::flux, T>(), water_host_pass<WaterPass::level, T>(),
    water_host_pass<WaterPass::surface, T>()};
#endif

}  // namespace NEURASTER_ISA
}  // namespace compute::water::pixel
