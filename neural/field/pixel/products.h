#pragma once
// Products of small matrices for processors: rows of a batch times weights, in tiles that stay in registers.

#include <cstring>

#include "compute/pixel/vec4.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

#if defined(__AVX512F__)
inline constexpr int lanes = 16, most_columns = 4;  // floats of a register, registers of a tile's row
#elif defined(__AVX__)
inline constexpr int lanes = 8, most_columns = 2;
#else
inline constexpr int lanes = 4, most_columns = 2;
#endif
typedef float Lanes __attribute__((vector_size(4 * lanes)));
inline constexpr int row_step = 12;  ///< batches are padded to a multiple of this

NEURASTER_HD Lanes load_lanes(const float* p) {
  Lanes x;
  std::memcpy(&x, p, sizeof x);
  return x;
}
NEURASTER_HD void store_lanes(float* p, Lanes x) {
  std::memcpy(p, &x, sizeof x);
}
NEURASTER_HD Lanes all_lanes(float a) {
  return Lanes{} + a;
}

/// The registers that a tile's row has for so many columns.
constexpr int columns_of(int n) {
  return n / lanes <= most_columns ? n / lanes : most_columns;
}

template <int rows, int columns, bool relu>
NEURASTER_HD void product_tile(int depth, const float* a, int a_stride, const float* b, int b_stride,
                               float* c, int c_stride) {
  Lanes sum[rows][columns] = {};
  for (int k = 0; k < depth; ++k) {
    Lanes w[columns];
    NEURASTER_UNROLL
    for (int n = 0; n < columns; ++n) w[n] = load_lanes(b + k * b_stride + n * lanes);
    NEURASTER_UNROLL
    for (int m = 0; m < rows; ++m) {
      const Lanes x = all_lanes(a[m * a_stride + k]);
      NEURASTER_UNROLL
      for (int n = 0; n < columns; ++n) sum[m][n] += x * w[n];
    }
  }
  NEURASTER_UNROLL
  for (int m = 0; m < rows; ++m) NEURASTER_UNROLL
  for (int n = 0; n < columns; ++n) {
    Lanes x = sum[m][n];
    if constexpr (relu) x = x > Lanes{} ? x : Lanes{};
    store_lanes(c + m * c_stride + n * lanes, x);
  }
}

/// c[rows][width] = a[rows][depth] b[depth][width]; `rows` is a multiple of row_step. With `relu`, not below
/// 0.
template <int width, bool relu>
__attribute__((noinline)) void multiply(int rows, int depth, const float* a, int a_stride, const float* b,
                                        int b_stride, float* c, int c_stride) {
  constexpr int columns = columns_of(width), tile = columns * lanes;
  // As many sums as fit into 32 registers, or into 16, beside what they are made of.
  constexpr int height = columns * row_step <= (lanes == 16 ? 24 : 12) ? row_step : row_step / 2;
  for (int m = 0; m < rows; m += height)
    for (int n = 0; n < width; n += tile)
      product_tile<height, columns, relu>(depth, a + m * a_stride, a_stride, b + n, b_stride,
                                          c + m * c_stride + n, c_stride);
}

template <int depth, int columns>
NEURASTER_HD void gradient_tile(int rows, const float* x, int x_stride, const float* d, int d_stride,
                                float* g, int g_stride) {
  Lanes sum[depth][columns];
  NEURASTER_UNROLL
  for (int k = 0; k < depth; ++k) NEURASTER_UNROLL
  for (int n = 0; n < columns; ++n) sum[k][n] = load_lanes(g + k * g_stride + n * lanes);
  for (int m = 0; m < rows; ++m) {
    Lanes e[columns];
    NEURASTER_UNROLL
    for (int n = 0; n < columns; ++n) e[n] = load_lanes(d + m * d_stride + n * lanes);
    NEURASTER_UNROLL
    for (int k = 0; k < depth; ++k) {
      const Lanes a = all_lanes(x[m * x_stride + k]);
      NEURASTER_UNROLL
      for (int n = 0; n < columns; ++n) sum[k][n] += a * e[n];
    }
  }
  NEURASTER_UNROLL
  for (int k = 0; k < depth; ++k) NEURASTER_UNROLL
  for (int n = 0; n < columns; ++n) store_lanes(g + k * g_stride + n * lanes, sum[k][n]);
}

/// g[depth][width] += x[rows][depth]^T d[rows][width].
template <int depth, int width>
__attribute__((noinline)) void add_gradient(int rows, const float* x, int x_stride, const float* d,
                                            int d_stride, float* g) {
  constexpr int columns = columns_of(width), tile = columns * lanes, rest = depth % 6;
  for (int n = 0; n < width; n += tile) {
    for (int k = 0; k < depth - rest; k += 6)
      gradient_tile<6, columns>(rows, x + k, x_stride, d + n, d_stride, g + k * width + n, width);
    if constexpr (rest > 0)
      gradient_tile<rest, columns>(rows, x + depth - rest, x_stride, d + n, d_stride,
                                   g + (depth - rest) * width + n, width);
  }
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
