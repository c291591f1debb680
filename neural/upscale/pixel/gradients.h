#pragma once
// Gradients of the passes of the one source, each run over the same grid, in the reverse
// order. Motion, depth and the frame's own colours are inputs and get none. Several of these scatter into
// neighbours, so a CPU runs each over its grid in one fixed order (one thread a picture), which keeps sums
// reproducible; a GPU adds atomically.
//
// Before the first one, g_controls, g_past and g_past_state hold zeros or the values to add to.

#include "neural/upscale/pixel/upscale.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

/// Runs over the output: from g_out_linear and g_kept to g_controls, g_warped, g_warped_count and
/// g_history_at_sample.
template <typename T>
NEURASTER_HD void reconstruct_backward(const StepView<T>& v, int x, int y) {
  FastUpscale<T> pass{v};
  const int i = pass.index(v.output, x, y);
  const auto place = pass.place_of(x, y);
  const auto kernel = pass.kernel_at(place, false);
  const auto r = pass.reconstruction(kernel, i);
  const T* control = v.controls + control_channels * r.sample;
  const Vec4<T> g_next = Vec4<T>::load(v.g_kept + 4 * i);
  const Vec4<T> g = from_working_backward(r.result, Vec4<T>::load(v.g_out_linear + 4 * i)) +
                    limited_backward(r.result, g_next);

  // The clamp to the contributing range, an end of which may be the history's; then the residual and the
  // blend.
  const Vec4<T> outside = side_of(r.blended, r.low, r.high), g_outside = g * outside * outside;
  const Vec4<T> g_blended = g - g_outside, g_fresh = g_blended * r.alpha,
                g_history_at_sample = g_fresh * -r.innovated;
  const Vec4<T> g_rectified =
      g_outside * equal(r.result, r.rectified) + (g_blended - g_fresh * (1 - r.innovated));
  const T g_innovated = -dot(g_fresh, r.history_at_sample - r.rectified);
  const T g_residual = g_blended[0] * r.samples.deviation[0] * r.fading;
  const T g_alpha = dot(g_blended, r.samples.fresh - r.expected) +
                    g_blended[0] * r.samples.deviation[0] * r.controls.value[2] * r.still;
  const T total = kernel.confidence + r.count, counts = pass.sample_counts(r.count, r.still);
  const T g_counts = counts > 1 && counts < 1 + T(still_growth)
                         ? g_next[3] * kernel.confidence * T(still_growth / (growth_full - growth_start))
                         : T(0);
  const T g_kept = g_next[3] + g_counts - g_alpha * kernel.confidence / (total * total);
  const T g_confidence = g_next[3] * counts + g_alpha * r.count / (total * total);
  const bool limited = !(r.wanted_count < r.controls.value[1] + r.still * T(core::network_still_memory));
  const T present = r.wanted_count / (r.wanted_count + T(innovation_count));
  const T part = (1 - present) / (r.wanted_count + T(innovation_count));

  // Rectification and sharpening of the history.
  const Vec4<T> beyond_box = side_of(r.sharp, r.min_history, r.max_history);
  const Vec4<T> g_box = g_rectified * beyond_box, g_sharp = g_rectified - g_box * beyond_box;

  // The samples, with the history clamped there; a kernel weight's gradient is what more of its sample would
  // change.
  const T at_mean = dot(g_fresh, r.samples.fresh) + dot(g_history_at_sample, r.history_at_sample);
  T of_weight[9];
  Vec4<T> at_box = g_box;
  for (int k = 0; k < 9; ++k) {
    const int sample = 4 * pass.tap_sample(kernel, k);
    const T weight = pass.tap_weight(kernel, k);
    const Vec4<T> history_at_sample = Vec4<T>::load(v.history_at_sample + sample);
    const Vec4<T> beyond = side_of(history_at_sample, r.min_history, r.max_history);
    const Vec4<T> g_clamped = g_history_at_sample * weight, g_limit = g_clamped * beyond;
    at_box = at_box + g_limit;
    (g_clamped - g_limit * beyond).add_to(v.g_history_at_sample + sample);
    const Vec4<T> toward = g_fresh * Vec4<T>::load(v.sample + sample) +
                           g_history_at_sample * least(most(history_at_sample, r.min_history), r.max_history);
    of_weight[k] = ((toward[0] + toward[1]) + toward[2] - at_mean) * weight;
  }
  const T g_gamma = dot(at_box, r.samples.deviation);
  const T g_reach = at_box[0] + at_box[1] + at_box[2];
  const T g_held = g_reach * T(held_reach) * (1 - r.still);
  const T g_rested = g_reach * T(rested_reach) * r.still;
  const T beyond_start = r.wanted_count - T(rested_start);
  const T g_wanted = (limited ? T(0) : g_kept) + g_innovated * control[innovation] * part +
                     (beyond_start > 0 ? g_rested * (1 - r.changed) : T(0));
  v.g_warped_count[i] = g_wanted * (1 - T(change_loss) * r.still * r.changed) +
                        (r.gathered < T(held_samples) ? g_held * (1 - r.changed) : T(0));
  add_at(v.g_history_at_sample + 4 * r.sample + 3,  // the lane for the gradient of `changed`
         -(g_wanted * r.gathered * T(change_loss) * r.still + g_held * least(r.gathered, T(held_samples)) +
           g_rested * most(beyond_start, T(0))));
  Vec4<T>::make(g_sharp[0], g_sharp[1], g_sharp[2], g_sharp[0] * r.controls.value[3])
      .store(v.g_warped + 4 * i);
  const Vec4<T> g_smooth =
      Vec4<T>::make(g_gamma, limited ? g_kept : T(0), g_residual, g_sharp[0] * r.warped[3]);
  for (int n = 0; n < 4; ++n)
    (g_smooth * r.controls.weight[n]).add_to(v.g_controls + control_channels * r.controls.sample[n] + gamma);

  // The kernel's shape.
  T g0 = 0, g1 = 0, g2 = 0;
  const T l0 = control[kernel_l0], l1 = control[kernel_l1], l2 = control[kernel_l2];
  for (int k = 0; k < 9; ++k) {
    const T dx = kernel.dx[tap_lanes + k], dy = kernel.dy[tap_lanes + k],
            a = of_weight[k] * (l0 * dx + l1 * dy);
    g0 += a * dx;
    g1 += a * dy;
    g2 += of_weight[k] * l2 * dy * dy;
  }
  const T middle_x = kernel.dx[middle_lane], middle_y = kernel.dy[middle_lane];
  const T of_confidence = g_confidence * kernel.confidence * T(narrowing);
  g0 += of_confidence * (l0 * middle_x + l1 * middle_y) * middle_x;
  g1 += of_confidence * (l0 * middle_x + l1 * middle_y) * middle_y;
  g2 += of_confidence * l2 * middle_y * middle_y;
  T* g_control = v.g_controls + control_channels * r.sample;
  static_assert(kernel_l0 == 0 && kernel_l2 == 2 && logits == 3 && innovation == logits + 4);
  Vec4<T>::make(-g0, -g1, -g2, of_weight[0]).add_to(g_control);
  Vec4<T>::make(of_weight[1], of_weight[2], of_weight[3], g_innovated * present).add_to(g_control + 4);
  Vec4<T>::make(of_weight[5], of_weight[6], of_weight[7], of_weight[8]).add_to(g_control + 8);
}

