#pragma once
// Arithmetic of one pixel, for host and device. It is templated on the scalar so that gradients can be
// checked in double. Everything is inline in a namespace named after the instruction set that it is
// compiled for: the CPU backend builds this header several times, and one build must never be linked in
// place of another.

#include <bit>
#include <cmath>
#include <cstdint>

#include "compute/pixel/vec4.h"
#include "compute/types.h"

namespace compute::pixel {
inline namespace NEURASTER_ISA {

/// Where `a` is NaN, least() and most() return b, so that clamped() turns NaN into `low`.
template <typename T>
NEURASTER_HD T least(T a, T b) {
  return a < b ? a : b;
}
template <typename T>
NEURASTER_HD T most(T a, T b) {
  return a > b ? a : b;
}
#if defined(__CUDACC__)
// One instruction each, where a comparison and a choice are two. Only a NaN in b would give another result.
NEURASTER_HD float least(float a, float b) {
  return fminf(a, b);
}
NEURASTER_HD float most(float a, float b) {
  return fmaxf(a, b);
}
#endif
template <typename T>
NEURASTER_HD T clamped(T x, T low, T high) {
  return least(most(x, low), high);
}
template <typename T>
NEURASTER_HD Vec4<T> least(Vec4<T> a, Vec4<T> b) {
#if defined(__CUDACC__)
  return Vec4<T>::make(least(a[0], b[0]), least(a[1], b[1]), least(a[2], b[2]), least(a[3], b[3]));
#else
  a.v = a.v < b.v ? a.v : b.v;
  return a;
#endif
}
template <typename T>
NEURASTER_HD Vec4<T> most(Vec4<T> a, Vec4<T> b) {
#if defined(__CUDACC__)
  return Vec4<T>::make(most(a[0], b[0]), most(a[1], b[1]), most(a[2], b[2]), most(a[3], b[3]));
#else
  a.v = a.v > b.v ? a.v : b.v;
  return a;
#endif
}
/// Returns 1 above `high`, -1 below `low` and 0 between, for each lane.
template <typename T>
NEURASTER_HD Vec4<T> side_of(Vec4<T> a, Vec4<T> low, Vec4<T> high) {
#if defined(__CUDACC__)
  const auto side = [&](int i) { return a[i] > high[i] ? T(1) : a[i] < low[i] ? T(-1) : T(0); };
  return Vec4<T>::make(side(0), side(1), side(2), side(3));
#else
  const auto one = Vec4<T>::all(1).v, none = Vec4<T>::all(0).v;
  a.v = (a.v > high.v ? one : none) - (a.v < low.v ? one : none);
  return a;
#endif
}
/// Returns 1 where the lanes are equal, else 0.
template <typename T>
NEURASTER_HD Vec4<T> equal(Vec4<T> a, Vec4<T> b) {
#if defined(__CUDACC__)
  const auto same = [&](int i) { return a[i] == b[i] ? T(1) : T(0); };
  return Vec4<T>::make(same(0), same(1), same(2), same(3));
#else
  a.v = a.v == b.v ? Vec4<T>::all(1).v : Vec4<T>::all(0).v;
  return a;
#endif
}
template <typename T>
NEURASTER_HD Vec4<T> square_root(Vec4<T> a) {
  for (int i = 0; i < 4; ++i) a.v[i] = std::sqrt(a.v[i]);
  return a;
}
template <typename T>
NEURASTER_HD T dot(Vec4<T> a, Vec4<T> b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
}

/// Returns the index of texel (x, y) in a picture stored row by row.
template <typename T>
NEURASTER_HD int index(Size size, int x, int y) {
  return y * size.width + x;
}

/// Returns floor(x) as an int; the result must fit.
template <typename T>
NEURASTER_HD int floor_int(T x) {
#if defined(__CUDA_ARCH__)
  if constexpr (sizeof(T) == sizeof(float)) return __float2int_rd(x);
#endif
  const int i = static_cast<int>(x);
  return i - (x < static_cast<T>(i));
}

// --- functions with their derivatives -----------------------------------------------------------------

/// 2^x; the relative error is below 3e-7 in float. On the host results are limited to what lies between about
/// 1e-35 and 1e35, without a branch and by an integer, so that loops over it vectorise well.
NEURASTER_HD float power_of_two(float x) {
#if defined(__CUDA_ARCH__)
  return exp2f(x);  // one instruction where denormals are flushed
#else
  const float whole = std::floor(x + 0.5f), f = (x - whole) * 0.693147181f;
  const float p =
      1 + f * (1 + f * (0.5f + f * (1 / 6.0f + f * (1 / 24.0f + f * (1 / 120.0f + f * (1 / 720.0f))))));
  return p * std::bit_cast<float>((clamped(static_cast<std::int32_t>(whole), -115, 115) + 127) << 23);
#endif
}
NEURASTER_HD double power_of_two(double x) {
  return std::exp2(clamped(x, -115.0, 115.0));
}
inline constexpr double log2_e = 1.44269504088896;
/// e^x, likewise.
template <typename T>
NEURASTER_HD T exponential(T x) {
  return power_of_two(x * T(log2_e));
}

/// a / b; on a GPU to two units in the last place, and for b below 2^126 only.
template <typename T>
NEURASTER_HD T quotient(T a, T b) {
  return a / b;
}
#if defined(__CUDA_ARCH__)
NEURASTER_HD float quotient(float a, float b) {
  return __fdividef(a, b);
}
#endif

/// A cheap bounded function, limit * x / (limit + |x|), with slope 1 at 0.
template <typename T>
NEURASTER_HD T bounded(T x, T limit) {
  return quotient(limit * x, limit + std::abs(x));
}
template <typename T>
NEURASTER_HD T bounded_slope(T x, T limit) {
  const T k = quotient(limit, limit + std::abs(x));
  return k * k;
}

/// The two neighbours of a continuous position on an axis of `size` texels; texel centres lie at .5.
template <typename T>
struct Linear {
  int lower, upper;
  T weight;  ///< of the upper neighbour
  NEURASTER_HD Linear(T position, int size) {
    const T p = clamped(position - T(0.5), T(-1), static_cast<T>(size));
    const int i = floor_int(p);
    weight = p - static_cast<T>(i);
    lower = clamped(i, 0, size - 1);
    upper = clamped(i + 1, 0, size - 1);
  }
};

}  // namespace NEURASTER_ISA
}  // namespace compute::pixel
