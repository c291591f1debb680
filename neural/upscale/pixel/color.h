#pragma once
// Working colour for C++ and CUDA: the functions of color.inl, and their gradients. They are templated on the
// scalar so that gradients can be checked in double; see compute/pixel/math.h.

#include "compute/pixel/half.h"
#include "compute/pixel/math.h"
#include "compute/pixel/stored.h"
#include "core/light.h"
#include "neural/upscale/step_view.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

using namespace compute::pixel;
using core::brightest;

#include "compute/pixel/as_functions.h"

#include "neural/upscale/pixel/color.inl"

#include "compute/pixel/as_end.h"

/// Returns the gradient of limited() with respect to its argument, from the gradient of its result; w = 0.
template <typename T>
NEURASTER_HD Vec4<T> limited_backward(Vec4<T> c, Vec4<T> g) {
  const T base = c[0] - c[2], top = static_cast<T>(brightest / (1 + brightest));
  const auto within = [top](T x) { return x < 0 || x > top ? T(0) : T(1); };
  const T r = within(base + c[1]) * (g[0] / 4 + g[1] / 2 - g[2] / 4),
          green = within(c[0] + c[2]) * (g[0] / 2 + g[2] / 2),
          b = within(base - c[1]) * (g[0] / 4 - g[1] / 2 - g[2] / 4);
  return Vec4<T>::make(r + green + b, r - b, green - r - b, 0);
}

/// Returns the gradient of from_working() with respect to its argument, from the gradient of its result.
template <typename T>
NEURASTER_HD Vec4<T> from_working_backward(Vec4<T> c, Vec4<T> g) {
  const T base = c[0] - c[2], limit = static_cast<T>(brightest / (1 + brightest));
  const T raw[3] = {base + c[1], c[0] + c[2], base - c[1]};
  const T rgb[3] = {clamped(raw[0], T(0), limit), clamped(raw[1], T(0), limit), clamped(raw[2], T(0), limit)};
  const int top = rgb[0] >= rgb[1] ? (rgb[0] >= rgb[2] ? 0 : 2) : (rgb[1] >= rgb[2] ? 1 : 2);
  const T k = 1 / (1 - rgb[top]);
  const T through_max = k * k * (g[0] * rgb[0] + g[1] * rgb[1] + g[2] * rgb[2]);
  T d[3];
  for (int i = 0; i < 3; ++i) {
    d[i] = g[i] * k + (top == i ? through_max : 0);
    if (raw[i] < 0 || raw[i] > limit) d[i] = 0;
  }
  return Vec4<T>::make(d[0] + d[1] + d[2], d[0] - d[2], d[1] - d[0] - d[2], 0);
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
