#pragma once
// Arithmetic of one pixel, for host and device. Templated on the scalar so that gradients can be checked in
// double. Everything is inline in a namespace that names the instruction set it is compiled for: the CPU
// backend builds this header several times, and one build must never be linked in place of another.

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "neural/step_view.h"
#include "neural/vec4.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

template <typename T>
NEURASTER_HD T least(T a, T b) {
  return a < b ? a : b;
}
template <typename T>
NEURASTER_HD T most(T a, T b) {
  return a > b ? a : b;
}
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
/// 1 above `high`, -1 below `low`, 0 between.
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
/// 1 where they are equal, else 0.
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

/// Of the texel at (x, y) in a picture of rows.
template <typename T>
NEURASTER_HD int index(Size size, int x, int y) {
  return y * size.width + x;
}

/// floor as an int, for values that an int holds.
template <typename T>
NEURASTER_HD int floor_int(T x) {
  const int i = static_cast<int>(x);
  return i - (x < static_cast<T>(i));
}

// --- half floats ---------------------------------------------------------------------------------------

NEURASTER_HD float from_half(f16 h) {
#if defined(__CUDA_ARCH__)
  return __half2float(__ushort_as_half(h));
#else
  const std::uint32_t sign = (h & 0x8000u) << 16, rest = h & 0x7fffu;
  if (rest >= 0x7c00u) return std::bit_cast<float>(sign | 0x7f800000u | ((rest & 0x3ffu) << 13));
  // Shifting the bits and scaling by 2^112 makes denormals come out right without a branch of their own.
  return std::bit_cast<float>(sign |
                              std::bit_cast<std::uint32_t>(std::bit_cast<float>(rest << 13) * 0x1p112f));
#endif
}

/// Round to nearest even; too large becomes infinity.
NEURASTER_HD f16 to_half(float x) {
#if defined(__CUDA_ARCH__)
  return __half_as_ushort(__float2half_rn(x));
#else
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x), sign = (bits >> 16) & 0x8000u;
  const std::uint32_t a = bits & 0x7fffffffu;
  if (a > 0x7f800000u) return static_cast<f16>(sign | 0x7e00u);
  if (a >= 0x477ff000u) return static_cast<f16>(sign | 0x7c00u);
  if (a < 0x38800000u) {  // denormal: the addition rounds at the right bit
    const float shifted = std::bit_cast<float>(a) + 0.5f;
    return static_cast<f16>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u));
  }
  return static_cast<f16>(sign | ((a - 0x38000000u + 0xfffu + ((a >> 13) & 1u)) >> 13));
#endif
}

/// Of a finite number, round to nearest even.
NEURASTER_HD std::uint16_t to_bf16(float x) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
  return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

template <typename T>
NEURASTER_HD Vec4<T> load_half4(const f16* p) {
#if defined(__F16C__) && !defined(__CUDACC__)
  float four[4];
  _mm_storeu_ps(four, _mm_cvtph_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
  return Vec4<T>::make(four[0], four[1], four[2], four[3]);
#elif defined(__CUDA_ARCH__)
  const ushort4 four = *reinterpret_cast<const ushort4*>(p);
  return Vec4<T>::make(from_half(four.x), from_half(four.y), from_half(four.z), from_half(four.w));
#else
  return Vec4<T>::make(from_half(p[0]), from_half(p[1]), from_half(p[2]), from_half(p[3]));
#endif
}

template <typename T>
NEURASTER_HD void store_half4(f16* p, Vec4<T> x) {
#if defined(__F16C__) && !defined(__CUDACC__)
  const __m128 four = _mm_setr_ps(static_cast<float>(x[0]), static_cast<float>(x[1]),
                                  static_cast<float>(x[2]), static_cast<float>(x[3]));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_cvtps_ph(four, 0));
#elif defined(__CUDA_ARCH__)
  *reinterpret_cast<ushort4*>(p) = {to_half(static_cast<float>(x[0])), to_half(static_cast<float>(x[1])),
                                    to_half(static_cast<float>(x[2])), to_half(static_cast<float>(x[3]))};
#else
  for (int i = 0; i < 4; ++i) p[i] = to_half(static_cast<float>(x[i]));
#endif
}

// --- what passes store for one another, as T or as halfs -------------------------------------------------

template <typename T>
NEURASTER_HD Vec4<T> load4(const T* p) {
  return Vec4<T>::load(p);
}
template <typename T>
NEURASTER_HD Vec4<T> load4(const f16* p) {
  return load_half4<T>(p);
}
template <typename T>
NEURASTER_HD void store4(T* p, Vec4<T> x) {
  x.store(p);
}
template <typename T>
NEURASTER_HD void store4(f16* p, Vec4<T> x) {
  store_half4(p, x);
}
template <typename T>
struct Pair {
  T x, y;
};
template <typename T>
NEURASTER_HD Pair<T> load2(const T* p) {
  return {p[0], p[1]};
}
template <typename T>
NEURASTER_HD Pair<T> load2(const f16* p) {
  std::uint32_t both;  // pairs are aligned to themselves
  std::memcpy(&both, __builtin_assume_aligned(p, 4), sizeof both);
  return {static_cast<T>(from_half(static_cast<f16>(both))),
          static_cast<T>(from_half(static_cast<f16>(both >> 16)))};
}
template <typename T>
NEURASTER_HD T load1(const T* p) {
  return *p;
}
template <typename T>
NEURASTER_HD T load1(const f16* p) {
  return static_cast<T>(from_half(*p));
}
template <typename T>
NEURASTER_HD void store1(T* p, T x) {
  *p = x;
}
template <typename T>
NEURASTER_HD void store1(f16* p, T x) {
  *p = to_half(static_cast<float>(x));
}

