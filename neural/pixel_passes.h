#pragma once
// The passes around the network, forward: one function a pixel. A CPU loop and a CUDA kernel call the same
// code. Their gradients are in pixel_gradients.h.

#include "neural/pixel_ops.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

// TAAU, where the untrained network starts, and how far it may go from there.
inline constexpr float kernel_sigma = 0.55f;     ///< Gaussian of a sample's distance, output pixels
inline constexpr float confidence_sigma = 0.7f;  ///< how fast a distant sample loses its say, output pixels
inline constexpr float box_slope =
    2.0f;  ///< of the samples that make the history box: exp(-(slope * render pixels)^2 / 2)
inline constexpr float start_gamma = 1.25f;       ///< history box: mean +- gamma * deviation
inline constexpr float start_memory = 1.5f;       ///< samples that history may stand for
inline constexpr float innovation_count = 0.25f;  ///< samples at which the history's error counts half
inline constexpr float start_innovation = 1.0f;   ///< of a logistic function
inline constexpr float dilation_threshold = 0.05f;
inline constexpr float disocclusion_start = 0.03f, disocclusion_full = 0.10f;
inline constexpr float deviation_floor = 0.01f;  ///< of a normalised difference
inline constexpr float instability_memory = 0.85f;
// Where nothing moves at all, history may gather for long and is trusted the more, the more it has gathered:
// a still picture has to come to rest.
inline constexpr float still_memory = 400.0f;  ///< samples, added to the memory
inline constexpr float still_growth = 3.0f;    ///< a sample counts that many more

/// Where each control lies. The kernel is exp(-|L d|^2 / 2 + logit), L = [[l0, l1], [0, l2]].
/// Only differences of logits count, so the place of the middle one holds something else: how much of the
/// correction is what history got wrong at the samples, the rest being what it differs from them here.
enum Control {
  kernel_l0 = 0,
  kernel_l1,
  kernel_l2,
  logits,
  innovation = logits + 4,
  gamma = 12,
  memory,
  residual,
  sharpening
};

template <typename T>
NEURASTER_HD int index(Size size, int x, int y) {
  return y * size.width + x;
}
template <typename T>
NEURASTER_HD T ratio_x(const StepView<T>& v) {
  return v.ratio[0];
}
template <typename T>
NEURASTER_HD T ratio_y(const StepView<T>& v) {
  return v.ratio[1];
}
/// Offset of channel block `block` of pixel (x, y) in a blocked tensor at padded size.
template <typename T>
NEURASTER_HD std::int64_t blocked(const StepView<T>& v, int block, int x, int y) {
  return ((static_cast<std::int64_t>(block) * v.padded.height + y) * v.padded.width + x) * block_channels;
}

template <typename T>
NEURASTER_HD T finite_or(T x, T low, T high, int& bad) {
  if (x >= low && x <= high) return x;
  ++bad;
  return x > high ? high : low;  // NaN compares false: it becomes `low`
}

template <typename T>
NEURASTER_HD void clean(const StepView<T>& v, int x, int y) {
  const int i = index<T>(v.render, x, y);
  int bad = 0;
  const Vec4<T> in = load_half4<T>(v.color + 4 * std::int64_t{i});
  T rgb[3];
  for (int c = 0; c < 3; ++c) rgb[c] = finite_or(in[c], T(0), T(brightest), bad);
  const T reactive = static_cast<T>(v.reactive[i]) / 255;
  to_working(Vec4<T>::make(rgb[0], rgb[1], rgb[2], reactive)).store(v.sample + 4 * std::int64_t{i});
  v.clean_depth[i] = finite_or(static_cast<T>(v.depth[i]), T(0), T(1), bad);
  for (int c = 0; c < 2; ++c) {
    const T m = static_cast<T>(from_half(v.motion[2 * std::int64_t{i} + c]));
    // A motion that is not a number says nothing: none is the safest guess.
    v.raw_motion[2 * std::int64_t{i} + c] = m == m ? finite_or(m, T(-16384), T(16384), bad) : (++bad, T(0));
  }
  if (bad) add_at(v.bad_in_row + y, static_cast<std::uint32_t>(bad));
}

/// Second difference of reversed depth relative to the neighbourhood's maximum: reversed depth is affine on
/// planes, so this is 0 on a slope however steep and large at an edge. Also the nearest of the 3x3.
template <typename T>
NEURASTER_HD T depth_edge(const StepView<T>& v, int x, int y, int& nearest) {
  T d[9], top = -1;
  for (int k = 0; k < 9; ++k) {
    const int i = index<T>(v.render, clamped(x + k % 3 - 1, 0, v.render.width - 1),
                           clamped(y + k / 3 - 1, 0, v.render.height - 1));
    d[k] = v.clean_depth[i];
    if (d[k] > top) top = d[k], nearest = i;
  }
  if (top <= 0) return 0;
  T second = 0;
  for (int k = 0; k < 4; ++k) second = most(second, std::abs(d[k] + d[8 - k] - 2 * d[4]));
  return least(second / top, T(1));
}

