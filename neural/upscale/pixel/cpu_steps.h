#pragma once
// Inner steps of the passes as processors run them: the same results as weigh_taps(), gather_taps(),
// see_taps() and filter_taps() of the one source, in an order that vectorises. A test compares them.

#include "neural/upscale/pixel/color.h"

#if !defined(__CUDACC__)
namespace neural::pixel {
inline namespace NEURASTER_ISA {

/// weigh_taps() with one vector for all 16 lanes.
template <typename T, typename Kernel>
NEURASTER_HD void weigh_in_lanes(const StepView<T>& v, Kernel& kernel, int s, bool inside) {
  constexpr int lanes = 16;
  constexpr T root = T(0.849321800288), far = T(1e4);
  constexpr T across[lanes] = {-1, 0, 1, -1, 0, 1, -1, 0, 1, -1, 0, 1, 0, 0, 0, 0};
  constexpr T down[lanes] = {0, 0, 0, -1, -1, -1, 0, 0, 0, 1, 1, 1, -1, 0, 1, 0};
  // The last lane is the confidence.
  constexpr T wide = T(core::sample_sigma / confidence_sigma);
  constexpr T of_column[lanes] = {1, 1, 1}, of_row[lanes] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1};
  constexpr T of_kernel[lanes] = {0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, wide};
  const T* control = v.controls + control_channels * s;
  const T x0 = static_cast<T>(kernel.place.sx) + T(0.5) + v.jitter[0] - kernel.place.u,
          y0 = static_cast<T>(kernel.place.sy) + T(0.5) + v.jitter[1] - kernel.place.w;
  const T middle_x = static_cast<T>(kernel.place.sx), middle_y = static_cast<T>(kernel.place.sy);
  const T width = static_cast<T>(v.render.width), height = static_cast<T>(v.render.height);
  const T l0 = root * control[kernel_l0], l1 = root * control[kernel_l1], l2 = root * control[kernel_l2];
  const T near_x = root * T(core::network_box_slope) * v.inverse_ratio[0],
          near_y = root * T(core::network_box_slope) * v.inverse_ratio[1];
  for (int k = 0; k < lanes; ++k) {
    kernel.dx[k] = (x0 + across[k]) * v.ratio[0];
    kernel.dy[k] = (y0 + down[k]) * v.ratio[1];
    const T a = (of_column[k] * near_x + of_kernel[k] * l0) * kernel.dx[k] + of_kernel[k] * l1 * kernel.dy[k];
    const T b = (of_row[k] * near_y + of_kernel[k] * l2) * kernel.dy[k];
    const T exponent = (k < tap_lanes || k >= row_lanes || k == middle_lane ? T(0) : T(log2_e) * control[k]) -
                       (a * a + b * b);
    // A sample outside the picture weighs nothing.
    const T column_of = middle_x + across[k], row_of = middle_y + down[k];
    const bool is_there = inside || (column_of >= 0 && row_of >= 0 && column_of < width && row_of < height);
    kernel.weights[k] = is_there ? exponent : -far;
  }
  // Weights are relative to the middle one, so that even the nearest of far samples count.
  const T top = kernel.weights[middle_lane];
  for (int k = 0; k < lanes; ++k)
    kernel.weights[k] = power_of_two(kernel.weights[k] - (k < tap_lanes || k >= row_lanes ? T(0) : top));
  kernel.confidence = kernel.weights[lanes - 1];
}

/// True where a row's three samples, and one more after them, lie side by side.
template <typename T, typename Kernel>
NEURASTER_HD bool side_by_side(const StepView<T>& v, const Kernel& kernel) {
  return kernel.place.sx >= 1 && kernel.place.sx + 2 < v.render.width;
}
/// Loads the three samples of a row together with a fourth, which weighs nothing.
template <typename T, typename Kernel>
NEURASTER_HD Four<T> load_row(const Kernel& kernel, const T* samples, int r) {
  return Four<T>::load(samples + 4 * (kernel.row[r] + kernel.column[0]));
}
/// Returns three of the kernel's weights from `first`, one for each sample of a row.
template <int first, typename T>
NEURASTER_HD Four<T> each_of_row(const T* weights) {
  return Four<T>::template each<first, first + 1, first + 2, -1>(weights);
}
template <typename T>
NEURASTER_HD Vec4<T> total(Four<T> four) {
  return four[0] + four[1] + four[2];
}
/// Returns one over the sum of the taps' weights.
template <typename T>
NEURASTER_HD T over_taps(const T* w) {
  return T(1) /
         total(each_of_row<tap_lanes>(w) + each_of_row<tap_lanes + 3>(w) + each_of_row<tap_lanes + 6>(w))[0];
}
/// gather_taps() by rows, of weights that need not be normalised; `finish` is the passes' gathered().
template <typename T, typename Kernel, typename Finish>
NEURASTER_HD auto gather_rows(const StepView<T>& v, const Kernel& kernel, const Finish& finish) {
  const Four<T> a = load_row(kernel, v.sample, 0), b = load_row(kernel, v.sample, 1),
                c = load_row(kernel, v.sample, 2);
  const Four<T> lower = least(least(a, b), c), upper = most(most(a, b), c);
  const Vec4<T> middle = load4<T>(v.sample, kernel.row[1] + kernel.column[1]);
  const Four<T> four = Four<T>::all(middle), da = a - four, db = b - four, dc = c - four;
  const T* w = kernel.weights;
  const Four<T> across = each_of_row<column_lanes>(w);
  const Four<T> near_a = da * w[row_lanes], near_b = db * w[row_lanes + 1], near_c = dc * w[row_lanes + 2];
  const T rows = w[row_lanes] + w[row_lanes + 1] + w[row_lanes + 2];
  const T over_box = T(1) / (total(across)[0] * rows);
  auto gathered = finish(middle,
                         total(da * each_of_row<tap_lanes>(w) + db * each_of_row<tap_lanes + 3>(w) +
                               dc * each_of_row<tap_lanes + 6>(w)) *
                             over_taps(w),
                         total((near_a + near_b + near_c) * across) * over_box,
                         total((da * near_a + db * near_b + dc * near_c) * across) * over_box);
  gathered.low = least(least(lower[0], lower[1]), lower[2]);
  gathered.high = most(most(upper[0], upper[1]), upper[2]);
  return gathered;
}
/// see_taps() by rows, of weights that need not be normalised.
template <typename T, typename Kernel>
NEURASTER_HD Vec4<T> see_rows(const StepView<T>& v, const Kernel& kernel, Vec4<T> low, Vec4<T> high) {
  const Four<T> below = Four<T>::all(low), above = Four<T>::all(high);
  const T* w = kernel.weights;
  const auto clamped_row = [&](int r) {
    return least(most(load_row(kernel, v.history_at_sample, r), below), above);
  };
  return total(clamped_row(0) * each_of_row<tap_lanes>(w) + clamped_row(1) * each_of_row<tap_lanes + 3>(w) +
               clamped_row(2) * each_of_row<tap_lanes + 6>(w)) *
         over_taps(w);
}

/// lanczos_weights() with one vector for all 16 lanes.
template <typename T>
NEURASTER_HD void lanczos_in_lanes(T tx, T ty, T* w) {
  constexpr int lanes = 16;
  // For each tap: its polynomial, whether that is one of 1 - t, and whether 1 - t and t are factors.
  constexpr T c0[lanes] = {outer_0, side_0, 1, 1, side_0, outer_0, 0, 0,
                           outer_0, side_0, 1, 1, side_0, outer_0, 0, 0};
  constexpr T c1[lanes] = {outer_1, side_1, core_1, core_1, side_1, outer_1, 0, 0,
                           outer_1, side_1, core_1, core_1, side_1, outer_1, 0, 0};
  constexpr T c2[lanes] = {outer_2, side_2, core_2, core_2, side_2, outer_2, 0, 0,
                           outer_2, side_2, core_2, core_2, side_2, outer_2, 0, 0};
  constexpr T c3[lanes] = {outer_3, side_3, core_3, core_3, side_3, outer_3, 0, 0,
                           outer_3, side_3, core_3, core_3, side_3, outer_3, 0, 0};
  constexpr T c4[lanes] = {0, 0, core_4, core_4, 0, 0, 0, 0, 0, 0, core_4, core_4, 0, 0, 0, 0};
  constexpr T of_rest[lanes] = {0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0};
  constexpr T no_rest[lanes] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0};
  constexpr T no_t[lanes] = {0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0};
  for (int k = 0; k < lanes; ++k) {
    const T t = k < lanes / 2 ? tx : ty, s = 1 - t;
    const T x = of_rest[k] * s + (1 - of_rest[k]) * t;
    w[k] = (no_rest[k] + (1 - no_rest[k]) * s) * (no_t[k] + (1 - no_t[k]) * t) *
           (c0[k] + x * (c1[k] + x * (c2[k] + x * (c3[k] + x * c4[k]))));
  }
}