// --- functions with a derivative beside them -------------------------------------------------------------

/// e^x, for results between 1e-35 and 1e35, and one of these beyond; relative error below 3e-7 in float.
/// Branch-free and limited as an integer, so that loops over it vectorise well.
NEURASTER_HD float exponential(float x) {
  const float t = x * 1.44269504f, whole = std::floor(t + 0.5f), f = (t - whole) * 0.693147181f;
  const float p =
      1 + f * (1 + f * (0.5f + f * (1 / 6.0f + f * (1 / 24.0f + f * (1 / 120.0f + f * (1 / 720.0f))))));
  return p * std::bit_cast<float>((clamped(static_cast<std::int32_t>(whole), -115, 115) + 127) << 23);
}
NEURASTER_HD double exponential(double x) {
  return std::exp(clamped(x, -80.0, 80.0));
}

/// A cheap bounded function: limit * x / (limit + |x|), slope 1 at 0.
template <typename T>
NEURASTER_HD T bounded(T x, T limit) {
  return limit * x / (limit + std::abs(x));
}
template <typename T>
NEURASTER_HD T bounded_slope(T x, T limit) {
  const T k = limit / (limit + std::abs(x));
  return k * k;
}

// --- colour ----------------------------------------------------------------------------------------------

inline constexpr float brightest = 60000.0f;

/// Linear rgb to working colour; w is passed through. Averages of compressed colour keep highlights from
/// drowning their neighbours (B. Karis, "High Quality Temporal Supersampling", 2014).
template <typename T>
NEURASTER_HD Vec4<T> to_working(Vec4<T> rgb) {
  const T k = 1 / (1 + most(rgb[0], most(rgb[1], rgb[2])));
  const T r = rgb[0] * k, g = rgb[1] * k, b = rgb[2] * k;
  return Vec4<T>::make((r + 2 * g + b) / 4, (r - b) / 2, (2 * g - r - b) / 4, rgb[3]);
}

/// Working colour to linear rgb in [0, brightest], w = 1.
template <typename T>
NEURASTER_HD Vec4<T> from_working(Vec4<T> c) {
  const T base = c[0] - c[2], top = static_cast<T>(brightest / (1 + brightest));
  const T r = clamped(base + c[1], T(0), top), g = clamped(c[0] + c[2], T(0), top);
  const T b = clamped(base - c[1], T(0), top);
  const T k = 1 / (1 - most(r, most(g, b)));
  return Vec4<T>::make(r * k, g * k, b * k, 1);
}

/// Gradient of to_working with respect to rgb, from the gradient of its result.
template <typename T>
NEURASTER_HD Vec4<T> to_working_backward(Vec4<T> rgb, Vec4<T> g) {
  const int top = rgb[0] >= rgb[1] ? (rgb[0] >= rgb[2] ? 0 : 2) : (rgb[1] >= rgb[2] ? 1 : 2);
  const T k = 1 / (1 + rgb[top]);
  const T gr = g[0] / 4 + g[1] / 2 - g[2] / 4, gg = g[0] / 2 + g[2] / 2, gb = g[0] / 4 - g[1] / 2 - g[2] / 4;
  const T through_max = -k * k * (gr * rgb[0] + gg * rgb[1] + gb * rgb[2]);
  return Vec4<T>::make(gr * k + (top == 0 ? through_max : 0), gg * k + (top == 1 ? through_max : 0),
                       gb * k + (top == 2 ? through_max : 0), 0);
}

/// Gradient of from_working with respect to its argument.
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

/// Weights of six samples at -2 .. 3 of a history read at t in [0, 1), one t for the columns (lanes 0 to 5)
/// and one for the rows (8 to 13): Lanczos' window (C. Duchon, "Lanczos Filtering in One and Two Dimensions",
/// 1979) as polynomials that differ from it by less than 5e-5, and not at all at 0 and 1. A history is
/// filtered anew in each frame that moves, so that what a filter blurs adds up.
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

/// Two neighbours on an axis of `size` texels around a continuous position in texels (centres at .5).
template <typename T>
struct Linear {
  int lower, upper;
  T weight;  ///< of the upper
  NEURASTER_HD Linear(T position, int size) {
    const T p = clamped(position - T(0.5), T(-1), static_cast<T>(size));
    const int i = floor_int(p);
    weight = p - static_cast<T>(i);
    lower = clamped(i, 0, size - 1);
    upper = clamped(i + 1, 0, size - 1);
  }
};

/// Texels of an output axis under render pixel i: a box filter with fractional ends.
template <typename T>
struct Box {
  static constexpr int most_taps = 5;
  int first, taps;
  T weights[most_taps];
  NEURASTER_HD Box(int i, T ratio, int size) {
    const T begin = static_cast<T>(i) * ratio, end = begin + ratio;
    first = clamped(floor_int(begin + T(1e-4)), 0, size - 1);
    const int last = clamped(floor_int(end - T(1e-4)), first, least(size - 1, first + most_taps - 1));
    taps = last - first + 1;
    T sum = 0;
    for (int k = 0; k < taps; ++k) {
      const T low = most(begin, static_cast<T>(first + k)), high = least(end, static_cast<T>(first + k + 1));
      weights[k] = most(high - low, T(1e-6));
      sum += weights[k];
    }
    for (int k = 0; k < taps; ++k) weights[k] /= sum;
  }
};

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
