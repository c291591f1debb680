#pragma once
// A family's passes as loops on the host. A family has, beside its view and its enum of passes, grid_of(pass,
// view) and pass_name(pass), which are found by their arguments.

#include <type_traits>

#include "compute/passes.h"
#include "compute/pixel/vec4.h"

namespace compute::pixel {
inline namespace NEURASTER_ISA {

template <auto pass, typename View>
int grid_rows(const void* view) {
  return grid_of(pass, *static_cast<const View*>(view)).height;
}
/// Calls at(view, x, y) along a row of the pass's grid.
template <auto pass, typename View, auto at>
__attribute__((noinline)) void run_each(const void* its_view, int y) {
  const View view = *static_cast<const View*>(its_view);  // a copy: no write of a pixel changes it
  const int width = grid_of(pass, view).width;
  for (int x = 0; x < width; ++x) at(view, x, y);
}

}  // namespace NEURASTER_ISA
}  // namespace compute::pixel
