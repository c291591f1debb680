#pragma once
// Four scalars of a pixel as one vector, four such vectors together, and macros to compile both for host
// and device. math.h explains the inline namespace.

#include <cstdint>
#include <cstring>

#if defined(__F16C__) && !defined(__CUDACC__)
#include <immintrin.h>
#endif

#if defined(__CUDACC__)
#include <cuda_fp16.h>
#define NEURASTER_HD __host__ __device__ __forceinline__
#define NEURASTER_HD_COLD __host__ __device__ __attribute__((noinline))
#else
#define NEURASTER_HD inline __attribute__((always_inline))
#define NEURASTER_HD_COLD __attribute__((noinline))
#endif
#if defined(__CUDA_ARCH__)
#define NEURASTER_UNROLL _Pragma("unroll")
#elif defined(__CUDACC__)
#define NEURASTER_UNROLL
#else
#define NEURASTER_UNROLL _Pragma("GCC unroll 16")  // keeps nests of short loops as they are
#endif
#if defined(__CUDA_ARCH__) && defined(__NVCC__)
#define NEURASTER_ROLLED _Pragma("unroll 1")  // for loops of two or three turns
#else
#define NEURASTER_ROLLED
#endif
#ifndef NEURASTER_ISA
#define NEURASTER_ISA isa_baseline
#endif