/// How sure it is that the surface was hidden one frame ago: the depth it would have had against what was
/// there. The farthest of the four texels decides, so that an edge's own blur does not count.
template <typename T>
NEURASTER_HD T disoccluded(const StepView<T>& v, int x, int y, T motion_x, T motion_y, T depth) {
  if (v.reset) return 1;
  const T px = static_cast<T>(x) + T(0.5) + v.jitter[0], py = static_cast<T>(y) + T(0.5) + v.jitter[1];
  const T qx = (px + motion_x) * static_cast<T>(v.past_render.width) / static_cast<T>(v.render.width);
  const T qy = (py + motion_y) * static_cast<T>(v.past_render.height) / static_cast<T>(v.render.height);
  if (!(qx >= 0 && qy >= 0 && qx <= static_cast<T>(v.past_render.width) &&
        qy <= static_cast<T>(v.past_render.height)))
    return 1;
  const T nx = (static_cast<T>(v.window[0]) + px) / static_cast<T>(v.window[2]) * 2 - 1;
  const T ny = (static_cast<T>(v.window[1]) + py) / static_cast<T>(v.window[3]) * 2 - 1;
  const T* m = v.clip_to_past_clip;
  const T z = m[2] * nx + m[6] * ny + m[10] * depth + m[14],
          w = m[3] * nx + m[7] * ny + m[11] * depth + m[15];
  const T expected = w > T(1e-6) ? most(z / w, T(0)) : T(1);
  const Linear<T> ax(qx - v.past_jitter[0], v.past_render.width),
      ay(qy - v.past_jitter[1], v.past_render.height);
  const T* past = v.past_depth;
  const T far = least(least(past[index<T>(v.past_render, ax.lower, ay.lower)],
                            past[index<T>(v.past_render, ax.upper, ay.lower)]),
                      least(past[index<T>(v.past_render, ax.lower, ay.upper)],
                            past[index<T>(v.past_render, ax.upper, ay.upper)]));
  const T tiny = T(1e-6);
  const T excess = (far + tiny) / (expected + tiny) - 1;
  return clamped((excess - T(disocclusion_start)) / T(disocclusion_full - disocclusion_start), T(0), T(1));
}

template <typename T>
NEURASTER_HD void neighbourhood(const StepView<T>& v, int x, int y) {
  const int i = index<T>(v.render, x, y);
  Vec4<T> sum = Vec4<T>::all(0), squares = Vec4<T>::all(0);
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx) {
      const int k =
          index<T>(v.render, clamped(x + dx, 0, v.render.width - 1), clamped(y + dy, 0, v.render.height - 1));
      const Vec4<T> c = Vec4<T>::load(v.sample + 4 * std::int64_t{k});
      sum = sum + c;
      squares = squares + c * c;
    }
  const Vec4<T> mean = sum * T(1.0 / 9);
  const Vec4<T> variance = squares * T(1.0 / 9) - mean * mean;
  int nearest = i;
  const T edge = depth_edge(v, x, y, nearest);
  const bool dilate = edge > T(dilation_threshold);
  const int from = dilate ? nearest : i;
  const T mx = v.raw_motion[2 * std::int64_t{from}], my = v.raw_motion[2 * std::int64_t{from} + 1];
  const T hidden = disoccluded(v, x, y, mx, my, v.clean_depth[from]);
  Vec4<T>::make(mean[0], mean[1], mean[2], hidden).store(v.mean + 4 * std::int64_t{i});
  Vec4<T>::make(std::sqrt(most(variance[0], T(0))), std::sqrt(most(variance[1], T(0))),
                std::sqrt(most(variance[2], T(0))), edge)
      .store(v.deviation + 4 * std::int64_t{i});
  Vec4<T>::make(mx, my, dilate ? 1 : 0, 0).store(v.flow + 4 * std::int64_t{i});
}

/// The previous output's linear colour at this frame's exposure, cleaned.
template <typename T>
NEURASTER_HD Vec4<T> past_color(const StepView<T>& v, std::int64_t i) {
  const Vec4<T> in = v.past_half ? load_half4<T>(v.past_half + 4 * i) : Vec4<T>::load(v.past_linear + 4 * i);
  int bad = 0;
  return Vec4<T>::make(finite_or(in[0] * v.exposure_ratio, T(0), T(brightest), bad),
                       finite_or(in[1] * v.exposure_ratio, T(0), T(brightest), bad),
                       finite_or(in[2] * v.exposure_ratio, T(0), T(brightest), bad), T(0));
}

template <typename T>
NEURASTER_HD void history(const StepView<T>& v, int x, int y) {
  const std::int64_t i = index<T>(v.past_output, x, y);
  const Vec4<T> rgb = past_color(v, i);
  to_working(Vec4<T>::make(rgb[0], rgb[1], rgb[2], v.past_count[i])).store(v.past + 4 * i);
}