/// Runs over the render size: from the gradient of Change::changed, in the last lane of g_history_at_sample,
/// to that of the history, in the first lanes around it, and to that of the instability, in g_state.
template <typename T>
NEURASTER_HD void change_backward(const StepView<T>& v, int x, int y) {
  FastUpscale<T> pass{v};
  const T g_changed = v.g_history_at_sample[4 * pass.index(v.render, x, y) + 3];
  const auto near = pass.differences_at(x, y);
  const auto change = pass.change_in(near);
  if (g_changed == 0 || change.changed <= 0 || change.changed >= 1) return;
  const T g_quotient = g_changed * T(core::network_change_slope) / change.limit;
  const T g_mean = change.mean < 0 ? -g_quotient : g_quotient;
  const T g_limit = -g_quotient * std::abs(change.mean) / change.limit, still = pass.rest_at(near.at[4]);
  const T g_deviation = g_limit * pass.deviations_of_change(still, pass.kept_instability(near.at[4]));
  add_at(v.g_state + state_channels * near.at[4] + state_channels - 1,
         g_limit * change.deviation * still * T(core::network_instability_deviations));
  const T of_one = g_deviation / change.deviation;
  for (int k = 0; k < 9; ++k)
    add_at(v.g_history_at_sample + 4 * near.at[k],
           -T(1.0 / 9) * (g_mean + of_one * (near.value[k] - change.mean)));
}

