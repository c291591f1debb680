#pragma once
// The upscaler's passes as C++ and CUDA: the texts of the one source as members of a class on the view, and
// the loads, stores and steps that they leave to each language. `tuned` takes the inner steps from
// cpu_steps.h; without it everything is the text.

#include "neural/upscale/pixel/cpu_steps.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

using core::network_box_slope;
using core::network_change_slope;
using core::network_clip_gamma;
using core::network_dilation_threshold;
using core::network_disocclusion_full;
using core::network_disocclusion_start;
using core::network_innovation_logit;
using core::network_instability_deviations;
using core::network_memory;
using core::network_most_memory;
using core::network_moving_deviations;
using core::network_residual;
using core::network_rested_deviations;
using core::network_still_memory;
using core::sample_sigma;

#if defined(__CUDACC__)
/// The controls of a block's samples and of one more on each side in shared memory, four by four.
struct ControlTile {
  static constexpr int width = 32 + 2, height = 8 + 2, area = width * height;
  bool used = false;  ///< false: they are in the view's
  FourHalfs* first = nullptr;
  int left = 0, top = 0;  ///< the first sample
  NEURASTER_HD int at(int x, int y, int four) const { return four * area + (y - top) * width + x - left; }
};

/// The warped history of some rows of the output in shared memory, each row in the place of the one that is
/// `rows` above it. A block makes some pixels that are another's as well, and only its own go to the view.
struct HistoryTile {
  static constexpr int columns = 256, rows = 6;
  bool used = false;            ///< false: it is in the view's
  FourHalfs* warped = nullptr;  ///< [rows][columns]
  f16* count = nullptr;
  int left = 0;                   ///< the first pixel
  int own_left = 0, own_top = 0;  ///< the first of its own
  unsigned own_columns = 0, own_rows = 0;
  int row = 0;  ///< where the row begins that is being made
  NEURASTER_HD int at(int x, int y) const { return y % rows * columns + x - left; }
  NEURASTER_HD bool owns(int x, int y) const {
    return static_cast<unsigned>(x - own_left) < own_columns && static_cast<unsigned>(y - own_top) < own_rows;
  }
};
#endif

template <typename T, typename S = T, bool tuned = false>
struct Upscale {
  const StepView<T, S>& v;
#if defined(__CUDACC__)
  ControlTile control_tile = {};
  HistoryTile history_tile = {};
#endif

#include "compute/pixel/as_members.h"
#include "compute/pixel/member_loads.h"

  // The ends of the family, where host and device differ in what they store.
  FN void store_features(int at, IN_ARRAY(real, values, 16)) {
    if (v.features_bf16)
      for (int c = 0; c < 16; ++c) v.features_bf16[at + c] = to_bf16(static_cast<float>(values[c]));
    else
      for (int c = 0; c < 16; ++c) v.features[at + c] = values[c];
  }
  FN void load_head(int at, OUT_ARRAY(real, values, 16)) {
    for (int c = 0; c < 16; ++c) values[c] = v.head[at + c];
  }
  FN void store_light(int i, real4 rgb) {
    if (v.out_half)
      store_half4(v.out_half, i, rgb);
    else
      rgb.store(v.out_linear + 4 * i);
  }

#include "neural/upscale/pixel/passes.inl"

