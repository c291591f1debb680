#pragma once
// The pass that makes an output pixel from the samples beside it and the history, by the controls that the
// network gives.

#include "neural/upscale/pixel/network_ends.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

/// Returns the weight of the nearest sample at an output pixel, by its distance.
template <typename T, typename S>
NEURASTER_HD T confidence_at(const StepView<T, S>& v, int x, int y) {
  const Place<T> place(v, x, y);
  const T dx = (static_cast<T>(place.sx) + T(0.5) + v.jitter[0] - place.u) * ratio_x(v);
  const T dy = (static_cast<T>(place.sy) + T(0.5) + v.jitter[1] - place.w) * ratio_y(v);
  return exponential(T(-0.5 / (confidence_sigma * confidence_sigma)) * (dx * dx + dy * dy));
}

/// Returns a sample's controls where they are stored, or a copy of those that the kernel reads.
template <typename T>
NEURASTER_HD const T* controls_at(const T* stored, T (&)[control_channels]) {
  return stored;
}
template <typename T>
NEURASTER_HD const T* controls_at(const f16* stored, T (&copy)[control_channels]) {
  for (int k = 0; k < gamma; k += 4) load4<T>(stored + k).store(copy + k);
  for (int k = gamma; k < control_channels; ++k) copy[k] = 0;
  return copy;
}

/// The nine nearest samples of an output pixel and their weights. One vector of exponentials makes all of
/// them, in the lanes of the controls: the kernel's nine lie where its logits lie, and the lanes before and
/// after hold three for the columns and three for the rows of the history box, which is separable.
template <typename T>
struct Kernel {
  static constexpr int lanes = control_channels, columns = 0, taps = logits, middle = logits + 4, rows = 12;
  Place<T> place;
  std::int64_t row[3], column[3];  ///< the samples, clamped to the picture
  bool side_by_side;               ///< true where a row's three, and one more after them, lie side by side
  alignas(64) T dx[lanes];         ///< distances in output pixels
  alignas(64) T dy[lanes];
  alignas(64) T weights[lanes];
  T scale, near_scale;  ///< one over the sums of the kernel's and of the box's weights
  T confidence;         ///< weight of the nearest sample
  template <typename S>
  NEURASTER_HD Kernel(const StepView<T, S>& v, int x, int y) : Kernel(v, x, y, confidence_at(v, x, y)) {}
  template <typename S>
  NEURASTER_HD Kernel(const StepView<T, S>& v, int x, int y, T its_confidence)
      : place(v, x, y), confidence(its_confidence) {
    constexpr T across[lanes] = {-1, 0, 1, -1, 0, 1, -1, 0, 1, -1, 0, 1, 0, 0, 0, 0};
    constexpr T down[lanes] = {0, 0, 0, -1, -1, -1, 0, 0, 0, 1, 1, 1, -1, 0, 1, 0};
    for (int k = 0; k < 3; ++k) {
      row[k] = clamped(place.sy + k - 1, 0, v.render.height - 1) * std::int64_t{v.render.width};
      column[k] = clamped(place.sx + k - 1, 0, v.render.width - 1);
    }
    side_by_side = place.sx >= 1 && place.sx + 2 < v.render.width;
    alignas(64) T copy[control_channels];
    const T* control = controls_at(v.controls + control_channels * (row[1] + column[1]), copy);
    const T middle_x = static_cast<T>(place.sx), middle_y = static_cast<T>(place.sy);
    const T width = static_cast<T>(v.render.width), height = static_cast<T>(v.render.height);
    const T x0 = middle_x + T(0.5) + v.jitter[0] - place.u, y0 = middle_y + T(0.5) + v.jitter[1] - place.w;
    const T l0 = control[kernel_l0], l1 = control[kernel_l1], l2 = control[kernel_l2];
    const T near_x = T(core::network_box_slope) * v.inverse_ratio[0],
            near_y = T(core::network_box_slope) * v.inverse_ratio[1];
    for (int k = 0; k < lanes; ++k) {
      dx[k] = (x0 + across[k]) * ratio_x(v);
      dy[k] = (y0 + down[k]) * ratio_y(v);
      const T a = (k < taps   ? near_x
                   : k < rows ? l0
                              : T(0)) *
                      dx[k] +
                  (k < taps || k >= rows ? T(0) : l1) * dy[k];
      const T b = (k < taps ? T(0) : k < rows ? l2 : near_y) * dy[k];
      const T exponent =
          (k < taps || k >= rows || k == middle ? T(0) : control[k]) - T(0.5) * (a * a + b * b);
      // A sample outside the picture weighs nothing.
      const T column_of = middle_x + across[k], row_of = middle_y + down[k];
      const bool there = column_of >= 0 && row_of >= 0 && column_of < width && row_of < height;
      weights[k] = there ? exponent : T(-1e4);
    }
    // Weights are relative to the middle one, so that even the nearest of far samples count.
    const T top = weights[middle];
    for (int k = 0; k < lanes; ++k)
      weights[k] = exponential(weights[k] - (k < taps || k >= rows ? T(0) : top));
    const T* w = weights + taps;
    scale = 1 / (((w[0] + w[1]) + (w[2] + w[3])) + ((w[4] + w[5]) + (w[6] + w[7])) + w[8]);
    near_scale = 1 / ((weights[0] + weights[1] + weights[2]) * (weights[12] + weights[13] + weights[14]));
  }
  /// Returns the sample under tap k of 9.
  NEURASTER_HD std::int64_t sample(int k) const { return row[k / 3] + column[k % 3]; }
  NEURASTER_HD T weight(int k) const { return weights[taps + k]; }
};