/// Runs over the render size: from g_controls, g_state and the gradient of Change::changed to g_head and
/// g_history_at_sample.
template <typename T>
NEURASTER_HD void controls_backward(const StepView<T>& v, int x, int y) {
  change_backward(v, x, y);
  FastUpscale<T> pass{v};
  const int i = pass.index(v.render, x, y);
  const T* h = v.head + pass.blocked(0, x, y);
  const T* c = v.controls + control_channels * i;
  const T* g = v.g_controls + control_channels * i;
  T* out = v.g_head + pass.blocked(0, x, y);
  out[kernel_l0] = g[kernel_l0] * c[kernel_l0] * bounded_slope(h[kernel_l0], T(1.5));
  out[kernel_l1] = g[kernel_l1] / T(core::sample_sigma) * bounded_slope(h[kernel_l1], T(1.5));
  out[kernel_l2] = g[kernel_l2] * c[kernel_l2] * bounded_slope(h[kernel_l2], T(1.5));
  for (int k = logits; k < gamma; ++k) out[k] = g[k] * bounded_slope(h[k], T(6));
  out[innovation] = g[innovation] * c[innovation] * (1 - c[innovation]);
  out[gamma] = g[gamma] * c[gamma] * bounded_slope(h[gamma], T(2));
  out[memory] = c[memory] < T(core::network_most_memory)
                    ? g[memory] * c[memory] * bounded_slope(h[memory], T(3))
                    : T(0);
  out[residual] = g[residual] * T(core::network_residual) * bounded_slope(h[residual], T(1));
  out[sharpening] = g[sharpening] * bounded_slope(h[sharpening], T(1));
  const T* learned = v.head + pass.blocked(1, x, y);
  T* g_learned = v.g_head + pass.blocked(1, x, y);
  for (int k = 0; k < block_channels; ++k)
    g_learned[k] =
        k < state_channels - 1 ? v.g_state[state_channels * i + k] * bounded_slope(learned[k], T(1)) : T(0);
}

/// Runs over the render size: from g_features, g_history_at_sample and g_state to g_warped, g_warped_count
/// and g_past_state.
template <typename T>
NEURASTER_HD void features_backward(const StepView<T>& v, int x, int y) {
  FastUpscale<T> pass{v};
  const int i = pass.index(v.render, x, y);
  const Vec4<T> sample = Vec4<T>::load(v.sample + 4 * i), mean = Vec4<T>::load(v.mean + 4 * i);
  const Vec4<T> deviation = Vec4<T>::load(v.deviation + 4 * i), flow = Vec4<T>::load(v.flow + 4 * i);
  const T spread = deviation[0] + T(deviation_floor);
  const auto past = pass.history_under(x, y, sample, mean, spread);
  const T* g0 = v.g_features + pass.blocked(0, x, y);
  const T* g1 = v.g_features + pass.blocked(1, x, y);

  const T g_next = v.g_state[state_channels * i + state_channels - 1];
  const T sign = past.normalised_point < 0 ? T(-1) : T(1);
  const T g_point_y = g0[13] * bounded_slope(past.normalised_point, T(2)) +
                      T(1 - instability_memory) * g_next * sign * bounded_slope(past.normalised_point, T(1));
  const T g_area_y = g0[12] * bounded_slope(past.normalised_area, T(2));
  const Vec4<T> g_area = Vec4<T>::make(g0[3] + g_area_y / spread, g0[4], g0[5], 0);
  const T* g_history = v.g_history_at_sample + 4 * i;
  const Vec4<T> g_point =
      Vec4<T>::make(g0[6] + g_point_y / spread + g_history[0], g0[7] + g_history[1], g0[8] + g_history[2], 0);
  const T g_count = g1[2] * 8 / ((8 + past.count) * (8 + past.count));

  const auto bx = pass.box(x, v.ratio[0], v.output.width), by = pass.box(y, v.ratio[1], v.output.height);
  for (int r = 0; r < by.taps; ++r)
    for (int c = 0; c < bx.taps; ++c) {
      const int k = pass.index(v.output, bx.first + c, by.first + r);
      const T weight = pass.box_weight(bx, c) * pass.box_weight(by, r);
      (g_area * weight).add_to(v.g_warped + 4 * k);
      add_at(v.g_warped_count + k, g_count * weight);
    }
  const auto ax = pass.linear((static_cast<T>(x) + T(0.5) + v.jitter[0]) * v.ratio[0], v.output.width),
             ay = pass.linear((static_cast<T>(y) + T(0.5) + v.jitter[1]) * v.ratio[1], v.output.height);
  for (int n = 0; n < 4; ++n)
    (g_point * pass.corner_weight(ax, ay, n)).add_to(v.g_warped + 4 * pass.corner_index(v.output, ax, ay, n));
  const auto taps = pass.state_taps(x, y, flow, pass.trust(i));
  if (!taps.valid) return;
  for (int c = 0; c < state_channels; ++c) {
    const T g = g1[8 + c] + (c == state_channels - 1 ? T(instability_memory) * g_next : T(0));
    for (int n = 0; n < 4; ++n)
      add_at(v.g_past_state + state_channels * taps.pixel[n] + c, taps.weight[n] * g);
  }
}

