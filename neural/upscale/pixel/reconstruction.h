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
  return power_of_two(T(-0.5 * log2_e / (confidence_sigma * confidence_sigma)) * (dx * dx + dy * dy));
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
  int row[3], column[3];    ///< the samples, clamped to the picture
  bool side_by_side;        ///< true where a row's three, and one more after them, lie side by side
  alignas(64) T dx[lanes];  ///< distances in output pixels
  alignas(64) T dy[lanes];
  alignas(64) T weights[lanes];  ///< each of the three kinds has the sum 1
  T confidence;                  ///< weight of the nearest sample
  template <typename S>
  NEURASTER_HD Kernel(const StepView<T, S>& v, int x, int y) : Kernel(v, x, y, confidence_at(v, x, y)) {}
  template <typename S>
  NEURASTER_HD Kernel(const StepView<T, S>& v, int x, int y, T its_confidence, bool inside = false)
      : place(v, x, y), confidence(its_confidence) {
    for (int k = 0; k < 3; ++k) {
      const int sy = place.sy + k - 1, sx = place.sx + k - 1;
      row[k] = (inside ? sy : clamped(sy, 0, v.render.height - 1)) * v.render.width;
      column[k] = inside ? sx : clamped(sx, 0, v.render.width - 1);
    }
    side_by_side = place.sx >= 1 && place.sx + 2 < v.render.width;
    alignas(64) T copy[control_channels];
    const T* control = controls_at(v.controls + control_channels * (row[1] + column[1]), copy);
    const T x0 = static_cast<T>(place.sx) + T(0.5) + v.jitter[0] - place.u,
            y0 = static_cast<T>(place.sy) + T(0.5) + v.jitter[1] - place.w;
#if defined(__CUDACC__)
    weigh_each(v, control, x0 * ratio_x(v), y0 * ratio_y(v), inside);
#else
    weigh_in_lanes(v, control, x0, y0);
#endif
    const T* w = weights + taps;
    const T scale = 1 / (((w[0] + w[1]) + (w[2] + w[3])) + ((w[4] + w[5]) + (w[6] + w[7])) + w[8]),
            of_columns = 1 / (weights[0] + weights[1] + weights[2]),
            of_rows = 1 / (weights[12] + weights[13] + weights[14]);
    for (int k = 0; k < lanes; ++k)
      weights[k] = weights[k] * (k < taps ? of_columns : k < rows ? scale : of_rows);
  }
  /// True where all nine samples lie in the picture. Then `inside` may be set, and addresses and weights need
  /// no limits.
  template <typename S>
  NEURASTER_HD static bool is_inside(const StepView<T, S>& v, int x, int y) {
    const Place<T> place(v, x, y);
    return place.sx >= 1 && place.sy >= 1 && place.sx + 1 < v.render.width && place.sy + 1 < v.render.height;
  }
  /// Returns the sample under tap k of 9.
  NEURASTER_HD int sample(int k) const {
    return row[k / 3] + column[k % 3];
  }
  NEURASTER_HD T weight(int k) const {
    return weights[taps + k];
  }
  /// Returns the box's weight of tap k.
  NEURASTER_HD T near(int k) const {
    return weights[columns + k % 3] * weights[rows + k / 3];
  }

 private:
  /// The kernel is 2^-|M d|^2 at distance d, M = L sqrt(log2(e) / 2).
  static constexpr T root = T(0.849321800288);
  static constexpr T far = T(1e4);         ///< a distance at which nothing weighs
  static constexpr T most_exponent = 100;  ///< so that sums of weights stay finite