/// The last four controls (gamma, memory, residual, sharpening), bilinear between the samples.
template <typename T>
struct SmoothControls {
  std::int64_t at[4];
  T weight[4];
  Vec4<T> value;
  template <typename S>
  NEURASTER_HD SmoothControls(const StepView<T, S>& v, const Place<T>& place) {
    const Linear<T> ax(place.u - v.jitter[0], v.render.width), ay(place.w - v.jitter[1], v.render.height);
    value = Vec4<T>::all(0);
    for (int n = 0; n < 4; ++n) {
      at[n] = gamma + control_channels * std::int64_t{index<T>(v.render, n & 1 ? ax.upper : ax.lower,
                                                               n & 2 ? ay.upper : ay.lower)};
      weight[n] = (n & 1 ? ax.weight : 1 - ax.weight) * (n & 2 ? ay.weight : 1 - ay.weight);
      value = value + load4<T>(v.controls + at[n]) * weight[n];
    }
  }
};

/// All values between the controls and the pixel, shared with the gradient.
template <typename T>
struct Reconstruction {
  const Kernel<T>& kernel;
  std::int64_t sample;
  SmoothControls<T> smooth;
  Vec4<T> fresh, warped;
  Vec4<T> mean, deviation;  ///< of the samples, weighted by nearness to this output pixel: the history box
  Vec4<T> sharp, rectified, history_at_sample, expected, blended, result, low, high;
  Vec4<T> min_history, max_history;  ///< the ends of the box
  T count, alpha, wanted_count, still, relaxed, innovated, fading;
  template <typename S>
  NEURASTER_HD Reconstruction(const StepView<T, S>& v, std::int64_t i, const Kernel<T>& its_kernel)
      : kernel(its_kernel), sample(kernel.sample(4)), smooth(v, kernel.place) {
    Vec4<T> squares;
    gather(v, squares);
    fresh = fresh * kernel.scale;
    mean = mean * kernel.near_scale;
    warped = load4<T>(v.warped + 4 * i);
    deviation = square_root(most(squares * kernel.near_scale - mean * mean, Vec4<T>::all(0)));
    sharp = warped + Vec4<T>::make(smooth.value[3] * warped[3], 0, 0, 0);
    still = load1<T>(v.flow + 4 * sample) == 0 && load1<T>(v.flow + 4 * sample + 1) == 0 ? T(1) : T(0);
    wanted_count = load1<T>(v.warped_count + i);
    relaxed = 1 + still * wanted_count;
    const Vec4<T> reach = deviation * (smooth.value[0] * relaxed);
    min_history = mean - reach, max_history = mean + reach;
    rectified = least(most(sharp, min_history), max_history);
    // The samples beside the pixel show the colour of the places where they lie. The history's error at those
    // places is the better correction, because it keeps the detail that the history has between samples
    // (back-projection: M. Irani and S. Peleg, "Improving Resolution by Image Registration", 1991).
    see(v);
    history_at_sample = history_at_sample * kernel.scale;
    // A history that is absent has no error to learn from.
    innovated = load1<T>(v.controls + control_channels * sample + innovation) * wanted_count /
                (wanted_count + T(innovation_count));
    expected = rectified + (history_at_sample - rectified) * innovated;
    count = least(wanted_count, smooth.value[1] + still * T(core::network_still_memory));
    alpha = kernel.confidence / (kernel.confidence + count);
    blended = rectified + (fresh - expected) * alpha;
    // Where nothing moves the residual fades with the new sample's weight; otherwise the picture would never
    // rest.
    fading = 1 + still * (alpha - 1);
    blended = blended + Vec4<T>::make(smooth.value[2] * deviation[0] * fading, 0, 0, 0);
    low = least(low, rectified), high = most(high, rectified);
    result = least(most(blended, low), high);
  }