/// filter_taps() where all texels lie in the picture, by rows of which the four in the middle are read
/// together.
template <typename Filtered, typename T, typename Taps>
NEURASTER_HD Filtered filter_rows(const StepView<T>& v, const Taps& taps) {
  const int row_step = 4 * v.past_output.width;
  const T* first = v.past + 4 * taps.x - 8 + row_step * (taps.y - 2);
  const auto four = [&](int row) { return Four<T>::load(first + row_step * row + 4); };
  const auto ends = [&](int row) {
    return Vec4<T>::load(first + row_step * row) * taps.weights[0] +
           Vec4<T>::load(first + row_step * row + 20) * taps.weights[5];
  };
  const T* y = taps.weights + 8;
  const Four<T> all = Four<T>::template each<1, 2, 3, 4>(taps.weights),
                core = Four<T>::template each<-1, 2, 3, -1>(taps.weights);
  const Four<T> upper = four(2), lower = four(3);
  const Four<T> sum = (four(1) * y[1] + upper * y[2] + lower * y[3] + four(4) * y[4]) * all +
                      (four(0) * y[0] + four(5) * y[5]) * core;
  const Four<T> across = upper * (1 - taps.ty) + lower * taps.ty;
  return {((sum[0] + sum[1]) + (sum[2] + sum[3]) + (ends(2) * y[2] + ends(3) * y[3])) * taps.scale,
          across[1] * (1 - taps.tx) + across[2] * taps.tx};
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
#endif