#if defined(__CUDACC__)
  /// With one thread for each pixel. `x` and `y` are the distance of the nearest sample. A column or a row
  /// outside the picture lies far away.
  template <typename S>
  NEURASTER_HD void weigh_each(const StepView<T, S>& v, const T* control, T x, T y, bool inside) {
    const bool there[2][3] = {{inside || place.sx > 0, true, inside || place.sx + 1 < v.render.width},
                              {inside || place.sy > 0, true, inside || place.sy + 1 < v.render.height}};
    const T l0 = root * control[kernel_l0], l1 = root * control[kernel_l1], l2 = root * control[kernel_l2];
    const T a = l0 * x + l1 * y, b = l2 * y, top = a * a + b * b;
    T of_column[3];
    NEURASTER_UNROLL
    for (int i = 0; i < 3; ++i) {
      const T offset = static_cast<T>(i - 1), step = there[0][i] ? offset * ratio_x(v) : far;
      of_column[i] = l0 * step;
      const T near = root * T(core::network_box_slope) * v.inverse_ratio[0] * (x + step);
      weights[columns + i] = power_of_two(-near * near);
    }
    NEURASTER_UNROLL
    for (int j = 0; j < 3; ++j) {
      const T offset = static_cast<T>(j - 1), step = there[1][j] ? offset * ratio_y(v) : far;
      const T near = root * T(core::network_box_slope) * v.inverse_ratio[1] * (y + step);
      weights[rows + j] = power_of_two(-near * near);
      const T a_of_row = a + l1 * step, b_of_row = b + l2 * step;
      // Weights are relative to the middle one, so that even the nearest of far samples count.
      const T of_row = b_of_row * b_of_row - top;
      NEURASTER_UNROLL
      for (int i = 0; i < 3; ++i) {
        const int k = taps + 3 * j + i;
        const T across = a_of_row + of_column[i];
        dx[k] = x + offset_of(i) * ratio_x(v), dy[k] = y + offset * ratio_y(v);
        weights[k] =
            k == middle
                ? T(1)
                : power_of_two(least(T(log2_e) * control[k] - (across * across + of_row), most_exponent));
      }
    }
  }
  NEURASTER_HD static constexpr T offset_of(int i) {
    return static_cast<T>(i - 1);
  }
#else
  /// With one vector for the whole kernel. `x` and `y` are the distance of the nearest sample in render
  /// pixels.
  template <typename S>
  NEURASTER_HD void weigh_in_lanes(const StepView<T, S>& v, const T* control, T x0, T y0) {
    constexpr T across[lanes] = {-1, 0, 1, -1, 0, 1, -1, 0, 1, -1, 0, 1, 0, 0, 0, 0};
    constexpr T down[lanes] = {0, 0, 0, -1, -1, -1, 0, 0, 0, 1, 1, 1, -1, 0, 1, 0};
    const T middle_x = static_cast<T>(place.sx), middle_y = static_cast<T>(place.sy);
    const T width = static_cast<T>(v.render.width), height = static_cast<T>(v.render.height);
    const T l0 = root * control[kernel_l0], l1 = root * control[kernel_l1], l2 = root * control[kernel_l2];
    const T near_x = root * T(core::network_box_slope) * v.inverse_ratio[0],
            near_y = root * T(core::network_box_slope) * v.inverse_ratio[1];
    for (int k = 0; k < lanes; ++k) {
      dx[k] = (x0 + across[k]) * ratio_x(v);
      dy[k] = (y0 + down[k]) * ratio_y(v);
      const T a = (k < taps ? near_x
                   : k < rows ? l0
                              : T(0)) *
                      dx[k] +
                  (k < taps || k >= rows ? T(0) : l1) * dy[k];
      const T b = (k < taps ? T(0) : k < rows ? l2 : near_y) * dy[k];
      const T exponent =
          (k < taps || k >= rows || k == middle ? T(0) : T(log2_e) * control[k]) - (a * a + b * b);
      // A sample outside the picture weighs nothing.
      const T column_of = middle_x + across[k], row_of = middle_y + down[k];
      const bool is_there = column_of >= 0 && row_of >= 0 && column_of < width && row_of < height;
      weights[k] = is_there ? exponent : -far;
    }
    // Weights are relative to the middle one, so that even the nearest of far samples count.
    const T top = weights[middle];
    for (int k = 0; k < lanes; ++k)
      weights[k] = power_of_two(weights[k] - (k < taps || k >= rows ? T(0) : top));
  }
#endif
};

