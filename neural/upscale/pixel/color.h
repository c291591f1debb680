#pragma once
// Colour and filters of one pixel, for host and device. They are templated on the scalar so that gradients
// can be checked in double; see compute/pixel/math.h.

#include "compute/pixel/half.h"
#include "compute/pixel/math.h"
#include "compute/pixel/stored.h"
#include "core/light.h"
#include "neural/upscale/step_view.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

using namespace compute::pixel;

// --- colour ----------------------------------------------------------------------------------------------

using core::brightest;

/// Converts linear rgb to working colour; w is passed through. Averaging compressed colour keeps highlights
/// from drowning their neighbours (B. Karis, "High Quality Temporal Supersampling", 2014).
template <typename T>
NEURASTER_HD Vec4<T> to_working(Vec4<T> rgb) {
  const T k = 1 / (1 + most(rgb[0], most(rgb[1], rgb[2])));
  const T r = rgb[0] * k, g = rgb[1] * k, b = rgb[2] * k;
  return Vec4<T>::make((r + 2 * g + b) / 4, (r - b) / 2, (2 * g - r - b) / 4, rgb[3]);
}

/// Returns the largest of a working colour's compressed rgb.
template <typename T>
NEURASTER_HD T brightest_channel(Vec4<T> c) {
  const T base = c[0] - c[2];
  return most(c[0] + c[2], base + std::abs(c[1]));
}

/// Converts working colour to linear rgb in [0, brightest], w = 1.
template <typename T>
NEURASTER_HD Vec4<T> from_working(Vec4<T> c) {
  const T base = c[0] - c[2], top = static_cast<T>(brightest / (1 + brightest));
  const T r = clamped(base + c[1], T(0), top), g = clamped(c[0] + c[2], T(0), top);
  const T b = clamped(base - c[1], T(0), top);
  const T k = 1 / (1 - most(r, most(g, b)));
  return Vec4<T>::make(r * k, g * k, b * k, 1);
}

/// Returns a working colour limited to what from_working() can show; w is passed through.
template <typename T>
NEURASTER_HD Vec4<T> limited(Vec4<T> c) {
  const T base = c[0] - c[2], top = static_cast<T>(brightest / (1 + brightest));
  const T r = clamped(base + c[1], T(0), top), g = clamped(c[0] + c[2], T(0), top);
  const T b = clamped(base - c[1], T(0), top);
  return Vec4<T>::make((r + 2 * g + b) / 4, (r - b) / 2, (2 * g - r - b) / 4, c[3]);
}
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

// --- filters ---------------------------------------------------------------------------------------------

/// Returns the weights of six samples at -2 .. 3 of a history read at t in [0, 1], with one t for the columns
/// (lanes 0 to 5) and one for the rows (8 to 13). They are Lanczos' window (C. Duchon, "Lanczos Filtering in
/// One and Two Dimensions", 1979) as polynomials that differ from it by less than 5e-5, and not at all at 0
/// and 1. A moving history is filtered anew in every frame, so that a filter's blur adds up.
template <typename T>
NEURASTER_HD void lanczos_weights(T tx, T ty, T w[16]) {
  constexpr T c0[8] = {T(0.20852), T(-0.827885), 1, 1, T(-0.827885), T(0.20852)};
  constexpr T c1[8] = {T(-0.143425), T(0.330269), T(0.999496), T(0.999496), T(0.330269), T(-0.143425)};
  constexpr T c2[8] = {T(-0.25203), T(0.689213), T(-0.812325), T(-0.812325), T(0.689213), T(-0.25203)};
  constexpr T c3[8] = {T(0.189181), T(-0.400335), T(-0.934174), T(-0.934174), T(-0.400335), T(0.189181)};
  constexpr T c4[8] = {0, 0, T(0.575569), T(0.575569)};
  for (int k = 0; k < 16; ++k) {
    const int i = k % 8;
    const T t = k < 8 ? tx : ty, s = 1 - t, x = i < 3 ? t : s;
    w[k] =
        (i == 3 ? 1 : s) * (i == 2 ? 1 : t) * (c0[i] + x * (c1[i] + x * (c2[i] + x * (c3[i] + x * c4[i]))));
  }
}

/// The texels of an output axis under render pixel i: a box filter with fractional ends. Weights are computed
/// where they are used: an array of them would be memory on a GPU.
template <typename T>
struct Box {
  static constexpr int max_taps = 5;
  int first, taps;
  T begin, end;
  T scale;  ///< one over the sum of the weights
  NEURASTER_HD Box(int i, T ratio, int size) {
    begin = static_cast<T>(i) * ratio, end = begin + ratio;
    first = clamped(floor_int(begin + T(1e-4)), 0, size - 1);
    const int last = clamped(floor_int(end - T(1e-4)), first, least(size - 1, first + max_taps - 1));
    taps = last - first + 1;
    scale = 1 / most(least(end, static_cast<T>(last + 1)) - most(begin, static_cast<T>(first)), T(1e-6));
  }
  NEURASTER_HD T weight(int k) const {
    const T low = most(begin, static_cast<T>(first + k)), high = least(end, static_cast<T>(first + k + 1));
    return most(high - low, T(1e-6)) * scale;
  }
};

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