namespace compute::pixel {
inline namespace NEURASTER_ISA {

/// Adds to memory that other pixels add to as well; on a GPU the order is not fixed.
template <typename T>
NEURASTER_HD void add_at(T* p, T x) {
#if defined(__CUDA_ARCH__)
  atomicAdd(p, x);
#else
  *p += x;
#endif
}

/// Raises memory that other pixels raise as well; the order does not matter.
NEURASTER_HD void raise_at(std::uint32_t* p, std::uint32_t x) {
#if defined(__CUDA_ARCH__)
  atomicMax(p, x);
#else
  std::uint32_t before = __atomic_load_n(p, __ATOMIC_RELAXED);
  while (before < x &&
         !__atomic_compare_exchange_n(p, &before, x, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
#endif
}

/// Four scalars that compilers keep in one register.
template <typename T>
struct Vec4 {
#if defined(__CUDACC__)
  struct alignas(4 * sizeof(T)) Native {
    T e[4];
    NEURASTER_HD T& operator[](int i) { return e[i]; }
    NEURASTER_HD T operator[](int i) const { return e[i]; }
  };
#else
  typedef T Native __attribute__((vector_size(4 * sizeof(T))));
#endif
  Native v;

  NEURASTER_HD static Vec4 load(const T* p) {
    Vec4 r;
#if defined(__CUDACC__)
    r.v = *reinterpret_cast<const Native*>(p);  // every [4] array is aligned to its vectors
#else
    std::memcpy(&r.v, p, sizeof r.v);
#endif
    return r;
  }
  NEURASTER_HD static Vec4 all(T a) {
    return make(a, a, a, a);
  }
  NEURASTER_HD static Vec4 make(T a, T b, T c, T d) {
    return {Native{a, b, c, d}};
  }
  NEURASTER_HD void store(T* p) const {
#if defined(__CUDACC__)
    *reinterpret_cast<Native*>(p) = v;
#else
    std::memcpy(p, &v, sizeof v);
#endif
  }
  NEURASTER_HD void add_to(T* p) const {
#if defined(__CUDA_ARCH__)
    for (int i = 0; i < 4; ++i) add_at(p + i, v[i]);
#else
    (load(p) + *this).store(p);
#endif
  }
  NEURASTER_HD T operator[](int i) const {
    return v[i];
  }
#if defined(__CUDACC__)
#define NEURASTER_VEC4_OP(op)                                            \
  NEURASTER_HD friend Vec4 operator op(Vec4 a, Vec4 b) {                 \
    return make(a[0] op b[0], a[1] op b[1], a[2] op b[2], a[3] op b[3]); \
  }
#else
#define NEURASTER_VEC4_OP(op)                            \
  NEURASTER_HD friend Vec4 operator op(Vec4 a, Vec4 b) { \
    a.v = a.v op b.v;                                    \
    return a;                                            \
  }
#endif
  NEURASTER_VEC4_OP(+)
  NEURASTER_VEC4_OP(-)
  NEURASTER_VEC4_OP(*)
#undef NEURASTER_VEC4_OP
  NEURASTER_HD friend Vec4 operator*(Vec4 a, T s) {
    return a * all(s);
  }
};

#if !defined(__CUDACC__)
/// Four Vec4s as they lie in memory: one AVX-512 register, else four registers. Compilers split vectors
/// that are longer than a register, and into scalars where lanes change places; two AVX registers were
/// slower than four SSE ones.
template <typename T>
struct Four {
#if defined(__AVX512F__)
  static constexpr int lanes = 16;
#else
  static constexpr int lanes = 4;
#endif
  static constexpr int parts = 16 / lanes;
  typedef T Native __attribute__((vector_size(lanes * sizeof(T))));
  Native v[parts];

  NEURASTER_HD static Four load(const T* p) {
    Four r;
    std::memcpy(&r, p, sizeof r);
    return r;
  }
  /// Picks one of the 16 scalars at `w` for each Vec4; an index below zero gives 0.
  template <int first, int second, int third, int fourth>
  NEURASTER_HD static Four each(const T* w) {
#if defined(__AVX512F__)
    constexpr int i = first < 0 ? 16 : first, j = second < 0 ? 16 : second, k = third < 0 ? 16 : third,
                  l = fourth < 0 ? 16 : fourth;
    return {
        {__builtin_shufflevector(load(w).v[0], Native{}, i, i, i, i, j, j, j, j, k, k, k, k, l, l, l, l)}};
#else
    const auto at = [w](int i) { return i < 0 ? T(0) : w[i]; };
    return {{Vec4<T>::all(at(first)).v, Vec4<T>::all(at(second)).v, Vec4<T>::all(at(third)).v,
             Vec4<T>::all(at(fourth)).v}};
#endif
  }
  NEURASTER_HD static Four all(Vec4<T> x) {
#if defined(__AVX512F__)  // compilers would go through memory and stall on it
    if constexpr (sizeof(T) == 4)
      return {{reinterpret_cast<Native>(_mm512_maskz_broadcast_f32x4(0xffff, x.v))}};
    else
      return {{__builtin_shufflevector(x.v, x.v, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3)}};
#else
    return {{x.v, x.v, x.v, x.v}};
#endif
  }
  NEURASTER_HD Vec4<T> operator[](int i) const {
    Vec4<T> vectors[4];
    std::memcpy(vectors, &v, sizeof v);
    return vectors[i];
  }
  NEURASTER_HD friend Four operator+(Four a, Four b) {
    for (int i = 0; i < parts; ++i) a.v[i] = a.v[i] + b.v[i];
    return a;
  }
  NEURASTER_HD friend Four operator-(Four a, Four b) {
    for (int i = 0; i < parts; ++i) a.v[i] = a.v[i] - b.v[i];
    return a;
  }
  NEURASTER_HD friend Four operator*(Four a, Four b) {
    for (int i = 0; i < parts; ++i) a.v[i] = a.v[i] * b.v[i];
    return a;
  }
  NEURASTER_HD friend Four operator*(Four a, T s) {
    for (int i = 0; i < parts; ++i) a.v[i] = a.v[i] * s;
    return a;
  }
  NEURASTER_HD friend Four least(Four a, Four b) {
    for (int i = 0; i < parts; ++i) a.v[i] = a.v[i] < b.v[i] ? a.v[i] : b.v[i];
    return a;
  }
  NEURASTER_HD friend Four most(Four a, Four b) {
    for (int i = 0; i < parts; ++i) a.v[i] = a.v[i] > b.v[i] ? a.v[i] : b.v[i];
    return a;
  }
};
#endif

}  // namespace NEURASTER_ISA
}  // namespace compute::pixel