/// Where an output pixel lies among the jittered samples, and where its surface was.
template <typename T>
struct Place {
  T u, w;            ///< in render pixels
  int sx, sy;        ///< the nearest sample
  T past_x, past_y;  ///< in the previous output's pixels
  bool has_past;

  NEURASTER_HD Place(const StepView<T>& v, int x, int y) {
    u = (static_cast<T>(x) + T(0.5)) * v.inverse_ratio[0];
    w = (static_cast<T>(y) + T(0.5)) * v.inverse_ratio[1];
    sx = clamped(floor_int(u - v.jitter[0]), 0, v.render.width - 1);
    sy = clamped(floor_int(w - v.jitter[1]), 0, v.render.height - 1);
  }
  /// Dilated motion at a depth edge; elsewhere the surfaces' own, bilinear between the samples.
  NEURASTER_HD void find_past(const StepView<T>& v, int x, int y) {
    const Vec4<T> flow = Vec4<T>::load(v.flow + 4 * std::int64_t{index<T>(v.render, sx, sy)});
    T mx = flow[0], my = flow[1];
    if (flow[2] == 0) {
      const Linear<T> ax(u - v.jitter[0], v.render.width), ay(w - v.jitter[1], v.render.height);
      const T* m = v.raw_motion;
      const std::int64_t a = 2 * index<T>(v.render, ax.lower, ay.lower),
                         b = 2 * index<T>(v.render, ax.upper, ay.lower);
      const std::int64_t c = 2 * index<T>(v.render, ax.lower, ay.upper),
                         d = 2 * index<T>(v.render, ax.upper, ay.upper);
      const T wb = ax.weight * (1 - ay.weight), wd = ax.weight * ay.weight, wc = ay.weight - wd;
      const T wa = 1 - wb - wc - wd;
      mx = wa * m[a] + wb * m[b] + wc * m[c] + wd * m[d];
      my = wa * m[a + 1] + wb * m[b + 1] + wc * m[c + 1] + wd * m[d + 1];
    }
    past_x = (static_cast<T>(x) + T(0.5) + mx * ratio_x(v)) * v.past_ratio[0];
    past_y = (static_cast<T>(y) + T(0.5) + my * ratio_y(v)) * v.past_ratio[1];
    has_past = !v.reset && past_x >= 0 && past_y >= 0 && past_x <= static_cast<T>(v.past_output.width) &&
               past_y <= static_cast<T>(v.past_output.height);
  }
};

/// The texels of the history filter, and in their midst the 2x2 of a bilinear one. Of the 6x6 the corners are
/// left out, whose weights are the smallest: a diamond of 24.
template <typename T>
struct HistoryTaps {
  static constexpr int size = 6, lower = 2, upper = 3;
  Size picture;
  int x, y;  ///< of the texel at (lower, lower)
  T tx, ty;
  alignas(64) T weights[16];
  T scale;  ///< one over the sum of the diamond's weights
  NEURASTER_HD HistoryTaps(T px, T py, Size its_picture) : picture(its_picture) {
    x = floor_int(px - T(0.5)), y = floor_int(py - T(0.5));
    tx = px - T(0.5) - static_cast<T>(x);
    ty = py - T(0.5) - static_cast<T>(y);
    lanczos_weights(tx, ty, weights);
    const T core_x = wx(2) + wx(3), core_y = wy(2) + wy(3);
    scale = 1 / ((core_x + wx(1) + wx(4)) * (core_y + wy(1) + wy(4)) + (wx(0) + wx(5)) * core_y +
                 core_x * (wy(0) + wy(5)));
  }
  NEURASTER_HD T wx(int column) const { return weights[column]; }
  NEURASTER_HD T wy(int row) const { return weights[8 + row]; }
  NEURASTER_HD T bilinear_x(int column) const { return column == lower ? 1 - tx : tx; }
  NEURASTER_HD T bilinear_y(int row) const { return row == lower ? 1 - ty : ty; }
  /// Columns of a row that are left out on either side.
  NEURASTER_HD static constexpr int outside(int row) { return row < upper ? lower - row : row - upper; }
  NEURASTER_HD std::int64_t texel(int row, int column) const {
    return index<T>(picture, clamped(x - lower + column, 0, picture.width - 1),
                    clamped(y - lower + row, 0, picture.height - 1));
  }
  /// All of them lie in the picture.
  NEURASTER_HD bool inside() const {
    return x >= lower && y >= lower && x + upper < picture.width && y + upper < picture.height;
  }
};

