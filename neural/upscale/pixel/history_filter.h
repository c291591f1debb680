#pragma once
// Reads the history between its texels, as a pixel that moved by a fraction needs it.

#include "neural/upscale/pixel/color.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

/// The texels of the history filter, with the 2x2 of a bilinear filter in the middle. The corners of the 6x6,
/// whose weights are the smallest, are left out: a diamond of 24 remains.
template <typename T>
struct HistoryTaps {
  static constexpr int size = 6, lower = 2, upper = 3;
  Size picture;
  int x, y;  ///< of the texel at (lower, lower)
  T tx, ty;
  alignas(64) T weights[16];
  T scale;  ///< one over the sum of the diamond's weights
  /// `px` and `py` are a position in texels of the history, whose centres lie at .5.
  NEURASTER_HD HistoryTaps(T px, T py, Size its_picture) : picture(its_picture) {
    x = floor_int(px - T(0.5)), y = floor_int(py - T(0.5));
    tx = px - T(0.5) - static_cast<T>(x);
    ty = py - T(0.5) - static_cast<T>(y);
    lanczos_weights(tx, ty, weights);
    const T core_x = wx(2) + wx(3), core_y = wy(2) + wy(3);
    scale = 1 / ((core_x + wx(1) + wx(4)) * (core_y + wy(1) + wy(4)) + (wx(0) + wx(5)) * core_y +
                 core_x * (wy(0) + wy(5)));
  }
  NEURASTER_HD T wx(int column) const { return weights[column]; }
  NEURASTER_HD T wy(int row) const { return weights[8 + row]; }
  NEURASTER_HD T bilinear_x(int column) const { return column == lower ? 1 - tx : tx; }
  NEURASTER_HD T bilinear_y(int row) const { return row == lower ? 1 - ty : ty; }
  /// True for a row or a column that is one of the bilinear filter's two.
  NEURASTER_HD static constexpr bool bilinear(int tap) { return tap == lower || tap == upper; }
  /// Counts the columns of a row that are left out on either side.
  NEURASTER_HD static constexpr int outside(int row) { return row < upper ? lower - row : row - upper; }
  /// Returns the texel's column, or where its row begins.
  NEURASTER_HD int column(int tap) const { return clamped(x - lower + tap, 0, picture.width - 1); }
  NEURASTER_HD int row(int tap) const {
    return clamped(y - lower + tap, 0, picture.height - 1) * picture.width;
  }
  /// True where all texels lie in the picture.
  NEURASTER_HD bool inside() const {
    return x >= lower && y >= lower && x + upper < picture.width && y + upper < picture.height;
  }
};

/// The history under the filter and under a bilinear one.
template <typename T>
struct FilteredHistory {
  Vec4<T> sharp, smooth;
  /// Reads a history [height][width][4], stored as T or as halfs.
  template <typename S>
  NEURASTER_HD FilteredHistory(const S* past, const HistoryTaps<T>& taps) {
#if !defined(__CUDACC__)
    if (taps.inside()) {
      four_at_once(past, taps);
      return;
    }
#endif
    filter(past, taps, [&taps](int r, int c) { return taps.row(r) + taps.column(c); });
  }
  /// The same where all texels lie in the picture, whose addresses then differ by constants.
  template <typename S>
  NEURASTER_HD static FilteredHistory inside(const S* past, const HistoryTaps<T>& taps) {
    int first[HistoryTaps<T>::size];
    for (int r = 0; r < taps.size; ++r)
      first[r] = index<T>(taps.picture, taps.x - taps.lower, taps.y - taps.lower + r);
    FilteredHistory result;
    result.filter(past, taps, [&first](int r, int c) { return first[r] + c; });
    return result;
  }

 private:
  FilteredHistory() = default;
  /// `where` tells the index of a texel.
  template <typename S, typename Where>
  NEURASTER_HD void filter(const S* past, const HistoryTaps<T>& taps, const Where& where) {
    using Taps = HistoryTaps<T>;
    // Sums are of differences from a texel in the middle: halfs are enough for them.
    using Four = Stored<T, S>;
    const Four middle = load_stored(past, where(Taps::lower, Taps::lower));
    Four sum = Four::all(T(0)), between = sum;
    NEURASTER_UNROLL
    for (int r = 0; r < Taps::size; ++r) {
      Four row = Four::all(T(0));
      NEURASTER_UNROLL
      for (int c = 0; c < Taps::size; ++c) {
        if (c < Taps::outside(r) || c >= Taps::size - Taps::outside(r)) continue;
        if (r == Taps::lower && c == Taps::lower) continue;
        const Four texel = load_stored(past, where(r, c)) - middle;
        row = product_and_sum(texel, Four::all(taps.wx(c)), row);
        if (Taps::bilinear(c) && Taps::bilinear(r))
          between = product_and_sum(texel, Four::all(taps.bilinear_x(c) * taps.bilinear_y(r)), between);
      }
      sum = product_and_sum(row, Four::all(taps.wy(r)), sum);
    }
    sharp = widened(middle) + widened(sum) * taps.scale;
    smooth = widened(middle) + widened(between);
  }
#if !defined(__CUDACC__)
  /// Reads the four in the middle of a row together.
  NEURASTER_HD void four_at_once(const T* past, const HistoryTaps<T>& taps) {
    const int row_step = 4 * taps.picture.width;
    const T* first = past + 4 * taps.x - 8 + row_step * (taps.y - 2);
    const auto four = [&](int row) { return Four<T>::load(first + row_step * row + 4); };
    const auto ends = [&](int row) {
      return Vec4<T>::load(first + row_step * row) * taps.wx(0) +
             Vec4<T>::load(first + row_step * row + 20) * taps.wx(5);
    };
    const T* y = taps.weights + 8;
    const Four<T> all = Four<T>::template each<1, 2, 3, 4>(taps.weights),
                  core = Four<T>::template each<-1, 2, 3, -1>(taps.weights);
    const Four<T> upper = four(2), lower = four(3);
    const Four<T> sum = (four(1) * y[1] + upper * y[2] + lower * y[3] + four(4) * y[4]) * all +
                        (four(0) * y[0] + four(5) * y[5]) * core;
    const Four<T> across = upper * (1 - taps.ty) + lower * taps.ty;
    sharp = (((sum[0] + sum[1]) + (sum[2] + sum[3])) + (ends(2) * y[2] + ends(3) * y[3])) * taps.scale;
    smooth = across[1] * (1 - taps.tx) + across[2] * taps.tx;
  }
#endif
};

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
