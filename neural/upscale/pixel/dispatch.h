#pragma once
// The family's passes as tables of host loops: pixel by pixel, as a GPU's threads run them, and by rows that
// vectorise.

#include <array>
#include <span>

#include "compute/pixel/host_loops.h"
#include "neural/upscale/pixel/gradients.h"
#include "neural/upscale/pixel/rows.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

/// Runs one pixel of a pass. A GPU's thread calls it, and tests check the faster rows against it.
template <Pass pass, typename T, typename S>
NEURASTER_HD void run_pixel(const StepView<T, S>& view, int x, int y) {
  Upscale<T, S> passes{view};
  if constexpr (pass == Pass::clean) passes.clean(x, y);
  if constexpr (pass == Pass::neighbourhood) passes.neighbourhood(x, y);
  if constexpr (pass == Pass::warp) passes.warp(x, y);
  if constexpr (pass == Pass::features) passes.features(x, y);
  if constexpr (pass == Pass::controls) passes.controls(x, y);
  if constexpr (pass == Pass::reconstruct) passes.reconstruct(x, y);
  if constexpr (pass == Pass::debug_view) passes.debug_view(x, y);
}

/// All passes are in one function: the order in which the compiler adds sums depends on the code around them,
/// and pictures must not change from version to version.
template <typename T>
__attribute__((noinline)) void run_row(Pass pass, const StepView<T>& its_view, int y) {
  const StepView<T> view = its_view;  // a copy, which stays in registers
  const int width = grid_of(pass, view).width;
  FastUpscale<T> passes{view};
  switch (pass) {
#define NEURASTER_ROW(name)                            \
  case Pass::name:                                     \
    for (int x = 0; x < width; ++x) passes.name(x, y); \
    break
    NEURASTER_ROW(clean);
    NEURASTER_ROW(neighbourhood);
    case Pass::warp:
      warp_row(passes, y);
      break;
    case Pass::features:
      features_row(passes, y);
      break;
    case Pass::controls:
      controls_row(passes, y);
      break;
    case Pass::reconstruct:
      reconstruct_row(passes, y);
      break;
    case Pass::debug_view:
      break;
#undef NEURASTER_ROW
  }
}

/// Runs row y by the functions that vectorise.
template <Pass pass, typename T>
void run_fast_row(const void* view, int y) {
  if constexpr (pass == Pass::debug_view)
    run_each<pass, StepView<T>, run_pixel<pass, T, T>>(view, y);
  else
    run_row(pass, *static_cast<const StepView<T>*>(view), y);
}

/// Runs a gradient over the whole grid in one fixed order, since gradients scatter into other rows. Each pass
/// has a function of its own so that profilers tell them apart.
template <Pass pass, typename T, void (*gradient)(const StepView<T>&, int, int)>
__attribute__((noinline)) void run_gradient(const void* its_view) {
  const StepView<T> view = *static_cast<const StepView<T>*>(its_view);  // a copy, as above
  const Size grid = grid_of(pass, view);
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width; ++x) gradient(view, x, y);
}

/// Returns the gradient of a pass; null where the pass reads only inputs.
template <Pass pass, typename T>
constexpr auto gradient_of() -> void (*)(const void*) {
  if constexpr (pass == Pass::warp)
    return run_gradient<pass, T, warp_backward<T>>;
  else if constexpr (pass == Pass::features)
    return run_gradient<pass, T, features_backward<T>>;
  else if constexpr (pass == Pass::controls)
    return run_gradient<pass, T, controls_backward<T>>;
  else if constexpr (pass == Pass::reconstruct)
    return run_gradient<pass, T, reconstruct_backward<T>>;
  else
    return nullptr;
}

/// Views of halfs are for devices only: here their passes have names and no loops.
template <Pass pass, typename T, typename S, bool fast>
constexpr compute::HostPass host_pass() {
  if constexpr (!std::is_same_v<T, S>)
    return {pass_name(pass)};
  else if constexpr (fast)
    return {pass_name(pass), grid_rows<pass, StepView<T>>, run_fast_row<pass, T>, gradient_of<pass, T>()};
  else
    return {pass_name(pass), grid_rows<pass, StepView<T>>, run_each<pass, StepView<T>, run_pixel<pass, T, T>>,
            gradient_of<pass, T>()};
}

#ifndef __CUDACC__  // nvcc 12's front end fails on this table, which no kernel reads
template <typename T, typename S, bool fast>
inline constexpr std::array<compute::HostPass, pass_count> host_passes = {
    host_pass<Pass::clean, T, S, fast>(),     host_pass<Pass::neighbourhood, T, S, fast>(),
    host_pass<Pass::warp, T, S, fast>(),      host_pass<Pass::features, T, S, fast>(),
    host_pass<Pass::controls, T, S, fast>(),  host_pass<Pass::reconstruct, T, S, fast>(),
    host_pass<Pass::debug_view, T, S, fast>()};
#endif

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