/// History under the filter, and under a bilinear one.
template <typename T>
struct FilteredHistory {
  Vec4<T> sharp, smooth;
  NEURASTER_HD FilteredHistory(const T* past, const HistoryTaps<T>& taps) {
    using Taps = HistoryTaps<T>;
#if !defined(__CUDACC__)
    if (taps.inside()) {
      four_at_once(past, taps);
      return;
    }
#endif
    sharp = smooth = Vec4<T>::all(0);
    NEURASTER_UNROLL
    for (int r = 0; r < Taps::size; ++r) {
      Vec4<T> row = Vec4<T>::all(0), middle = row;
      NEURASTER_UNROLL
      for (int c = 0; c < Taps::size; ++c) {
        if (c < Taps::outside(r) || c >= Taps::size - Taps::outside(r)) continue;
        const Vec4<T> texel = Vec4<T>::load(past + 4 * taps.texel(r, c));
        row = row + texel * taps.wx(c);
        if (c == Taps::lower || c == Taps::upper) middle = middle + texel * taps.bilinear_x(c);
      }
      sharp = sharp + row * taps.wy(r);
      if (r == Taps::lower || r == Taps::upper) smooth = smooth + middle * taps.bilinear_y(r);
    }
    sharp = sharp * taps.scale;
  }

#if !defined(__CUDACC__)
 private:
  /// Of a row the four in the middle together.
  NEURASTER_HD void four_at_once(const T* past, const HistoryTaps<T>& taps) {
    using Four = typename Vec4<T>::Four;
    const std::int64_t row_step = 4 * std::int64_t{taps.picture.width};
    const T* first = past + 4 * taps.x - 8 + row_step * (taps.y - 2);
    const auto four = [&](int row) {
      Four texels;
      std::memcpy(&texels, first + row_step * row + 4, sizeof texels);
      return texels;
    };
    const auto ends = [&](int row) {
      return Vec4<T>::load(first + row_step * row) * taps.wx(0) +
             Vec4<T>::load(first + row_step * row + 20) * taps.wx(5);
    };
    const T* y = taps.weights + 8;
    Four w;
    std::memcpy(&w, taps.weights, sizeof w);
    const Four all = __builtin_shufflevector(w, w, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4);
    const Four core =
        __builtin_shufflevector(w, Four{}, 16, 16, 16, 16, 2, 2, 2, 2, 3, 3, 3, 3, 16, 16, 16, 16);
    const Four upper = four(2), lower = four(3);
    const Four sum = (four(1) * y[1] + upper * y[2] + lower * y[3] + four(4) * y[4]) * all +
                     (four(0) * y[0] + four(5) * y[5]) * core;
    const Four across = upper * (1 - taps.ty) + lower * taps.ty;
    Vec4<T> parts[4], mixed[4];
    std::memcpy(parts, &sum, sizeof sum);
    std::memcpy(mixed, &across, sizeof across);
    sharp =
        (((parts[0] + parts[1]) + (parts[2] + parts[3])) + (ends(2) * y[2] + ends(3) * y[3])) * taps.scale;
    smooth = mixed[1] * (1 - taps.tx) + mixed[2] * taps.tx;
  }
#endif
};

/// How much of the history's count survives where surfaces appear or cannot be followed.
template <typename T>
NEURASTER_HD T trust(const StepView<T>& v, std::int64_t sample) {
  return (1 - v.mean[4 * sample + 3]) * (1 - v.sample[4 * sample + 3]);
}

template <typename T>
NEURASTER_HD void warp_from(const StepView<T>& v, std::int64_t i, std::int64_t s, bool has_past, T past_x,
                            T past_y) {
  if (!has_past) {
    const Vec4<T> mean = Vec4<T>::load(v.mean + 4 * s);
    Vec4<T>::make(mean[0], mean[1], mean[2], 0).store(v.warped + 4 * i);
    v.warped_count[i] = 0;
    return;
  }
  const FilteredHistory<T> past(v.past, HistoryTaps<T>(past_x, past_y, v.past_output));
  Vec4<T>::make(past.sharp[0], past.sharp[1], past.sharp[2], past.sharp[0] - past.smooth[0])
      .store(v.warped + 4 * i);
  v.warped_count[i] = past.smooth[3] * trust(v, s);
}
template <typename T>
NEURASTER_HD void warp(const StepView<T>& v, int x, int y) {
  Place<T> place(v, x, y);
  place.find_past(v, x, y);
  warp_from(v, index<T>(v.output, x, y), index<T>(v.render, place.sx, place.sy), place.has_past, place.past_x,
            place.past_y);
}
/// A row of it: places first, many at once.
template <typename T>
NEURASTER_HD void warp_row(const StepView<T>& v, int y) {
  constexpr int many = 32;
  T past_x[many], past_y[many];
  int sample[many], has_past[many];
  for (int x = 0; x < v.output.width; x += many) {
    const int n = least(many, v.output.width - x);
    for (int k = 0; k < n; ++k) {
      Place<T> place(v, x + k, y);
      place.find_past(v, x + k, y);
      past_x[k] = place.past_x, past_y[k] = place.past_y;
      sample[k] = index<T>(v.render, place.sx, place.sy);
      has_past[k] = place.has_past;
    }
    for (int k = 0; k < n; ++k)
      warp_from(v, index<T>(v.output, x + k, y), sample[k], has_past[k], past_x[k], past_y[k]);
  }
}

