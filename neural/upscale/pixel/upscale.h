#pragma once
// The upscaler's passes as C++ and CUDA: the texts of the one source as members of a class on the view, and
// the loads, stores and steps that they leave to each language. `tuned` takes the inner steps from
// cpu_steps.h; without it everything is the text.

#include "neural/upscale/pixel/cpu_steps.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

using core::network_box_slope;
using core::network_clip_gamma;
using core::network_dilation_threshold;
using core::network_disocclusion_full;
using core::network_disocclusion_start;
using core::network_innovation_logit;
using core::network_memory;
using core::network_still_memory;
using core::sample_sigma;

template <typename T, typename S = T, bool tuned = false>
struct Upscale {
  const StepView<T, S>& v;

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
      return (1 - load_lane(v.flow, s, 3)) * (1 - load_byte(v.reactive, s) / 255);
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
#else
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
      weigh_in_lanes(v, kernel, s);
    else
      weigh_taps(kernel, s, inside);
  }
  FN Gathered gather(IN(Kernel) kernel) {
    if constexpr (tuned)
      if (side_by_side(v, kernel))
        return gather_rows(v, kernel, [&](real4 middle, real4 mixed, real4 near, real4 squares) {
          return gathered(middle, mixed, near, squares);
        });
    return gather_taps(kernel);
  }
  FN real4 see(IN(Kernel) kernel, real4 low, real4 high) {
    if constexpr (tuned)
      if (side_by_side(v, kernel)) return see_rows(v, kernel, low, high);
    return see_taps(kernel, low, high);
  }
#endif

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