 private:
  /// Sums the samples, weighted by the kernel and by the box, and finds their range.
  template <typename S>
  NEURASTER_HD void gather(const StepView<T, S>& v, Vec4<T>& squares) {
#if !defined(__CUDACC__)
    if (kernel.side_by_side) return gather_rows(v, squares);
#endif
    fresh = mean = squares = Vec4<T>::all(0);
    low = Vec4<T>::all(T(1e30)), high = Vec4<T>::all(T(-1e30));
    NEURASTER_UNROLL
    for (int r = 0; r < 3; ++r) {
      Vec4<T> sum = Vec4<T>::all(0), sum_of_squares = sum;
      NEURASTER_UNROLL
      for (int k = 3 * r; k < 3 * r + 3; ++k) {
        const Vec4<T> c = load4<T>(v.sample + 4 * kernel.sample(k));
        const Vec4<T> near = c * kernel.weights[Kernel<T>::columns + k - 3 * r];
        fresh = fresh + c * kernel.weight(k);
        sum = sum + near;
        sum_of_squares = sum_of_squares + c * near;
        low = least(low, c), high = most(high, c);
      }
      mean = mean + sum * kernel.weights[Kernel<T>::rows + r];
      squares = squares + sum_of_squares * kernel.weights[Kernel<T>::rows + r];
    }
  }
  /// Reads the history at the samples, clamped to the box.
  template <typename S>
  NEURASTER_HD void see(const StepView<T, S>& v) {
#if !defined(__CUDACC__)
    if (kernel.side_by_side) return see_rows(v);
#endif
    history_at_sample = Vec4<T>::all(0);
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k)
      history_at_sample =
          history_at_sample +
          least(most(load4<T>(v.history_at_sample + 4 * kernel.sample(k)), min_history), max_history) *
              kernel.weight(k);
  }
#if !defined(__CUDACC__)
  /// Loads the three samples of a row together with a fourth, which weighs nothing.
  NEURASTER_HD Four<T> load_row(const T* samples, int r) const {
    return Four<T>::load(samples + 4 * (kernel.row[r] + kernel.column[0]));
  }
  /// Returns three of the kernel's weights from `first`, one for each sample of a row.
  template <int first>
  NEURASTER_HD Four<T> each() const {
    return Four<T>::template each<first, first + 1, first + 2, -1>(kernel.weights);
  }
  NEURASTER_HD static Vec4<T> total(Four<T> four) {
    return four[0] + four[1] + four[2];
  }
  template <typename S>
  NEURASTER_HD void gather_rows(const StepView<T, S>& v, Vec4<T>& squares) {
    const Four<T> a = load_row(v.sample, 0), b = load_row(v.sample, 1), c = load_row(v.sample, 2);
    const T* down = kernel.weights + Kernel<T>::rows;
    constexpr int taps = Kernel<T>::taps;
    const Four<T> across = each<Kernel<T>::columns>();
    fresh = total(a * each<taps>() + b * each<taps + 3>() + c * each<taps + 6>());
    const Four<T> near_a = a * down[0], near_b = b * down[1], near_c = c * down[2];
    mean = total((near_a + near_b + near_c) * across);
    squares = total((a * near_a + b * near_b + c * near_c) * across);
    const Four<T> lower = least(least(a, b), c), upper = most(most(a, b), c);
    low = least(least(lower[0], lower[1]), lower[2]);
    high = most(most(upper[0], upper[1]), upper[2]);
  }
  template <typename S>
  NEURASTER_HD void see_rows(const StepView<T, S>& v) {
    constexpr int taps = Kernel<T>::taps;
    const Four<T> below = Four<T>::all(min_history), above = Four<T>::all(max_history);
    const auto clamped_row = [&](int r) {
      return least(most(load_row(v.history_at_sample, r), below), above);
    };
    history_at_sample = total(clamped_row(0) * each<taps>() + clamped_row(1) * each<taps + 3>() +
                              clamped_row(2) * each<taps + 6>());
  }
#endif
};

template <typename T, typename S>
NEURASTER_HD void store_output(const StepView<T, S>& v, std::int64_t i, Vec4<T> working) {
  const Vec4<T> rgb = from_working(working);
  if (v.out_half)
    store_half4(v.out_half + 4 * i, rgb);
  else
    rgb.store(v.out_linear + 4 * i);
}
/// Returns the pixel in working colour and stores its count.
template <typename T, typename S>
NEURASTER_HD Vec4<T> reconstructed(const StepView<T, S>& v, std::int64_t i, const Kernel<T>& kernel) {
  const Reconstruction<T> r(v, i, kernel);
  store1(v.count + i, r.count + kernel.confidence * (1 + T(still_growth) * r.still));
  return r.result;
}
template <typename T, typename S>
NEURASTER_HD void reconstruct(const StepView<T, S>& v, std::int64_t i, const Kernel<T>& kernel) {
  store_output(v, i, reconstructed(v, i, kernel));
}
template <typename T, typename S>
NEURASTER_HD void reconstruct(const StepView<T, S>& v, int x, int y) {
  reconstruct(v, index<T>(v.output, x, y), Kernel<T>(v, x, y));
}
/// A row of the pass: steps that compilers vectorise over many pixels alternate with steps that they do not.
template <typename T, typename S>
NEURASTER_HD void reconstruct_row(const StepView<T, S>& v, int y) {
  constexpr int many = 32;
  T confidence[many];
  alignas(64) T working[4 * many];
  for (int first = 0; first < v.output.width; first += many) {
    const int n = least(many, v.output.width - first);
    const std::int64_t i = index<T>(v.output, first, y);
    for (int k = 0; k < n; ++k) confidence[k] = confidence_at(v, first + k, y);
    for (int k = 0; k < n; ++k)
      reconstructed(v, i + k, Kernel<T>(v, first + k, y, confidence[k])).store(working + 4 * k);
    for (int k = 0; k < n; ++k) store_output(v, i + k, Vec4<T>::load(working + 4 * k));
  }
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