/// The latent state at the place the surface came from.
template <typename T>
struct StateTaps {
  std::int64_t k[4];
  T weight[4];
  bool valid;
  NEURASTER_HD StateTaps(const StepView<T>& v, int x, int y, Vec4<T> flow) {
    const T qx = (static_cast<T>(x) + T(0.5) + flow[0]) * static_cast<T>(v.past_render.width) /
                 static_cast<T>(v.render.width);
    const T qy = (static_cast<T>(y) + T(0.5) + flow[1]) * static_cast<T>(v.past_render.height) /
                 static_cast<T>(v.render.height);
    valid = !v.reset && qx >= 0 && qy >= 0 && qx <= static_cast<T>(v.past_render.width) &&
            qy <= static_cast<T>(v.past_render.height);
    if (!valid) return;
    const Linear<T> ax(qx, v.past_render.width), ay(qy, v.past_render.height);
    const T trusted = trust(v, index<T>(v.render, x, y));
    for (int n = 0; n < 4; ++n) {
      k[n] = state_channels *
             std::int64_t{index<T>(v.past_render, n & 1 ? ax.upper : ax.lower, n & 2 ? ay.upper : ay.lower)};
      weight[n] = trusted * (n & 1 ? ax.weight : 1 - ax.weight) * (n & 2 ? ay.weight : 1 - ay.weight);
    }
  }
};

/// What the features are made of, shared with their gradient.
template <typename T>
struct HistoryUnderPixel {
  Vec4<T> area, point;  ///< area: over the pixel's square, point: at the sample
  T count;
  T normalised_area, normalised_point;  ///< difference of brightness over the local deviation
  NEURASTER_HD HistoryUnderPixel(const StepView<T>& v, int x, int y, Vec4<T> sample, Vec4<T> mean, T spread) {
    const Box<T> bx(x, ratio_x(v), v.output.width), by(y, ratio_y(v), v.output.height);
    area = Vec4<T>::all(0);
    count = 0;
    for (int r = 0; r < by.taps; ++r)
      for (int c = 0; c < bx.taps; ++c) {
        const std::int64_t k = index<T>(v.output, bx.first + c, by.first + r);
        const T weight = bx.weights[c] * by.weights[r];
        area = area + Vec4<T>::load(v.warped + 4 * k) * weight;
        count += weight * v.warped_count[k];
      }
    const Linear<T> ax((static_cast<T>(x) + T(0.5) + v.jitter[0]) * ratio_x(v), v.output.width);
    const Linear<T> ay((static_cast<T>(y) + T(0.5) + v.jitter[1]) * ratio_y(v), v.output.height);
    point = (Vec4<T>::load(v.warped + 4 * std::int64_t{index<T>(v.output, ax.lower, ay.lower)}) *
                 (1 - ax.weight) +
             Vec4<T>::load(v.warped + 4 * std::int64_t{index<T>(v.output, ax.upper, ay.lower)}) * ax.weight) *
                (1 - ay.weight) +
            (Vec4<T>::load(v.warped + 4 * std::int64_t{index<T>(v.output, ax.lower, ay.upper)}) *
                 (1 - ax.weight) +
             Vec4<T>::load(v.warped + 4 * std::int64_t{index<T>(v.output, ax.upper, ay.upper)}) * ax.weight) *
                ay.weight;
    normalised_area = (area[0] - mean[0]) / spread;
    normalised_point = (point[0] - sample[0]) / spread;
  }
};

/// Distance to the nearest texel centre, 0..1, of a history position.
template <typename T>
NEURASTER_HD T off_centre(T motion, T ratio) {
  const T p = motion * ratio;
  return 2 * std::abs(p - static_cast<T>(floor_int(p + T(0.5))));
}

/// The input of the network at a pixel, in two blocks of 16, and the running instability.
template <typename T>
NEURASTER_HD void feature_values(const StepView<T>& v, int x, int y, T* low, T* high) {
  const std::int64_t i = index<T>(v.render, x, y);
  const Vec4<T> sample = Vec4<T>::load(v.sample + 4 * i), mean = Vec4<T>::load(v.mean + 4 * i);
  const Vec4<T> deviation = Vec4<T>::load(v.deviation + 4 * i), flow = Vec4<T>::load(v.flow + 4 * i);
  const T spread = deviation[0] + T(deviation_floor);
  const HistoryUnderPixel<T> past(v, x, y, sample, mean, spread);

  T* f = low;
  past.point.store(v.seen + 4 * i);
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
  f[2] = past.count / (8 + past.count);
  f[3] = sample[3];
  f[4] = v.jitter[0];
  f[5] = v.jitter[1];
  f[6] = ratio_x(v) - 2;
  f[7] = mean[0];
  const StateTaps<T> taps(v, x, y, flow);
  T past_state[state_channels] = {};
  if (taps.valid) {
    NEURASTER_UNROLL
    for (int n = 0; n < 4; ++n)
      for (int c = 0; c < state_channels; ++c) past_state[c] += taps.weight[n] * v.past_state[taps.k[n] + c];
  }
  for (int c = 0; c < state_channels; ++c) f[8 + c] = past_state[c];
  const T surprise = std::abs(bounded(past.normalised_point, T(1)));
  v.state[state_channels * i + state_channels - 1] =
      T(instability_memory) * f[8 + state_channels - 1] + T(1 - instability_memory) * surprise;
}