/// The last four controls (gamma, memory, residual, sharpening), bilinear between the samples.
template <typename T>
struct SmoothControls {
  int at[4];
  T weight[4];
  Vec4<T> value;
  template <typename S>
  NEURASTER_HD SmoothControls(const StepView<T, S>& v, const Place<T>& place) {
    const Linear<T> ax(place.u - v.jitter[0], v.render.width), ay(place.w - v.jitter[1], v.render.height);
    using Four = Stored<T, S>;
    Four sum = Four::all(T(0));
    for (int n = 0; n < 4; ++n) {
      const int pixel = index<T>(v.render, n & 1 ? ax.upper : ax.lower, n & 2 ? ay.upper : ay.lower);
      at[n] = control_channels * pixel + gamma;
      weight[n] = (n & 1 ? ax.weight : 1 - ax.weight) * (n & 2 ? ay.weight : 1 - ay.weight);
      sum = product_and_sum(load_stored(v.controls, control_channels / 4 * pixel + gamma / 4),
                            Four::all(weight[n]), sum);
    }
    value = widened(sum);
  }
};

/// All values between the controls and the pixel, shared with the gradient.
template <typename T>
struct Reconstruction {
  const Kernel<T>& kernel;
  int sample;
  SmoothControls<T> smooth;
  Vec4<T> fresh, warped;
  Vec4<T> mean, deviation;  ///< of the samples, weighted by nearness to this output pixel: the history box
  Vec4<T> sharp, rectified, history_at_sample, expected, blended, result, low, high;
  Vec4<T> min_history, max_history;  ///< the ends of the box
  T count, alpha, wanted_count, still, relaxed, innovated, fading;
  template <typename S>
  NEURASTER_HD Reconstruction(const StepView<T, S>& v, int i, const Kernel<T>& its_kernel)
      : kernel(its_kernel), sample(kernel.sample(4)), smooth(v, kernel.place) {
    gather(v);
    warped = load4<T>(v.warped, i);
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
    // A history that is absent has no error to learn from.
    innovated = quotient(load1<T>(v.controls + control_channels * sample + innovation) * wanted_count,
                         wanted_count + T(innovation_count));
    expected = rectified + (history_at_sample - rectified) * innovated;
    count = least(wanted_count, smooth.value[1] + still * T(core::network_still_memory));
    alpha = quotient(kernel.confidence, kernel.confidence + count);
    blended = rectified + (fresh - expected) * alpha;
    // Where nothing moves the residual fades with the new sample's weight; otherwise the picture would never
    // rest.
    fading = 1 + still * (alpha - 1);
    blended = blended + Vec4<T>::make(smooth.value[2] * deviation[0] * fading, 0, 0, 0);
    low = least(low, rectified), high = most(high, rectified);
    result = least(most(blended, low), high);
  }

