#pragma once
// The passes between frames as C++ and CUDA: the texts of the one source as members of a class on the view.
// `tuned` reads pictures row by row; without it everything is the text.

#include <type_traits>

#include "neural/interpolate/between_view.h"
#include "neural/upscale/pixel/color.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

template <typename T, typename S = T, bool tuned = false>
struct Interpolate {
  const BetweenView<T, S>& v;

#include "compute/pixel/as_members.h"
#include "compute/pixel/member_loads.h"

  // A step that processors do in an order of their own: cubic_taps(), with the four texels of a row together.
  FN real4 cubic_inside(FOURS colors, int first, int stride, IN_ARRAY(real, wx, 4), IN_ARRAY(real, wy, 4)) {
#if !defined(__CUDACC__)
    if constexpr (tuned) {
      const S* texels = colors + 4 * first;
      const Four<T> sum = Four<T>::load(texels) * wy[0] + Four<T>::load(texels + 4 * stride) * wy[1] +
                          Four<T>::load(texels + 8 * stride) * wy[2] +
                          Four<T>::load(texels + 12 * stride) * wy[3];
      return sum[0] * wx[0] + sum[1] * wx[1] + sum[2] * wx[2] + sum[3] * wx[3];
    }
#endif
    return cubic_taps(colors, first, stride, wx, wy);
  }
#include "neural/interpolate/pixel/passes.inl"

#include "compute/pixel/as_end.h"
};

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