template <typename T>
NEURASTER_HD void features(const StepView<T>& v, int x, int y) {
  if (!v.features_bf16)
    return feature_values(v, x, y, v.features + blocked(v, 0, x, y), v.features + blocked(v, 1, x, y));
  T values[2][block_channels];
  feature_values(v, x, y, values[0], values[1]);
  for (int block = 0; block < 2; ++block) {
    std::uint16_t* to = v.features_bf16 + blocked(v, block, x, y);
    for (int c = 0; c < block_channels; ++c) to[c] = to_bf16(static_cast<float>(values[block][c]));
  }
}

/// How far each control may go from TAAU: limits of `bounded`, and what 0 stands for.
template <typename T>
NEURASTER_HD void controls_from(const StepView<T>& v, int x, int y, const T* h, const T* learned) {
  const std::int64_t i = index<T>(v.render, x, y);
  T* c = v.controls + control_channels * i;
  c[kernel_l0] = exponential(bounded(h[kernel_l0], T(1.5))) / T(kernel_sigma);
  c[kernel_l1] = bounded(h[kernel_l1], T(1.5)) / T(kernel_sigma);
  c[kernel_l2] = exponential(bounded(h[kernel_l2], T(1.5))) / T(kernel_sigma);
  for (int k = logits; k < gamma; ++k) c[k] = bounded(h[k], T(6));
  c[innovation] = 1 / (1 + exponential(-T(start_innovation) - h[innovation]));
  c[gamma] = T(start_gamma) * exponential(bounded(h[gamma], T(2)));
  c[memory] = T(start_memory) * exponential(bounded(h[memory], T(3)));
  c[residual] = bounded(h[residual], T(1));
  c[sharpening] = bounded(h[sharpening], T(1));
  for (int k = 0; k < state_channels - 1; ++k) v.state[state_channels * i + k] = bounded(learned[k], T(1));
}

template <typename T>
NEURASTER_HD void controls(const StepView<T>& v, int x, int y) {
  controls_from(v, x, y, v.head + blocked(v, 0, x, y), v.head + blocked(v, 1, x, y));
}

/// How much the nearest sample has to say at an output pixel.
template <typename T>
NEURASTER_HD T confidence_at(const StepView<T>& v, int x, int y) {
  const Place<T> place(v, x, y);
  const T dx = (static_cast<T>(place.sx) + T(0.5) + v.jitter[0] - place.u) * ratio_x(v);
  const T dy = (static_cast<T>(place.sy) + T(0.5) + v.jitter[1] - place.w) * ratio_y(v);
  return exponential(T(-0.5 / (confidence_sigma * confidence_sigma)) * (dx * dx + dy * dy));
}

/// The nine nearest samples of an output pixel and their weights. One vector of exponentials makes them all,
/// with the lanes of the controls: the kernel's nine where its logits lie, and in the lanes before and after
/// them three for the columns and three for the rows of the history box, which is separable.
template <typename T>
struct Kernel {
  static constexpr int lanes = control_channels, columns = 0, taps = logits, middle = logits + 4, rows = 12;
  Place<T> place;
  std::int64_t row[3], column[3];  ///< the samples, clamped to the picture
  bool side_by_side;               ///< a row's three, and another one after them
  alignas(64) T dx[lanes];         ///< distances in output pixels
  alignas(64) T dy[lanes];
  alignas(64) T weights[lanes];
  T scale, near_scale;  ///< one over the sum of the kernel's weights, and of the box's
  T confidence;         ///< of the nearest sample
  NEURASTER_HD Kernel(const StepView<T>& v, int x, int y) : Kernel(v, x, y, confidence_at(v, x, y)) {}
  NEURASTER_HD Kernel(const StepView<T>& v, int x, int y, T its_confidence)
      : place(v, x, y), confidence(its_confidence) {
    constexpr T across[lanes] = {-1, 0, 1, -1, 0, 1, -1, 0, 1, -1, 0, 1, 0, 0, 0, 0};
    constexpr T down[lanes] = {0, 0, 0, -1, -1, -1, 0, 0, 0, 1, 1, 1, -1, 0, 1, 0};
    for (int k = 0; k < 3; ++k) {
      row[k] = clamped(place.sy + k - 1, 0, v.render.height - 1) * std::int64_t{v.render.width};
      column[k] = clamped(place.sx + k - 1, 0, v.render.width - 1);
    }
    side_by_side = place.sx >= 1 && place.sx + 2 < v.render.width;
    const T* control = v.controls + control_channels * (row[1] + column[1]);
    const T middle_x = static_cast<T>(place.sx), middle_y = static_cast<T>(place.sy);
    const T width = static_cast<T>(v.render.width), height = static_cast<T>(v.render.height);
    const T x0 = middle_x + T(0.5) + v.jitter[0] - place.u, y0 = middle_y + T(0.5) + v.jitter[1] - place.w;
    const T l0 = control[kernel_l0], l1 = control[kernel_l1], l2 = control[kernel_l2];
    const T near_x = T(box_slope) * v.inverse_ratio[0], near_y = T(box_slope) * v.inverse_ratio[1];
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
      // A sample that is not there weighs nothing.
      const T column_of = middle_x + across[k], row_of = middle_y + down[k];
      const bool there = column_of >= 0 && row_of >= 0 && column_of < width && row_of < height;
      weights[k] = there ? exponent : T(-1e4);
    }
    // Relative to the middle one, so that the nearest of far samples still count.
    const T top = weights[middle];
    for (int k = 0; k < lanes; ++k)
      weights[k] = exponential(weights[k] - (k < taps || k >= rows ? T(0) : top));
    const T* w = weights + taps;
    scale = 1 / (((w[0] + w[1]) + (w[2] + w[3])) + ((w[4] + w[5]) + (w[6] + w[7])) + w[8]);
    near_scale = 1 / ((weights[0] + weights[1] + weights[2]) * (weights[12] + weights[13] + weights[14]));
  }
  /// The sample under tap k of 9.
  NEURASTER_HD std::int64_t sample(int k) const { return row[k / 3] + column[k % 3]; }
  NEURASTER_HD T weight(int k) const { return weights[taps + k]; }
};

