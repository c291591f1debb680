#pragma once
// Rows of the passes over the output as processors run them: steps that compilers vectorise over many pixels
// alternate with steps that they do not. `Passes` is a FastUpscale.

#include "neural/upscale/pixel/upscale.h"

#if !defined(__CUDACC__)
namespace neural::pixel {
inline namespace NEURASTER_ISA {

inline constexpr int many = 32;

/// A row of Pass::features: bf16 are made of many pixels' values at once, floats are written where they lie.
template <typename Passes>
NEURASTER_HD void features_row(Passes& passes, int y) {
  const auto& v = passes.v;
  using Values = std::remove_pointer_t<decltype(v.features)>[16];
  if (!v.features_bf16) {
    for (int x = 0; x < v.render.width; ++x)
      passes.feature_values(x, y, *reinterpret_cast<Values*>(v.features + passes.blocked(0, x, y)),
                            *reinterpret_cast<Values*>(v.features + passes.blocked(1, x, y)));
    return;
  }
  alignas(64) Values values[many][2];
  for (int first = 0; first < v.render.width; first += many) {
    const int n = least(many, v.render.width - first);
    for (int k = 0; k < n; ++k) passes.feature_values(first + k, y, values[k][0], values[k][1]);
    for (int k = 0; k < n; ++k)
      for (int block = 0; block < 2; ++block)
        passes.store_features(passes.blocked(block, first + k, y), values[k][block]);
  }
}
/// A row of Pass::warp, which computes places first.
template <typename Passes>
NEURASTER_HD void warp_row(Passes& passes, int y) {
  const auto& v = passes.v;
  typename Passes::PastPlace past[many];
  int sample[many];
  using T = std::remove_cvref_t<decltype(past->x)>;
  alignas(64) T weights[many][16];
  for (int x = 0; x < v.output.width; x += many) {
    const int n = least(many, v.output.width - x);
    for (int k = 0; k < n; ++k) {
      const auto place = passes.place_of(x + k, y);
      past[k] = passes.past_place(place, x + k, y, false);
      sample[k] = passes.index(v.render, place.sx, place.sy);
    }
    for (int k = 0; k < n; ++k)
      if (past[k].there) {
        const auto taps = passes.taps_at(past[k].x, past[k].y);
        lanczos_in_lanes(taps.tx, taps.ty, weights[k]);
      }
    for (int k = 0; k < n; ++k) {
      if (!past[k].there) {
        passes.warp_from(x + k, y, sample[k], past[k]);
        continue;
      }
      auto taps = passes.taps_at(past[k].x, past[k].y);
      for (int lane = 0; lane < 16; ++lane) taps.weights[lane] = weights[k][lane];
      taps.scale = passes.scale_of(taps);
      passes.store_warped(x + k, y, sample[k], passes.filtered_history(taps));
    }
  }
}
/// A row of Pass::controls, which looks for changed light in many pixels at once.
template <typename T>
NEURASTER_HD void controls_row(FastUpscale<T>& passes, int y) {
  const auto& v = passes.v;
  const T* row[3];
  for (int r = 0; r < 3; ++r)
    row[r] = v.history_at_sample + 4 * passes.index(v.render, 0, clamped(y + r - 1, 0, v.render.height - 1));
  // Sums of three in a column, from the column before the first. All lanes are summed, though only the last
  // counts: to gather lanes is slower.
  alignas(64) T sum[4 * (many + 2)], squares[4 * (many + 2)], still[many], instability[many], changed[many];
  for (int first = 0; first < v.render.width; first += many) {
    const int n = least(many, v.render.width - first);
    const int from = most(first - 1, 0), to = least(first + n + 1, v.render.width);
    const int offset = 4 * (from - first + 1), count = 4 * (to - from);
    for (int j = 0; j < count; ++j) {
      const T a = row[0][4 * from + j], b = row[1][4 * from + j], c = row[2][4 * from + j];
      sum[offset + j] = a + b + c;
      squares[offset + j] = a * a + b * b + c * c;
    }
    if (first == 0) sum[3] = sum[7], squares[3] = squares[7];  // the picture's edge repeats
    if (to == first + n) {
      sum[4 * n + 7] = sum[4 * n + 3];
      squares[4 * n + 7] = squares[4 * n + 3];
    }
    for (int k = 0; k < n; ++k) {
      const int i = passes.index(v.render, first + k, y);
      passes.store_controls(first + k, y);
      still[k] = passes.rest_at(i), instability[k] = passes.kept_instability(i);
    }
    for (int k = 0; k < n; ++k)
      changed[k] = passes
                       .change_of(sum[4 * k + 3] + sum[4 * k + 7] + sum[4 * k + 11],
                                  squares[4 * k + 3] + squares[4 * k + 7] + squares[4 * k + 11], still[k],
                                  instability[k])
                       .changed;
    for (int k = 0; k < n; ++k) passes.store_changed(passes.index(v.render, first + k, y), changed[k]);
  }
}
/// Some pixels of a row of Pass::reconstruct: first the weights of all, so that none needs to wait for its
/// own.
template <bool inside, typename T>
NEURASTER_HD void reconstruct_some(FastUpscale<T>& passes, int first, int n, int y) {
  const auto& v = passes.v;
  alignas(64) T working[4 * many], weights[many][16], confidence[many];
  for (int k = 0; k < n; ++k) {
    auto kernel = passes.samples_at(passes.place_of(first + k, y), inside);
    passes.weigh(kernel, passes.tap_sample(kernel, 4), inside);
    for (int lane = 0; lane < 16; ++lane) weights[k][lane] = kernel.weights[lane];
    confidence[k] = kernel.confidence;
  }
  const int i = passes.index(v.output, first, y);
  for (int k = 0; k < n; ++k) {
    auto kernel = passes.samples_at(passes.place_of(first + k, y), inside);
    for (int lane = 0; lane < 16; ++lane) kernel.weights[lane] = weights[k][lane];
    kernel.confidence = confidence[k];
    passes.reconstructed(kernel, i + k).store(working + 4 * k);
  }
  for (int k = 0; k < n; ++k) passes.store_output(i + k, Vec4<T>::load(working + 4 * k));
}
/// A row of Pass::reconstruct.
template <typename T>
NEURASTER_HD void reconstruct_row(FastUpscale<T>& passes, int y) {
  const int width = passes.v.output.width;
  for (int first = 0; first < width; first += many) {
    const int n = least(many, width - first);
    if (passes.place_inside(passes.place_of(first, y)) &&
        passes.place_inside(passes.place_of(first + n - 1, y)))
      reconstruct_some<true>(passes, first, n, y);
    else
      reconstruct_some<false>(passes, first, n, y);
  }
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
#endif