/// Returns the gradient with respect to a working colour c that is scaled by exposed_again(), from the
/// gradient with respect to that scale k; w = 0.
template <typename T>
NEURASTER_HD Vec4<T> exposed_again_backward(Vec4<T> c, T ratio, T k, T g_k) {
  const T top = brightest_channel(c);
  if (top <= 0 || top >= 1) return Vec4<T>::all(0);
  const T g_top = -g_k * k * k * (ratio - 1) / ratio;
  const bool green = c[0] + c[2] >= c[0] - c[2] + std::abs(c[1]);
  return Vec4<T>::make(g_top, green ? T(0) : (c[1] < 0 ? -g_top : g_top), green ? g_top : -g_top, 0);
}

/// Runs over the output: from g_warped and g_warped_count to g_past.
template <typename T>
NEURASTER_HD void warp_backward(const StepView<T>& v, int x, int y) {
  FastUpscale<T> pass{v};
  const int i = pass.index(v.output, x, y);
  const auto place = pass.place_of(x, y);
  const auto where = pass.past_place(place, x, y, false);
  if (!where.there) return;
  const Vec4<T> g = Vec4<T>::load(v.g_warped + 4 * i);
  const auto taps = pass.history_taps(where.x, where.y);
  const auto past = pass.filtered_history(taps);
  const T k = exposed_again(past.sharp, v.exposure_ratio);
  const T g_k = g[0] * past.sharp[0] + g[1] * past.sharp[1] + g[2] * past.sharp[2] +
                g[3] * (past.sharp[0] - past.bilinear[0]);
  const Vec4<T> g_color = Vec4<T>::make(g[0] + g[3], g[1], g[2], 0) * k +
                          exposed_again_backward(past.sharp, v.exposure_ratio, k, g_k);
  const T g_count = v.g_warped_count[i] * pass.trust(pass.index(v.render, place.sx, place.sy));
  const Vec4<T> g_smooth = Vec4<T>::make(-g[3] * k, 0, 0, g_count);
  NEURASTER_UNROLL
  for (int r = 0; r < 6; ++r) {
    NEURASTER_UNROLL
    for (int c = 0; c < 6; ++c) {
      if (c < pass.taps_outside(r) || c >= 6 - pass.taps_outside(r)) continue;
      Vec4<T> g_texel = g_color * (taps.weights[c] * taps.weights[8 + r] * taps.scale);
      if (pass.tap_is_bilinear(r) && pass.tap_is_bilinear(c))
        g_texel = g_texel + g_smooth * (pass.bilinear_weight(taps.tx, c) * pass.bilinear_weight(taps.ty, r));
      g_texel.add_to(v.g_past + 4 * pass.tap_index(taps, r, c));
    }
  }
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