/// The last four controls (gamma, memory, residual, sharpening), bilinear between the samples.
template <typename T>
struct SmoothControls {
  std::int64_t at[4];
  T weight[4];
  Vec4<T> value;
  NEURASTER_HD SmoothControls(const StepView<T>& v, const Place<T>& place) {
    const Linear<T> ax(place.u - v.jitter[0], v.render.width), ay(place.w - v.jitter[1], v.render.height);
    value = Vec4<T>::all(0);
    for (int n = 0; n < 4; ++n) {
      at[n] = gamma + control_channels * std::int64_t{index<T>(v.render, n & 1 ? ax.upper : ax.lower,
                                                               n & 2 ? ay.upper : ay.lower)};
      weight[n] = (n & 1 ? ax.weight : 1 - ax.weight) * (n & 2 ? ay.weight : 1 - ay.weight);
      value = value + Vec4<T>::load(v.controls + at[n]) * weight[n];
    }
  }
};

/// Everything between the controls and the pixel, shared with its gradient.
template <typename T>
struct Reconstruction {
  const Kernel<T>& kernel;
  std::int64_t sample;
  SmoothControls<T> smooth;
  Vec4<T> fresh, warped;
  Vec4<T> mean, deviation;  ///< of the samples by their nearness to this output pixel: the history box
  Vec4<T> sharp, rectified, seen, expected, blended, result, low, high;
  Vec4<T> least_history, most_history;  ///< the box
  T count, alpha, wanted_count, still, relaxed, innovated, fading;
  NEURASTER_HD Reconstruction(const StepView<T>& v, std::int64_t i, const Kernel<T>& its_kernel)
      : kernel(its_kernel), sample(kernel.sample(4)), smooth(v, kernel.place) {
    Vec4<T> squares;
    gather(v, squares);
    fresh = fresh * kernel.scale;
    mean = mean * kernel.near_scale;
    warped = Vec4<T>::load(v.warped + 4 * i);
    deviation = square_root(most(squares * kernel.near_scale - mean * mean, Vec4<T>::all(0)));
    sharp = warped + Vec4<T>::make(smooth.value[3] * warped[3], 0, 0, 0);
    const T* flow = v.flow + 4 * sample;
    still = flow[0] == 0 && flow[1] == 0 ? T(1) : T(0);
    wanted_count = v.warped_count[i];
    relaxed = 1 + still * wanted_count;
    const Vec4<T> reach = deviation * (smooth.value[0] * relaxed);
    least_history = mean - reach, most_history = mean + reach;
    rectified = least(most(sharp, least_history), most_history);
    // The samples beside the pixel tell the colour of where they lie. What history got wrong there is the
    // better correction: the detail it has between samples is kept (back-projection: M. Irani and S. Peleg,
    // "Improving Resolution by Image Registration", 1991).
    see(v);
    seen = seen * kernel.scale;
    // Nothing can be learned from the error of a history that is not there.
    innovated = v.controls[control_channels * sample + innovation] * wanted_count /
                (wanted_count + T(innovation_count));
    expected = rectified + (seen - rectified) * innovated;
    count = least(wanted_count, smooth.value[1] + still * T(still_memory));
    alpha = kernel.confidence / (kernel.confidence + count);
    blended = rectified + (fresh - expected) * alpha;
    // Where nothing moves the residual fades with the new sample's weight, or the picture would never rest.
    fading = 1 + still * (alpha - 1);
    blended = blended + Vec4<T>::make(smooth.value[2] * deviation[0] * fading, 0, 0, 0);
    low = least(low, rectified), high = most(high, rectified);
    result = least(most(blended, low), high);
  }