 private:
  /// The samples' sums, weighted by the kernel and by the box, and their range. Sums are of differences from
  /// the middle sample: squares then lose nothing, and halfs are enough for them.
  template <typename S>
  NEURASTER_HD void gather(const StepView<T, S>& v) {
#if !defined(__CUDACC__)
    if (kernel.side_by_side) return gather_rows(v);
#endif
    using Four = Stored<T, S>;
    const Four middle = load_stored(v.sample, kernel.sample(4)), none = Four::all(T(0));
    Four mixed = none, near = none, squares = none, lowest = middle, highest = middle;
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k) {
      if (k == 4) continue;
      const Four c = load_stored(v.sample, kernel.sample(k)), d = c - middle;
      lowest = least(lowest, c), highest = most(highest, c);
      mixed = product_and_sum(d, Four::all(kernel.weight(k)), mixed);
      const Four weighted = d * Four::all(kernel.near(k));
      near = near + weighted;
      squares = product_and_sum(weighted, d, squares);
    }
    finish(widened(middle), widened(mixed), widened(near), widened(squares));
    low = widened(lowest), high = widened(highest);
  }
  NEURASTER_HD void finish(Vec4<T> middle, Vec4<T> mixed, Vec4<T> near, Vec4<T> squares) {
    fresh = middle + mixed;
    mean = middle + near;
    deviation = square_root(most(squares - near * near, Vec4<T>::all(0)));
  }
  /// Reads the history at the samples, clamped to the box.
  template <typename S>
  NEURASTER_HD void see(const StepView<T, S>& v) {
#if !defined(__CUDACC__)
    if (kernel.side_by_side) return see_rows(v);
#endif
    using Four = Stored<T, S>;
    const Four below = narrowed<S>(min_history), above = narrowed<S>(max_history);
    Four sum = Four::all(T(0));
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k)
      sum = product_and_sum(least(most(load_stored(v.history_at_sample, kernel.sample(k)), below), above),
                            Four::all(kernel.weight(k)), sum);
    history_at_sample = widened(sum);
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
  NEURASTER_HD void gather_rows(const StepView<T, S>& v) {
    const Four<T> a = load_row(v.sample, 0), b = load_row(v.sample, 1), c = load_row(v.sample, 2);
    const Four<T> lower = least(least(a, b), c), upper = most(most(a, b), c);
    low = least(least(lower[0], lower[1]), lower[2]);
    high = most(most(upper[0], upper[1]), upper[2]);
    const Vec4<T> middle = load4<T>(v.sample, sample);
    const Four<T> four = Four<T>::all(middle), da = a - four, db = b - four, dc = c - four;
    const T* down = kernel.weights + Kernel<T>::rows;
    constexpr int taps = Kernel<T>::taps;
    const Four<T> across = each<Kernel<T>::columns>();
    const Four<T> near_a = da * down[0], near_b = db * down[1], near_c = dc * down[2];
    finish(middle, total(da * each<taps>() + db * each<taps + 3>() + dc * each<taps + 6>()),
           total((near_a + near_b + near_c) * across),
           total((da * near_a + db * near_b + dc * near_c) * across));
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

/// Stores an output pixel and what the next frame needs of it; `working` holds its count in w.
template <typename T, typename S>
NEURASTER_HD void store_output(const StepView<T, S>& v, int i, Vec4<T> working) {
  store4(v.kept, i, limited(working));
  const Vec4<T> rgb = from_working(working);
  if (v.out_half)
    store_half4(v.out_half + 4 * i, rgb);
  else
    rgb.store(v.out_linear + 4 * i);
}
/// Returns the pixel in working colour, and its count in w.
template <typename T, typename S>
NEURASTER_HD Vec4<T> reconstructed(const StepView<T, S>& v, int i, const Kernel<T>& kernel) {
  const Reconstruction<T> r(v, i, kernel);
  const T count = r.count + kernel.confidence * (1 + T(still_growth) * r.still);
  return Vec4<T>::make(r.result[0], r.result[1], r.result[2], count);
}
template <typename T, typename S>
NEURASTER_HD void reconstruct(const StepView<T, S>& v, int i, const Kernel<T>& kernel) {
  store_output(v, i, reconstructed(v, i, kernel));
}
/// Pass::reconstruct at any output pixel.
template <typename T, typename S>
NEURASTER_HD_COLD void reconstruct_anywhere(const StepView<T, S>& v, int x, int y) {
  reconstruct(v, index<T>(v.output, x, y), Kernel<T>(v, x, y));
}
/// Pass::reconstruct at output pixel (x, y). Most pixels lie between samples of the picture.
template <typename T, typename S>
NEURASTER_HD void reconstruct(const StepView<T, S>& v, int x, int y) {
  if (!Kernel<T>::is_inside(v, x, y)) return reconstruct_anywhere(v, x, y);
  reconstruct(v, index<T>(v.output, x, y), Kernel<T>(v, x, y, confidence_at(v, x, y), true));
}
/// A row of the pass: steps that compilers vectorise over many pixels alternate with steps that they do not.
template <typename T, typename S>
NEURASTER_HD void reconstruct_row(const StepView<T, S>& v, int y) {
  constexpr int many = 32;
  T confidence[many];
  alignas(64) T working[4 * many];
  for (int first = 0; first < v.output.width; first += many) {
    const int n = least(many, v.output.width - first);
    const int i = index<T>(v.output, first, y);
    for (int k = 0; k < n; ++k) confidence[k] = confidence_at(v, first + k, y);
    for (int k = 0; k < n; ++k)
      reconstructed(v, i + k, Kernel<T>(v, first + k, y, confidence[k])).store(working + 4 * k);
    for (int k = 0; k < n; ++k) store_output(v, i + k, Vec4<T>::load(working + 4 * k));
  }
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
