#pragma once
// The passes on both sides of the network: one makes its input, one interprets its output.

#include "neural/upscale/pixel/passes.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

/// Returns the distance of a history position to the nearest texel centre, from 0 to 1.
template <typename T>
NEURASTER_HD T off_centre(T motion, T ratio) {
  const T p = motion * ratio;
  return 2 * std::abs(p - static_cast<T>(floor_int(p + T(0.5))));
}

/// Computes the network's input at a pixel, in two blocks of 16, and the running instability.
template <typename T, typename S>
NEURASTER_HD void feature_values(const StepView<T, S>& v, int x, int y, T* low, T* high) {
  const int i = index<T>(v.render, x, y);
  const Vec4<T> sample = load4<T>(v.sample, i), mean = load4<T>(v.mean, i);
  const Vec4<T> deviation = load4<T>(v.deviation, i), flow = load4<T>(v.flow, i);
  const T spread = deviation[0] + T(deviation_floor);
  const HistoryUnderPixel<T> past(v, x, y, sample, mean, spread);

  T* f = low;
  store4(v.history_at_sample, i, past.point);
  const T length = std::sqrt(flow[0] * flow[0] + flow[1] * flow[1]);
  for (int c = 0; c < 3; ++c) {
    f[c] = sample[c];
    f[3 + c] = past.area[c];
    f[6 + c] = past.point[c];
  }
  f[9] = 4 * deviation[0];
  f[10] = 4 * most(deviation[1], deviation[2]);
  f[11] = deviation[3];
  f[12] = bounded(past.normalised_area, T(2));
  f[13] = bounded(past.normalised_point, T(2));
  f[14] = mean[3];
  f[15] = bounded(length, T(8)) / 8;

  f = high;
  f[0] = off_centre(flow[0], ratio_x(v));
  f[1] = off_centre(flow[1], ratio_y(v));
  f[2] = quotient(past.count, 8 + past.count);
  f[3] = sample[3];
  f[4] = v.jitter[0];
  f[5] = v.jitter[1];
  f[6] = ratio_x(v) - 2;
  f[7] = mean[0];
  const StateTaps<T> taps(v, x, y, flow);
  using Four = Stored<T, S>;
  Four lower_sum = Four::all(T(0)), upper_sum = lower_sum;  // of the 8 values of state
  if (taps.valid) {
    NEURASTER_UNROLL
    for (int n = 0; n < 4; ++n) {
      const Four weight = Four::all(taps.weight[n]);
      lower_sum = product_and_sum(load_stored(v.past_state, 2 * taps.pixel[n]), weight, lower_sum);
      upper_sum = product_and_sum(load_stored(v.past_state, 2 * taps.pixel[n] + 1), weight, upper_sum);
    }
  }
  const Vec4<T> lower = widened(lower_sum), upper = widened(upper_sum);
  for (int c = 0; c < 4; ++c) {
    f[8 + c] = lower[c];
    f[12 + c] = upper[c];
  }
  const T surprise = std::abs(bounded(past.normalised_point, T(1)));
  store1(v.flow + 4 * i + 3,
         T(instability_memory) * f[8 + state_channels - 1] + T(1 - instability_memory) * surprise);
}

/// Pass::features at render pixel (x, y): writes the features as floats or as bf16.
template <typename T, typename S>
NEURASTER_HD void features(const StepView<T, S>& v, int x, int y) {
  if (!v.features_bf16)
    return feature_values(v, x, y, v.features + blocked(v, 0, x, y), v.features + blocked(v, 1, x, y));
  T values[2][block_channels];
  feature_values(v, x, y, values[0], values[1]);
  for (int block = 0; block < 2; ++block) {
    std::uint16_t* to = v.features_bf16 + blocked(v, block, x, y);
    for (int c = 0; c < block_channels; ++c) to[c] = to_bf16(static_cast<float>(values[block][c]));
  }
}

/// How far each control may go from TAAU: the limits of `bounded`, and the value that 0 stands for.
template <typename T, typename S>
NEURASTER_HD void controls_from(const StepView<T, S>& v, int x, int y, const T* h, const T* learned) {
  const int i = index<T>(v.render, x, y);
  T c[control_channels];
  c[kernel_l0] = exponential(bounded(h[kernel_l0], T(1.5))) / T(core::sample_sigma);
  c[kernel_l1] = bounded(h[kernel_l1], T(1.5)) / T(core::sample_sigma);
  c[kernel_l2] = exponential(bounded(h[kernel_l2], T(1.5))) / T(core::sample_sigma);
  for (int k = logits; k < gamma; ++k) c[k] = bounded(h[k], T(6));
  c[innovation] = quotient(T(1), 1 + exponential(-T(core::network_innovation_logit) - h[innovation]));
  c[gamma] = T(core::network_clip_gamma) * exponential(bounded(h[gamma], T(2)));
  c[memory] = T(core::network_memory) * exponential(bounded(h[memory], T(3)));
  c[residual] = bounded(h[residual], T(1));
  c[sharpening] = bounded(h[sharpening], T(1));
  for (int k = 0; k < control_channels; k += 4)
    store4(v.controls + control_channels * i + k, Vec4<T>::make(c[k], c[k + 1], c[k + 2], c[k + 3]));
  static_assert(state_channels == 8);
  T s[state_channels];
  for (int k = 0; k < state_channels - 1; ++k) s[k] = bounded(learned[k], T(1));
  s[state_channels - 1] = load1<T>(v.flow + 4 * i + 3);
  store4(v.state, 2 * i, Vec4<T>::make(s[0], s[1], s[2], s[3]));
  store4(v.state, 2 * i + 1, Vec4<T>::make(s[4], s[5], s[6], s[7]));
}

/// Pass::controls at render pixel (x, y): writes the controls and the next latent state.
template <typename T, typename S>
NEURASTER_HD void controls(const StepView<T, S>& v, int x, int y) {
  controls_from(v, x, y, v.head + blocked(v, 0, x, y), v.head + blocked(v, 1, x, y));
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
