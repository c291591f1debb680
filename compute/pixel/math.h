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
NEURASTER_HD T absolute(T x) {
  return std::abs(x);
}
/// False for NaN.
template <typename T>
NEURASTER_HD bool is_number(T x) {
  return x == x;
}
template <typename T>
NEURASTER_HD Vec4<T> four(T a, T b, T c, T d) {
  return Vec4<T>::make(a, b, c, d);
}
template <typename T>
NEURASTER_HD Vec4<T> splat(T a) {
  return Vec4<T>::all(a);
}
template <typename T>
NEURASTER_HD T square_root(T x) {
  return std::sqrt(x);
}
template <typename T>
NEURASTER_HD Vec4<T> square_root(Vec4<T> a) {
  return Vec4<T>::make(std::sqrt(a[0]), std::sqrt(a[1]), std::sqrt(a[2]), std::sqrt(a[3]));
}
template <typename T>
NEURASTER_HD T dot(Vec4<T> a, Vec4<T> b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
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

/// Returns the bits of a float, which order numbers above 0 as they are ordered.
template <typename T>
NEURASTER_HD std::uint32_t float_bits(T x) {
#if defined(__CUDA_ARCH__)
  return __float_as_uint(static_cast<float>(x));
#else
  return std::bit_cast<std::uint32_t>(static_cast<float>(x));
#endif
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

/// sum + a * b. On a GPU it is nothing where the compiler sees that b is 0, since it may not know that a is
/// finite.
template <typename T>
NEURASTER_HD T sum_and_product(T sum, T a, T b) {
#if defined(__CUDA_ARCH__)
  if (b == 0) return sum;
#endif
  return sum + a * b;
}

#include "compute/pixel/as_functions.h"

#include "compute/pixel/functions.inl"

#include "compute/pixel/as_end.h"

/// The slope of bounded().
template <typename T>
NEURASTER_HD T bounded_slope(T x, T limit) {
  const T k = quotient(limit, limit + std::abs(x));
  return k * k;
}

}  // namespace NEURASTER_ISA
}  // namespace compute::pixel
