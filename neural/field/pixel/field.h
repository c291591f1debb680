#pragma once
// The passes of the field as C++ and CUDA: the texts of the one source as members of a class on the view.

#include <bit>
#include <cmath>

#include "compute/pixel/half.h"
#include "compute/pixel/math.h"
#include "compute/pixel/stored.h"
#include "neural/field/field_view.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

using namespace compute::pixel;
using uint = unsigned;

template <typename T, typename S = T>
struct FieldPasses {
  const FieldView<T, S>& v;

#include "compute/pixel/as_members.h"
#include "compute/pixel/member_loads.h"

  // What the texts need beside the words of every family.
  FN static real log_two(real x) {
    return std::log2(x);
  }
  FN static int bits_in(uint x) {
#if defined(__CUDA_ARCH__)
    return __popc(x);
#else
    return std::popcount(x);
#endif
  }
  FN static void add_to(T* p, int i, real x) {
    add_at(p + i, x);
  }
  FN static void store_depth(float* p, int i, real x) {
    p[i] = static_cast<float>(x);
  }
  FN static void store_motion(f16* p, int i, real x, real y) {
    p[2 * i] = to_half(static_cast<float>(x));
    p[2 * i + 1] = to_half(static_cast<float>(y));
  }
  FN static void store_share(std::uint8_t* p, int i, real x) {
    p[i] = static_cast<std::uint8_t>(x * T(255) + T(0.5));
  }

#if defined(__CUDA_ARCH__)
  /// In shared memory, beside those of the block's other threads.
  struct Row {
    float* at;
  };
  static constexpr int block_threads = 128;
  FN static Row own_row() {
    __shared__ float rows[field_hidden * block_threads];
    return {rows + threadIdx.y * blockDim.x + threadIdx.x};
  }
  FN static real row_at(IN(Row) row, int i) {
    return row.at[i * block_threads];
  }
  FN static void set_row(INOUT(Row) row, int i, real x) {
    row.at[i * block_threads] = x;
  }
#else
  struct Row {
    real values[field_hidden];
  };
  FN static Row own_row() {
    return {};
  }
  FN static real row_at(IN(Row) row, int i) {
    return row.values[i];
  }
  FN static void set_row(INOUT(Row) row, int i, real x) {
    row.values[i] = x;
  }
#endif

#include "neural/field/pixel/passes.inl"

#include "compute/pixel/as_end.h"
};

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
