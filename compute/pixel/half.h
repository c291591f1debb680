#pragma once
// Half floats and bf16 as bits, and how passes store values for one another, as T or as halfs; for host and
// device.

#include <bit>
#include <cstdint>
#include <cstring>

#include "compute/pixel/vec4.h"
#include "compute/types.h"

namespace compute::pixel {
inline namespace NEURASTER_ISA {

// --- half floats ---------------------------------------------------------------------------------------

/// Converts exactly.
NEURASTER_HD float from_half(f16 h) {
#if defined(__CUDA_ARCH__)
  return __half2float(__ushort_as_half(h));
#else
  const std::uint32_t sign = (h & 0x8000u) << 16, rest = h & 0x7fffu;
  if (rest >= 0x7c00u) return std::bit_cast<float>(sign | 0x7f800000u | ((rest & 0x3ffu) << 13));
  // Shifting the bits and scaling by 2^112 handles denormals without a branch.
  return std::bit_cast<float>(sign |
                              std::bit_cast<std::uint32_t>(std::bit_cast<float>(rest << 13) * 0x1p112f));
#endif
}

/// Rounds to nearest even; values that are too large become infinity.
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

/// Rounds a finite number to nearest even.
NEURASTER_HD std::uint16_t to_bf16(float x) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
  return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

/// Returns two halfs as they lie in memory, `low` first.
NEURASTER_HD std::uint32_t pack_halfs(float low, float high) {
#if defined(__CUDA_ARCH__)
  const __half2 both = __floats2half2_rn(low, high);  // one instruction
  std::uint32_t bits;
  std::memcpy(&bits, &both, sizeof bits);
  return bits;
#else
  return static_cast<std::uint32_t>(to_half(low)) | static_cast<std::uint32_t>(to_half(high)) << 16;
#endif
}

/// These load and store four values that are stored as halfs; `p` is aligned to 8 bytes.
template <typename T>
NEURASTER_HD Vec4<T> load_half4(const f16* p) {
#if defined(__F16C__) && !defined(__CUDACC__)
  float four[4];
  _mm_storeu_ps(four, _mm_cvtph_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
  return Vec4<T>::make(four[0], four[1], four[2], four[3]);
#elif defined(__CUDA_ARCH__)
  __half2_raw halves[2];
  std::memcpy(halves, __builtin_assume_aligned(p, 8), sizeof halves);
  const float2 low = __half22float2(__half2(halves[0])), high = __half22float2(__half2(halves[1]));
  return Vec4<T>::make(low.x, low.y, high.x, high.y);
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
  *reinterpret_cast<uint2*>(p) = {pack_halfs(static_cast<float>(x[0]), static_cast<float>(x[1])),
                                  pack_halfs(static_cast<float>(x[2]), static_cast<float>(x[3]))};
#else
  for (int i = 0; i < 4; ++i) p[i] = to_half(static_cast<float>(x[i]));
#endif
}

// --- values that passes store for one another, as T or as halfs ----------------------------------------

template <typename T>
NEURASTER_HD Vec4<T> load4(const T* p) {
  return Vec4<T>::load(p);
}
template <typename T>
NEURASTER_HD Vec4<T> load4(const f16* p) {
  return load_half4<T>(p);
}
/// A place for four halfs. A GPU computes an address from an index and the size of such a place in one
/// instruction.
struct alignas(8) FourHalfs {
  f16 v[4];
};
/// These load or store the i-th four of an array.
template <typename T>
NEURASTER_HD Vec4<T> load4(const T* p, int i) {
  return Vec4<T>::load(p + 4 * i);
}
template <typename T>
NEURASTER_HD Vec4<T> load4(const f16* p, int i) {
  return load_half4<T>((reinterpret_cast<const FourHalfs*>(p) + i)->v);
}
template <typename T>
NEURASTER_HD void store4(T* p, int i, Vec4<T> x) {
  x.store(p + 4 * i);
}
template <typename T>
NEURASTER_HD void store4(f16* p, int i, Vec4<T> x) {
  store_half4((reinterpret_cast<FourHalfs*>(p) + i)->v, x);
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
NEURASTER_HD Pair<T> two(T x, T y) {
  return {x, y};
}
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
template <typename T>
NEURASTER_HD void store2(T* p, Pair<T> x) {
  p[0] = x.x, p[1] = x.y;
}
template <typename T>
NEURASTER_HD void store2(f16* p, Pair<T> x) {
  const std::uint32_t both = pack_halfs(static_cast<float>(x.x), static_cast<float>(x.y));
#if defined(__CUDACC__)
  *reinterpret_cast<std::uint32_t*>(p) = both;  // nvcc 13 fails on the other form
#else
  std::memcpy(__builtin_assume_aligned(p, 4), &both, sizeof both);
#endif
}

}  // namespace NEURASTER_ISA
}  // namespace compute::pixel
