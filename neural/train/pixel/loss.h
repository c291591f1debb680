#pragma once
// The loss of one pixel and its gradient, for host and device. Every step runs over n pixels so that a CPU's
// loops vectorise; a GPU's thread runs it with n = 1.

#include <bit>
#include <cmath>
#include <cstdint>

#include "core/agx.h"
#include "core/light.h"
#include "neural/train/loss_view.h"
#include "neural/upscale/pixel/color.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

// AgX as in the shader; core/agx.h has its numbers. Matrix entries are counted column by column.
struct Inset {
  NEURASTER_HD static constexpr double at(int k) { return core::agx_inset[k / 3][k % 3]; }
};
struct Outset {
  NEURASTER_HD static constexpr double at(int k) { return core::agx_outset[k / 3][k % 3]; }
};
NEURASTER_HD constexpr double luma(int c) {
  return c == 0 ? core::luminance_red : c == 1 ? core::luminance_green : core::luminance_blue;
}
inline constexpr double span_of_stops = core::agx_stops_above + core::agx_stops_below;

/// The polynomial of AgX, for x in [0, 1].
template <typename T>
NEURASTER_HD T agx_curve(T x) {
  using namespace core;
  const T x2 = x * x, x4 = x2 * x2;
  return T(agx_6) * x4 * x2 - T(agx_5) * x4 * x + T(agx_4) * x4 - T(agx_3) * x2 * x + T(agx_2) * x2 +
         T(agx_1) * x - T(agx_0);
}
/// Its derivative.
template <typename T>
NEURASTER_HD T agx_curve_slope(T x) {
  using namespace core;
  const T x2 = x * x, x3 = x2 * x, x4 = x2 * x2;
  return T(6 * agx_6) * x4 * x - T(5 * agx_5) * x4 + T(4 * agx_4) * x3 - T(3 * agx_3) * x2 +
         T(2 * agx_2) * x + T(agx_1);
}

// log2 and 2^x: for double the library's; for float polynomials without branches, so that loops over pixels
// vectorise. Their errors, 2e-6 and 2e-7, are far below a picture's precision.
NEURASTER_HD double log2_of(double x) {
  return std::log2(x);
}
NEURASTER_HD double exp2_of(double x) {
  return std::exp2(x);
}
NEURASTER_HD float log2_of(float x) {
  const std::int32_t bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t whole = (bits - 0x3f3504f3) >> 23;  // the fraction lies in [sqrt(1/2), sqrt(2))
  const float f = std::bit_cast<float>(bits - (whole << 23));
  const float s = (f - 1) / (f + 1), s2 = s * s;
  return static_cast<float>(whole) +
         s * (2.88539008f + s2 * (0.961796694f + s2 * (0.577078016f + s2 * 0.412198583f)));
}
NEURASTER_HD float exp2_of(float x) {
  return power_of_two(x);
}

/// Computes out = m[k] a + m[k + step] b + m[k + 2 step] c for the three rows of `in`.
template <typename Matrix, int k, int step, typename T, std::size_t n>
NEURASTER_HD void combine(const T (&in)[3][n], T (&out)[n]) {
  constexpr T a = T(Matrix::at(k)), b = T(Matrix::at(k + step)), c = T(Matrix::at(k + 2 * step));
  for (std::size_t i = 0; i < n; ++i) out[i] = a * in[0][i] + b * in[1][i] + c * in[2][i];
}
template <typename Matrix, typename T, std::size_t n>
NEURASTER_HD void multiply(const T (&in)[3][n], T (&out)[3][n]) {
  combine<Matrix, 0, 3>(in, out[0]);
  combine<Matrix, 1, 3>(in, out[1]);
  combine<Matrix, 2, 3>(in, out[2]);
}
template <typename Matrix, typename T, std::size_t n>
NEURASTER_HD void multiply_transposed(const T (&in)[3][n], T (&out)[3][n]) {
  combine<Matrix, 0, 1>(in, out[0]);
  combine<Matrix, 3, 1>(in, out[1]);
  combine<Matrix, 6, 1>(in, out[2]);
}

