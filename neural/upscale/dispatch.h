#pragma once
// From the name of a pass to its function, for row loops.

#include "neural/upscale/gradients.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

/// The grid a pass runs over.
template <typename T, typename S>
NEURASTER_HD Size grid_of(Pass pass, const StepView<T, S>& view) {
  switch (pass) {
    case Pass::history:
      return view.past_output;
    case Pass::warp:
    case Pass::reconstruct:
      return view.output;
    default:
      return view.render;
  }
}

/// One pixel of a pass: what a GPU's thread does, and what the faster rows are checked against.
template <typename T, typename S>
void run_pixel(Pass pass, const StepView<T, S>& view, int x, int y) {
  switch (pass) {
#define NEURASTER_PIXEL(name) \
  case Pass::name:            \
    return name<T>(view, x, y)
    NEURASTER_PIXEL(clean);
    NEURASTER_PIXEL(neighbourhood);
    NEURASTER_PIXEL(history);
    NEURASTER_PIXEL(warp);
    NEURASTER_PIXEL(features);
    NEURASTER_PIXEL(controls);
    NEURASTER_PIXEL(reconstruct);
#undef NEURASTER_PIXEL
  }
}

template <typename T>
void run_row(Pass pass, const StepView<T>& its_view, int y) {
  const StepView<T> view = its_view;  // what pixels write cannot be a part of it: it stays in registers
  const int width = grid_of(pass, view).width;
  switch (pass) {
#define NEURASTER_ROW(name)                              \
  case Pass::name:                                       \
    for (int x = 0; x < width; ++x) name<T>(view, x, y); \
    break
    NEURASTER_ROW(clean);
    NEURASTER_ROW(neighbourhood);
    NEURASTER_ROW(history);
    case Pass::warp:
      warp_row<T>(view, y);
      break;
      NEURASTER_ROW(features);
      NEURASTER_ROW(controls);
    case Pass::reconstruct:
      reconstruct_row<T>(view, y);
      break;
#undef NEURASTER_ROW
  }
}

/// The whole grid in one order: gradients scatter into other rows. A function of its own for each pass, so
/// that profilers tell them apart.
template <typename T, auto gradient>
__attribute__((noinline)) void run_gradient_of(Size grid, const StepView<T>& its_view) {
  const StepView<T> view = its_view;  // as above
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width; ++x) gradient(view, x, y);
}
template <typename T>
void run_gradient(Pass pass, const StepView<T>& view) {
  const Size grid = grid_of(pass, view);
  switch (pass) {
    case Pass::history:
      return run_gradient_of<T, history_backward<T>>(grid, view);
    case Pass::warp:
      return run_gradient_of<T, warp_backward<T>>(grid, view);
    case Pass::features:
      return run_gradient_of<T, features_backward<T>>(grid, view);
    case Pass::controls:
      return run_gradient_of<T, controls_backward<T>>(grid, view);
    case Pass::reconstruct:
      return run_gradient_of<T, reconstruct_backward<T>>(grid, view);
    case Pass::clean:
    case Pass::neighbourhood:
      break;  // of inputs only
  }
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