  // Steps that processors do in an order of their own.
#if defined(__CUDACC__)
  static_assert(!tuned);
  // Where a frame's cost is its bytes, mean and deviation are computed where they are needed, and what else
  // Pass::neighbourhood found lies in v.flow, until Pass::features is done.
  FN Local local_at(int x, int y, int i) {
    if constexpr (std::is_same_v<T, S>) {
      return stored_local(i);
    } else {
      CleanedNear near;  // its colours
      NEURASTER_UNROLL
      for (int k = 0; k < 9; ++k) near.samples[k] = load_stored(v.sample, near_index(x, y, k));
      Local local = local_colors(near);
      const real4 flow = load4(v.flow, i);
      local.mean.v[3] = flow[3];
      local.deviation.v[3] = absolute(flow[2]);
      return local;
    }
  }
  FN real trust(int s) {
    if constexpr (std::is_same_v<T, S>)
      return stored_trust(s);
    else
      return (1 - load_lane(v.flow, s, 3)) * (1 - load_lane(v.sample, s, 3));
  }
  FN void store_history(int x, int y, real4 value, real count) {
    if constexpr (!std::is_same_v<T, S>)
      if (history_tile.used) {
        const int at = history_tile.row + x - history_tile.left;
        store4(reinterpret_cast<S*>(history_tile.warped), at, value);
        store_stored1(history_tile.count, at, count);
        if (!history_tile.owns(x, y)) return;
      }
    store_history_apart(x, y, value, count);
  }
  FN stored4 load_history(int x, int y) {
    if constexpr (!std::is_same_v<T, S>)
      if (history_tile.used)
        return load_stored(reinterpret_cast<const S*>(history_tile.warped), history_tile.at(x, y));
    return load_stored(v.warped, index(v.output, x, y));
  }
  FN real load_history_count(int x, int y) {
    if constexpr (!std::is_same_v<T, S>)
      if (history_tile.used) return load_stored1(history_tile.count, history_tile.at(x, y));
    return load_stored1(v.warped_count, index(v.output, x, y));
  }
  // There the last lane of v.history_at_sample is the instability, below 0 where nothing moves, and
  // Pass::reconstruct sees whether the light has changed.
  FN void store_beside(int i, IN(Beside) b) {
    if constexpr (std::is_same_v<T, S>)
      store_beside_apart(i, b);
    else
      store4(v.history_at_sample, i,
             four(b.history[0], b.history[1], b.history[2], b.still > 0 ? -b.instability : b.instability));
  }
  FN real brighter_at(int i) {
    if constexpr (std::is_same_v<T, S>)
      return load_lane(v.history_at_sample, i, 3);
    else
      return load_lane(v.sample, i, 0) - load_lane(v.history_at_sample, i, 0);
  }
  FN real instability_at(int i) {
    if constexpr (std::is_same_v<T, S>)
      return load_lane(v.flow, i, 3);
    else
      return absolute(load_lane(v.history_at_sample, i, 3));
  }
  FN void store_changed(int i, real changed) {
    if constexpr (std::is_same_v<T, S>) store_changed_apart(i, changed);
  }
  FN real rest_at(int i) {
    if constexpr (std::is_same_v<T, S>)
      return rests(load4(v.flow, i));
    else
      return std::signbit(load_lane(v.history_at_sample, i, 3)) ? real(1) : real(0);
  }
  /// The instability once the state has it.
  FN real kept_instability(int i) {
    if constexpr (std::is_same_v<T, S>)
      return load_lane(v.state, 2 * i + 1, 3);
    else
      return instability_at(i);
  }
  /// How surely the light has changed, once the controls are stored.
  FN real changed_at(int i) {
    if constexpr (std::is_same_v<T, S>)
      return load_lane(v.flow, i, 3);
    else
      return change_in(differences_at(i % v.render.width, i / v.render.width)).changed;
  }
  FN const S* controls_of(int s, int n) {
    if constexpr (!std::is_same_v<T, S>)
      if (control_tile.used)
        return reinterpret_cast<const S*>(control_tile.first +
                                          control_tile.at(s % v.render.width, s / v.render.width, n));
    return v.controls + 4 * (4 * s + n);
  }
  FN void store_control(int x, int y, int n, real4 value) {
    if constexpr (!std::is_same_v<T, S>)
      if (control_tile.used)
        return store4(reinterpret_cast<S*>(control_tile.first), control_tile.at(x, y, n), value);
    store4(v.controls, 4 * index(v.render, x, y) + n, value);
  }
  FN FilteredHistory filtered_history(IN(HistoryTaps) taps) {
    return filter_taps(taps, false);
  }
  FN void weigh(INOUT(Kernel) kernel, int s, bool inside) {
    weigh_taps(kernel, s, inside);
  }
  FN Gathered gather(IN(Kernel) kernel) {
    return gather_taps(kernel);
  }
  FN real4 see(IN(Kernel) kernel, real4 low, real4 high) {
    return see_taps(kernel, low, high);
  }
  /// What a function that is called could see would have to be in memory.
  FN void warp_slowly(int x, int y) {
    Upscale copy = *this;
    copy.warp_anywhere(x, y);
  }
#else
  FN void warp_slowly(int x, int y) {
    warp_anywhere(x, y);
  }
  FN void store_history(int x, int y, real4 value, real count) {
    store_history_apart(x, y, value, count);
  }
  FN stored4 load_history(int x, int y) {
    return load_stored(v.warped, index(v.output, x, y));
  }
  FN real load_history_count(int x, int y) {
    return load_stored1(v.warped_count, index(v.output, x, y));
  }
  FN void store_beside(int i, IN(Beside) beside) {
    store_beside_apart(i, beside);
  }
  FN real brighter_at(int i) {
    return load_lane(v.history_at_sample, i, 3);
  }
  FN real instability_at(int i) {
    return load_lane(v.flow, i, 3);
  }
  FN void store_changed(int i, real changed) {
    store_changed_apart(i, changed);
  }
  FN real rest_at(int i) {
    return rests(load4(v.flow, i));
  }
  FN real kept_instability(int i) {
    return load_lane(v.state, 2 * i + 1, 3);
  }
  FN real changed_at(int i) {
    return load_lane(v.flow, i, 3);
  }
  FN const S* controls_of(int s, int n) {
    return v.controls + 4 * (4 * s + n);
  }
  FN void store_control(int x, int y, int n, real4 value) {
    store4(v.controls, 4 * index(v.render, x, y) + n, value);
  }
  FN Local local_at(int, int, int i) {
    return stored_local(i);
  }
  FN real trust(int s) {
    return stored_trust(s);
  }
  FN FilteredHistory filtered_history(IN(HistoryTaps) taps) {
    if constexpr (tuned)
      if (taps_inside(taps)) return filter_rows<FilteredHistory>(v, taps);
    return filter_taps(taps, false);
  }
  FN void weigh(INOUT(Kernel) kernel, int s, bool inside) {
    if constexpr (tuned)
      weigh_in_lanes(v, kernel, s, inside);
    else
      weigh_taps(kernel, s, inside);
  }
  /// The weights of reconstruct_some() are not normalised: gather_rows() and see_rows() divide by their sums.
  FN Kernel normalised(Kernel kernel) {
    if constexpr (tuned) normalise(kernel);
    return kernel;
  }
  FN Gathered gather(IN(Kernel) kernel) {
    if constexpr (tuned)
      if (side_by_side(v, kernel))
        return gather_rows(v, kernel, [&](real4 middle, real4 mixed, real4 near, real4 squares) {
          return gathered(middle, mixed, near, squares);
        });
    return gather_taps(normalised(kernel));
  }
  FN real4 see(IN(Kernel) kernel, real4 low, real4 high) {
    if constexpr (tuned)
      if (side_by_side(v, kernel)) return see_rows(v, kernel, low, high);
    return see_taps(normalised(kernel), low, high);
  }
#endif
  FN real4 load_control(int s, int n) {
    return load4(controls_of(s, n), 0);
  }
  FN stored4 load_stored_control(int s, int n) {
    return load_stored(controls_of(s, n), 0);
  }
  FN real load_control_lane(int s, int control) {
    return load_lane(controls_of(s, control / 4), 0, control % 4);
  }

#include "compute/pixel/as_end.h"
};

/// The passes as a host or a device runs them fastest.
#if defined(__CUDACC__)
template <typename T, typename S = T>
using FastUpscale = Upscale<T, S>;
#else
template <typename T, typename S = T>
using FastUpscale = Upscale<T, S, std::is_same_v<T, S> >;
#endif

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
