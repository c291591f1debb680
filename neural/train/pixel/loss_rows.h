#pragma once
// The loss of a window in blocks of pixels, a channel a row, so that every step is a loop that vectorises:
// what a processor does. One pixel, what a GPU's thread does, is in loss.h.

#include <algorithm>
#include <array>

#include "compute/passes.h"
#include "neural/train/pixel/loss.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

inline constexpr std::size_t loss_lanes = loss_block;
template <typename T>
using LossBlock = T[3][loss_lanes];

/// Three channels of `count` pixels of `stride` values each; the rest is 0.
template <typename T>
NEURASTER_HD void load_block(const T* values, std::size_t stride, std::size_t count, LossBlock<T>& block) {
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < count; ++i) block[c][i] = values[stride * i + c];
    for (std::size_t i = count; i < loss_lanes; ++i) block[c][i] = 0;
  }
}

/// The error of an output [pixels][4] against the truth, display-encoded: [pixels][3].
template <typename T>
NEURASTER_HD void error_rows(const T* output, const f16* truth, std::int64_t pixels, T* error) {
  const auto all = static_cast<std::size_t>(pixels);
  for (std::size_t first = 0; first < all; first += loss_lanes) {
    const std::size_t count = std::min(loss_lanes, all - first);
    LossBlock<T> shown, target = {};
    load_block(output + 4 * first, 4, count, shown);
    for (std::size_t i = 0; i < count; ++i) {
      const Vec4<T> rgb = load_half4<T>(truth + 4 * (first + i));
      for (int c = 0; c < 3; ++c) target[c][i] = rgb[c];
    }
    const DisplayEncoding<T, loss_lanes> a(shown), b(target);
    for (std::size_t i = 0; i < count; ++i)
      for (int c = 0; c < 3; ++c)
        error[3 * (first + i) + static_cast<std::size_t>(c)] = a.result(c, i) - b.result(c, i);
  }
}

/// Gradients of a block of frame `frame` from the errors of it and its neighbours in time; returns its share
/// of the loss, to be divided by the number of all values.
template <typename T>
NEURASTER_HD double gradient_block(const LossView<T>& v, int frame, std::size_t first, std::size_t count) {
  const T* previous = frame > 0 ? v.errors[frame - 1] : v.previous_error;
  const T* next = frame + 1 < v.frames ? v.errors[frame + 1] : nullptr;
  const T soft = v.softness, scale = T(1) / static_cast<T>(3 * v.pixels * v.frames);
  LossBlock<T> error, before, after, rgb, g, g_rgb;
  load_block(v.errors[frame] + 3 * first, 3, count, error);
  // Without a neighbour there is no change: the error itself stands for it.
  load_block((previous ? previous : v.errors[frame]) + 3 * first, 3, count, before);
  load_block((next ? next : v.errors[frame]) + 3 * first, 3, count, after);
  load_block(v.outputs[frame] + 4 * first, 4, count, rgb);
  T sum = 0;
  for (int c = 0; c < 3; ++c) {
    T root[loss_lanes], change[loss_lanes], coming[loss_lanes];
    for (std::size_t i = 0; i < loss_lanes; ++i) {
      const T e = error[c][i], d = e - before[c][i], to = after[c][i] - e;
      root[i] = e * e + soft * soft, change[i] = d * d + soft * soft, coming[i] = to * to + soft * soft;
    }
    for (std::size_t i = 0; i < loss_lanes; ++i) root[i] = std::sqrt(root[i]);
    for (std::size_t i = 0; i < loss_lanes; ++i) change[i] = std::sqrt(change[i]);
    for (std::size_t i = 0; i < loss_lanes; ++i) coming[i] = std::sqrt(coming[i]);
    for (std::size_t i = 0; i < loss_lanes; ++i) sum += root[i] - soft + v.temporal * (change[i] - soft);
    for (std::size_t i = 0; i < loss_lanes; ++i) {
      const T e = error[c][i], d = e - before[c][i], to = after[c][i] - e;
      g[c][i] = scale * (e / root[i] + v.temporal * (d / change[i] - to / coming[i]));
    }
  }
  encode_backward(rgb, g, g_rgb);
  for (std::size_t i = 0; i < count; ++i)
    Vec4<T>::make(g_rgb[0][i], g_rgb[1][i], g_rgb[2][i], 0).store(v.gradients[frame] + 4 * (first + i));
  return static_cast<double>(sum);
}

// The family's passes as host loops. A row is a frame of the window.

template <typename T>
int loss_rows(const void* view) {
  return static_cast<const LossView<T>*>(view)->frames;
}
template <typename T>
void error_row(const void* view, int frame) {
  const auto& v = *static_cast<const LossView<T>*>(view);
  error_rows(v.outputs[frame], v.truths[frame], v.pixels, v.errors[frame]);
}
template <typename T>
void gradient_row(const void* view, int frame) {
  const auto& v = *static_cast<const LossView<T>*>(view);
  const auto all = static_cast<std::size_t>(v.pixels);
  double* share = v.shares + frame * v.blocks();
  for (std::size_t first = 0; first < all; first += loss_lanes)
    *share++ = gradient_block(v, frame, first, std::min(loss_lanes, all - first));
}
template <typename T>
void plain_error_row(const void* view, int frame) {
  const auto& v = *static_cast<const LossView<T>*>(view);
  for (std::int64_t i = 0; i < v.pixels; ++i) loss_error(v, frame, i);
}
template <typename T>
void plain_gradient_row(const void* view, int frame) {
  const auto& v = *static_cast<const LossView<T>*>(view);
  double* shares = v.shares + frame * v.blocks();
  std::fill_n(shares, v.blocks(), 0.0);
  for (std::int64_t i = 0; i < v.pixels; ++i)
    shares[i / loss_block] += static_cast<double>(loss_gradient(v, frame, i));
}

template <typename T>
inline constexpr std::array<compute::HostPass, 2> loss_by_rows = {
    compute::HostPass{"error", loss_rows<T>, error_row<T>, nullptr},
    compute::HostPass{"gradient", loss_rows<T>, gradient_row<T>, nullptr}};
template <typename T>
inline constexpr std::array<compute::HostPass, 2> loss_by_pixels = {
    compute::HostPass{"error", loss_rows<T>, plain_error_row<T>, nullptr},
    compute::HostPass{"gradient", loss_rows<T>, plain_gradient_row<T>, nullptr}};

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