/// display_encode() of n pixels, one row for each channel, and the values that its gradient needs.
template <typename T, std::size_t n>
struct DisplayEncoding {
  T mixed[3][n], stops[3][n], curved[3][n], powered[3][n], encoded[3][n];
  NEURASTER_HD explicit DisplayEncoding(const T (&rgb)[3][n]) {
    T graded[3][n];
    T luminance[n] = {};
    multiply<Inset>(rgb, mixed);
    // Short loops: in a single loop the compiler makes branches (a limit is a constant, whose logarithm is
    // known) and does not vectorise.
    T some[n];
    for (int c = 0; c < 3; ++c) {
      for (std::size_t i = 0; i < n; ++i) some[i] = most(mixed[c][i], T(1e-10));
      for (std::size_t i = 0; i < n; ++i)
        stops[c][i] = (log2_of(some[i]) + T(core::agx_stops_below)) * T(1 / span_of_stops);
      for (std::size_t i = 0; i < n; ++i) stops[c][i] = clamped(stops[c][i], T(0), T(1));
      for (std::size_t i = 0; i < n; ++i) curved[c][i] = agx_curve(stops[c][i]);
      for (std::size_t i = 0; i < n; ++i) some[i] = most(curved[c][i], T(1e-10));
      for (std::size_t i = 0; i < n; ++i) powered[c][i] = exp2_of(T(core::agx_power) * log2_of(some[i]));
      for (std::size_t i = 0; i < n; ++i) luminance[i] += T(luma(c)) * curved[c][i];
    }
    for (int c = 0; c < 3; ++c)
      for (std::size_t i = 0; i < n; ++i)
        graded[c][i] = luminance[i] + T(core::agx_saturation) * (powered[c][i] - luminance[i]);
    multiply<Outset>(graded, encoded);
  }
  NEURASTER_HD T result(int c, std::size_t i) const { return clamped(encoded[c][i], T(0), T(1)); }
};

/// Computes display_encode_backward() for n pixels.
template <typename T, std::size_t n>
NEURASTER_HD void encode_backward(const T (&rgb)[3][n], const T (&g_encoded)[3][n], T (&g_rgb)[3][n]) {
  const DisplayEncoding<T, n> e(rgb);
  T g[3][n], g_graded[3][n], g_mixed[3][n];
  for (int c = 0; c < 3; ++c)
    for (std::size_t i = 0; i < n; ++i)
      g[c][i] = e.encoded[c][i] >= 0 && e.encoded[c][i] <= 1 ? g_encoded[c][i] : T(0);
  multiply_transposed<Outset>(g, g_graded);
  for (int c = 0; c < 3; ++c)
    for (std::size_t i = 0; i < n; ++i) {
      const T through_luminance =
          T(1 - core::agx_saturation) * (g_graded[0][i] + g_graded[1][i] + g_graded[2][i]);
      const T ratio = e.powered[c][i] / most(e.curved[c][i], T(1e-10));
      const T through_power = e.curved[c][i] > T(1e-10)
                                  ? g_graded[c][i] * T(core::agx_saturation * core::agx_power) * ratio
                                  : T(0);
      const T g_stop = (T(luma(c)) * through_luminance + through_power) * agx_curve_slope(e.stops[c][i]);
      const bool inside = e.stops[c][i] > 0 && e.stops[c][i] < 1;
      g_mixed[c][i] =
          inside ? g_stop / (most(e.mixed[c][i], T(1e-10)) * T(0.693147180559945 * span_of_stops)) : T(0);
    }
  multiply_transposed<Inset>(g_mixed, g_rgb);
}

/// Computes the error of pixel i of frame `frame`. This step runs first, over all frames.
template <typename T>
NEURASTER_HD void loss_error(const LossView<T>& v, int frame, std::int64_t i) {
  T output[3][1], target[3][1];
  for (int c = 0; c < 3; ++c) {
    output[c][0] = v.outputs[frame][4 * i + c];
    target[c][0] = static_cast<T>(from_half(v.truths[frame][4 * i + c]));
  }
  const DisplayEncoding<T, 1> a(output), b(target);
  for (int c = 0; c < 3; ++c) v.errors[frame][3 * i + c] = a.result(c, 0) - b.result(c, 0);
}

/// Computes the gradient of that pixel from the errors of its frame and of its neighbours in time. Returns
/// the pixel's share of the loss, before the division by the number of all values.
template <typename T>
NEURASTER_HD T loss_gradient(const LossView<T>& v, int frame, std::int64_t i) {
  const T soft = v.softness;
  const T scale = T(1) / static_cast<T>(3 * v.pixels * v.frames);
  const T* before = frame > 0 ? v.errors[frame - 1] : v.previous_error;
  const T* after = frame + 1 < v.frames ? v.errors[frame + 1] : nullptr;
  T rgb[3][1], g_encoded[3][1], g_rgb[3][1], sum = 0;
  for (int c = 0; c < 3; ++c) {
    const std::int64_t at = 3 * i + c;
    const T e = v.errors[frame][at], root = std::sqrt(e * e + soft * soft);
    sum += root - soft;
    T g = e / root;
    if (before) {
      const T d = e - before[at], change = std::sqrt(d * d + soft * soft);
      sum += v.temporal * (change - soft);
      g += v.temporal * d / change;
    }
    if (after) {
      const T d = after[at] - e;
      g -= v.temporal * d / std::sqrt(d * d + soft * soft);
    }
    g_encoded[c][0] = g * scale;
    rgb[c][0] = v.outputs[frame][4 * i + c];
  }
  encode_backward(rgb, g_encoded, g_rgb);
  Vec4<T>::make(g_rgb[0][0], g_rgb[1][0], g_rgb[2][0], 0).store(v.gradients[frame] + 4 * i);
  return sum;
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
