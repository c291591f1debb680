#pragma once
// Four values of a pixel in the numbers in which passes store them. A GPU computes with two halfs in one
// instruction, so that sums which need no more than a half's 11 bits cost half as much, and loads need no
// conversion. Everywhere else these are the same operations on Vec4.

#include "compute/pixel/half.h"
#include "compute/pixel/math.h"

namespace compute::pixel {
inline namespace NEURASTER_ISA {

#if defined(__CUDACC__)
/// Four halfs in two registers.
struct Halfs4 {
  __half2 low, high;

  NEURASTER_HD static Halfs4 all(float a) {
    const __half2 both = __float2half2_rn(a);
    return {both, both};
  }
  NEURASTER_HD friend Halfs4 operator+(Halfs4 a, Halfs4 b) {
    return {__hadd2(a.low, b.low), __hadd2(a.high, b.high)};
  }
  NEURASTER_HD friend Halfs4 operator-(Halfs4 a, Halfs4 b) {
    return {__hsub2(a.low, b.low), __hsub2(a.high, b.high)};
  }
  NEURASTER_HD friend Halfs4 operator*(Halfs4 a, Halfs4 b) {
    return {__hmul2(a.low, b.low), __hmul2(a.high, b.high)};
  }
};
NEURASTER_HD Halfs4 least(Halfs4 a, Halfs4 b) {
  return {__hmin2(a.low, b.low), __hmin2(a.high, b.high)};
}
NEURASTER_HD Halfs4 most(Halfs4 a, Halfs4 b) {
  return {__hmax2(a.low, b.low), __hmax2(a.high, b.high)};
}
NEURASTER_HD Halfs4 product_and_sum(Halfs4 a, Halfs4 b, Halfs4 sum) {
#if defined(__CUDA_ARCH__)
  return {__hfma2(a.low, b.low, sum.low), __hfma2(a.high, b.high, sum.high)};
#else
  return a * b + sum;  // never called, but nvcc compiles it for the host as well
#endif
}
NEURASTER_HD Vec4<float> widened(Halfs4 a) {
  const float2 low = __half22float2(a.low), high = __half22float2(a.high);
  return Vec4<float>::make(low.x, low.y, high.x, high.y);
}
#endif

template <typename T>
NEURASTER_HD Vec4<T> product_and_sum(Vec4<T> a, Vec4<T> b, Vec4<T> sum) {
  return sum + a * b;
}
template <typename T>
NEURASTER_HD Vec4<T> widened(Vec4<T> a) {
  return a;
}

/// What values that are stored as S are computed with, where T is the exact type.
template <typename T, typename S>
struct StoredType {
  using Four = Vec4<T>;
};
#if defined(__CUDACC__)
template <>
struct StoredType<float, f16> {
  using Four = Halfs4;
};
#endif
template <typename T, typename S>
using Stored = typename StoredType<T, S>::Four;

/// Loads the i-th four as they are stored.
template <typename T>
NEURASTER_HD Vec4<T> load_stored(const T* p, int i) {
  return load4<T>(p, i);
}
/// Rounds to the numbers of S.
template <typename S, typename T>
NEURASTER_HD Stored<T, S> narrowed(Vec4<T> a) {
#if defined(__CUDACC__)
  if constexpr (std::is_same_v<Stored<T, S>, Halfs4>)
    return Halfs4{__floats2half2_rn(a[0], a[1]), __floats2half2_rn(a[2], a[3])};
  else
#endif
    return a;
}
#if defined(__CUDACC__)
NEURASTER_HD Halfs4 load_stored(const f16* p, int i) {
  __half2_raw halves[2];
  std::memcpy(halves, __builtin_assume_aligned(reinterpret_cast<const FourHalfs*>(p) + i, 8), sizeof halves);
  return {__half2(halves[0]), __half2(halves[1])};
}
#endif

}  // namespace NEURASTER_ISA
}  // namespace compute::pixel
