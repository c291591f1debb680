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
  // Loads and stores: i counts what the buffer's type names, fours or pairs or single values.
  FN static real4 load_half4(const f16* p, int i) {
    return compute::pixel::load4<T>(p, i);
  }
  FN static void store_half4(f16* p, int i, real4 x) {
    compute::pixel::store4(p, i, x);
  }
  FN static real2 load_half2(const f16* p, int i) {
    return compute::pixel::load2<T>(p + 2 * i);
  }
  FN static real4 load4(const S* p, int i) {
    return compute::pixel::load4<T>(p, i);
  }
  FN static void store4(S* p, int i, real4 x) {
    compute::pixel::store4(p, i, x);
  }
  FN static stored4 load_stored(const S* p, int i) {
    return compute::pixel::load_stored(p, i);
  }
  FN static real load_lane(const S* p, int i, int lane) {
    return compute::pixel::load1<T>(p + 4 * i + lane);
  }
  FN static void store_lane(S* p, int i, int lane, real x) {
    compute::pixel::store1(p + 4 * i + lane, x);
  }
  FN static real2 load2(const S* p, int i) {
    return compute::pixel::load2<T>(p + 2 * i);
  }
  FN static void store2(S* p, int i, real2 x) {
    compute::pixel::store2(p + 2 * i, x);
  }
  FN static real load_stored1(const S* p, int i) {
    return compute::pixel::load1<T>(p + i);
  }
  FN static void store_stored1(S* p, int i, real x) {
    compute::pixel::store1(p + i, x);
  }
  template <typename P>
  FN static real load1(const P* p, int i) {
    return static_cast<T>(p[i]);
  }
  FN static void store1(T* p, int i, real x) {
    p[i] = x;
  }
  FN static real load_byte(const std::uint8_t* p, int i) {
    return static_cast<T>(p[i]);
  }
  FN static void count_at(std::uint32_t* p, int i, int n) {
    add_at(p + i, static_cast<std::uint32_t>(n));
  }
  FN static stored4 stored_splat(real a) {
    return stored4::all(a);
  }
  FN static stored4 narrowed(real4 a) {
    return compute::pixel::narrowed<S>(a);
  }
  FN static int index(Size size, int x, int y) {
    return y * size.width + x;
  }

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
