#pragma once
// The family's passes as a table of host loops.

#include <array>

#include "compute/pixel/host_loops.h"
#include "neural/interpolate/pixel/interpolate.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

/// Runs one pixel of a pass. A GPU's thread calls it.
template <BetweenPass pass, bool tuned = false, typename T, typename S>
NEURASTER_HD void run_between(const BetweenView<T, S>& view, int x, int y) {
  Interpolate<T, S, tuned> passes{view};
  if constexpr (pass == BetweenPass::take) passes.take(x, y);
  if constexpr (pass == BetweenPass::look) passes.look(x, y);
  if constexpr (pass == BetweenPass::spread_now) passes.spread_now(x, y);
  if constexpr (pass == BetweenPass::spread_past) passes.spread_past(x, y);
  if constexpr (pass == BetweenPass::choose) passes.choose(x, y);
  if constexpr (pass == BetweenPass::fill) passes.fill(x, y);
  if constexpr (pass == BetweenPass::blend) passes.blend(x, y);
  if constexpr (pass == BetweenPass::mixture) passes.mixture(x, y);
}

/// Views of halfs are for devices only: here their passes have names and no loops.
template <BetweenPass pass, typename T, typename S, bool tuned>
constexpr compute::HostPass between_host_pass() {
  if constexpr (std::is_same_v<T, S>)
    return {pass_name(pass), grid_rows<pass, BetweenView<T>>,
            run_each<pass, BetweenView<T>, run_between<pass, tuned, T, T>>};
  else
    return {pass_name(pass)};
}

#ifndef __CUDACC__  // no kernel reads the table
template <typename T, typename S, bool tuned>
inline constexpr std::array<compute::HostPass, between_pass_count> between_host_passes = {
    between_host_pass<BetweenPass::take, T, S, tuned>(),
    between_host_pass<BetweenPass::look, T, S, tuned>(),
    between_host_pass<BetweenPass::spread_now, T, S, tuned>(),
    between_host_pass<BetweenPass::spread_past, T, S, tuned>(),
    between_host_pass<BetweenPass::choose, T, S, tuned>(),
    between_host_pass<BetweenPass::fill, T, S, tuned>(),
    between_host_pass<BetweenPass::blend, T, S, tuned>(),
    between_host_pass<BetweenPass::mixture, T, S, tuned>()};
#endif

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