 private:
  /// Sums over the samples, weighted by the kernel and by the box, and their range.
  NEURASTER_HD void gather(const StepView<T>& v, Vec4<T>& squares) {
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
        const Vec4<T> c = Vec4<T>::load(v.sample + 4 * kernel.sample(k));
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
  /// What history shows at the samples, clamped to the box.
  NEURASTER_HD void see(const StepView<T>& v) {
#if !defined(__CUDACC__)
    if (kernel.side_by_side) return see_rows(v);
#endif
    seen = Vec4<T>::all(0);
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k)
      seen = seen + least(most(Vec4<T>::load(v.seen + 4 * kernel.sample(k)), least_history), most_history) *
                        kernel.weight(k);
  }
#if !defined(__CUDACC__)
  using Four = typename Vec4<T>::Four;
  /// The three samples of a row together, and beside them one that weighs nothing.
  NEURASTER_HD Four load_row(const T* samples, int r) const {
    Four four;
    std::memcpy(&four, samples + 4 * (kernel.row[r] + kernel.column[0]), sizeof four);
    return four;
  }
  /// Three of the kernel's lanes from `first`, each for one sample of a row.
  template <int first>
  NEURASTER_HD static Four each(Four w) {
    return __builtin_shufflevector(w, Four{}, first, first, first, first, first + 1, first + 1, first + 1,
                                   first + 1, first + 2, first + 2, first + 2, first + 2, 16, 16, 16, 16);
  }
  NEURASTER_HD static Vec4<T> part(Four four, int i) {
    Vec4<T> parts[4];
    std::memcpy(parts, &four, sizeof four);
    return parts[i];
  }
  NEURASTER_HD static Vec4<T> total(Four four) {
    return part(four, 0) + part(four, 1) + part(four, 2);
  }
  NEURASTER_HD void gather_rows(const StepView<T>& v, Vec4<T>& squares) {
    Four w;
    std::memcpy(&w, kernel.weights, sizeof w);
    const Four a = load_row(v.sample, 0), b = load_row(v.sample, 1), c = load_row(v.sample, 2);
    const T* down = kernel.weights + Kernel<T>::rows;
    constexpr int taps = Kernel<T>::taps;
    const Four across = each<Kernel<T>::columns>(w);
    fresh = total(a * each<taps>(w) + b * each<taps + 3>(w) + c * each<taps + 6>(w));
    const Four near_a = a * down[0], near_b = b * down[1], near_c = c * down[2];
    mean = total((near_a + near_b + near_c) * across);
    squares = total((a * near_a + b * near_b + c * near_c) * across);
    Four lower = a < b ? a : b, upper = a > b ? a : b;
    lower = lower < c ? lower : c, upper = upper > c ? upper : c;
    low = least(least(part(lower, 0), part(lower, 1)), part(lower, 2));
    high = most(most(part(upper, 0), part(upper, 1)), part(upper, 2));
  }
  NEURASTER_HD void see_rows(const StepView<T>& v) {
    constexpr int taps = Kernel<T>::taps;
    Four w;
    std::memcpy(&w, kernel.weights, sizeof w);
    const Four below = least_history.four_times(), above = most_history.four_times();
    const auto clamped_row = [&](int r) {
      Four four = load_row(v.seen, r);
      four = four > below ? four : below;
      return four < above ? four : above;
    };
    seen = total(clamped_row(0) * each<taps>(w) + clamped_row(1) * each<taps + 3>(w) +
                 clamped_row(2) * each<taps + 6>(w));
  }
#endif
};

template <typename T>
NEURASTER_HD void store_output(const StepView<T>& v, std::int64_t i, Vec4<T> working) {
  const Vec4<T> rgb = from_working(working);
  if (v.out_half)
    store_half4(v.out_half + 4 * i, rgb);
  else
    rgb.store(v.out_linear + 4 * i);
}
/// The pixel in working colour; its count is stored.
template <typename T>
NEURASTER_HD Vec4<T> reconstructed(const StepView<T>& v, std::int64_t i, const Kernel<T>& kernel) {
  const Reconstruction<T> r(v, i, kernel);
  v.count[i] = r.count + kernel.confidence * (1 + T(still_growth) * r.still);
  return r.result;
}
template <typename T>
NEURASTER_HD void reconstruct(const StepView<T>& v, std::int64_t i, const Kernel<T>& kernel) {
  store_output(v, i, reconstructed(v, i, kernel));
}
template <typename T>
NEURASTER_HD void reconstruct(const StepView<T>& v, int x, int y) {
  reconstruct(v, index<T>(v.output, x, y), Kernel<T>(v, x, y));
}
/// A row of it, in turns of what compilers do for many pixels at once and what they don't.
template <typename T>
NEURASTER_HD void reconstruct_row(const StepView<T>& v, int y) {
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
