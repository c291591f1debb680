#pragma once
// The passes from the frame to the warped history, forward: each is a function of one pixel, which a CPU's
// loop and a CUDA kernel both call. network_ends.h has those that feed and read the network, reconstruction.h
// has the last one, and gradients.h has the gradients of all.

#include "core/taau_constants.h"
#include "neural/upscale/pixel/history_filter.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

// TAAU, which the untrained network equals, and how far the network may go from there. core/taau_constants.h
// has the constants that the shader's TAAU shares.
inline constexpr float confidence_sigma = 0.7f;   ///< how fast a distant sample loses weight, output pixels
inline constexpr float innovation_count = 0.25f;  ///< samples at which the history's error counts half
inline constexpr float deviation_floor = 0.01f;   ///< added to the deviation that divides a difference
inline constexpr float instability_memory = 0.85f;
// Where nothing moves, the history may gather for long and is trusted the more, the more it has gathered,
// because a still picture has to come to rest.
inline constexpr float still_growth = 3.0f;  ///< by how much more a sample counts

/// The index of each control. The kernel is exp(-|L d|^2 / 2 + logit), L = [[l0, l1], [0, l2]]. Only
/// differences of logits count, so the place of the middle one holds another control: the share of the
/// correction that is the history's error at the samples; the rest is its difference from them here.
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

/// These return output over render pixels on an axis.
template <typename T, typename S>
NEURASTER_HD T ratio_x(const StepView<T, S>& v) {
  return v.ratio[0];
}
template <typename T, typename S>
NEURASTER_HD T ratio_y(const StepView<T, S>& v) {
  return v.ratio[1];
}
/// Returns the offset of channel block `block` of pixel (x, y) in a blocked tensor at padded size.
template <typename T, typename S>
NEURASTER_HD int blocked(const StepView<T, S>& v, int block, int x, int y) {
  return ((block * v.padded.height + y) * v.padded.width + x) * block_channels;
}

/// Returns x, or the nearer limit where it lies outside (NaN gives `low`), and then counts it in `bad`.
template <typename T>
NEURASTER_HD T finite_or(T x, T low, T high, int& bad) {
  if (x >= low && x <= high) return x;
  ++bad;
  return x > high ? high : low;  // NaN compares false: it becomes `low`
}

/// A motion that is not a number says nothing; zero is the safest guess.
template <typename T, typename S>
NEURASTER_HD Pair<T> clean_motion(const StepView<T, S>& v, int i, int& bad) {
  const auto clean_one = [&bad](T m) {
    return m == m ? finite_or(m, T(-16384), T(16384), bad) : (++bad, T(0));
  };
  const Pair<T> raw = load2<T>(v.motion + 2 * i);
  return {clean_one(raw.x), clean_one(raw.y)};
}

/// Render pixel i, cleaned.
template <typename T>
struct Cleaned {
  Vec4<T> sample;
  T depth;
  Pair<T> motion;
  int bad = 0;
  template <typename S>
  NEURASTER_HD Cleaned(const StepView<T, S>& v, int i) {
    const Vec4<T> in = load_half4<T>(v.color + 4 * i);
    T rgb[3];
    for (int c = 0; c < 3; ++c) rgb[c] = finite_or(in[c], T(0), T(brightest), bad);
    const T reactive = static_cast<T>(v.reactive[i]) / 255;
    sample = to_working(Vec4<T>::make(rgb[0], rgb[1], rgb[2], reactive));
    depth = finite_or(static_cast<T>(v.depth[i]), T(0), T(1), bad);
    motion = clean_motion(v, i, bad);
  }
};

template <typename T, typename S>
NEURASTER_HD void store_cleaned(const StepView<T, S>& v, int i, int y, const Cleaned<T>& c) {
  store4(v.sample, i, c.sample);
  v.clean_depth[i] = c.depth;
  store1(v.raw_motion + 2 * i, c.motion.x);
  store1(v.raw_motion + 2 * i + 1, c.motion.y);
  if (c.bad) add_at(v.bad_in_row + y, static_cast<std::uint32_t>(c.bad));
}

/// Pass::clean at render pixel (x, y).
template <typename T, typename S>
NEURASTER_HD void clean(const StepView<T, S>& v, int x, int y) {
  const int i = index<T>(v.render, x, y);
  store_cleaned(v, i, y, Cleaned<T>(v, i));
}

/// Where Pass::neighbourhood finds what Pass::clean made of the 3x3 around a pixel: in its buffers. A GPU's
/// kernel that does both has another source. Offsets are -1, 0 or 1; the picture's edge repeats.
template <typename T, typename S>
struct CleanedBuffers {
  const StepView<T, S>& v;
  int columns[3], rows[3];
  NEURASTER_HD CleanedBuffers(const StepView<T, S>& its_view, int x, int y)
      : v(its_view),
        columns{most(x - 1, 0), x, least(x + 1, v.render.width - 1)},
        rows{most(y - 1, 0), y, least(y + 1, v.render.height - 1)} {}
  NEURASTER_HD int at(int dx, int dy) const { return index<T>(v.render, columns[dx + 1], rows[dy + 1]); }
  NEURASTER_HD Stored<T, S> sample(int dx, int dy) const { return load_stored(v.sample, at(dx, dy)); }
  NEURASTER_HD T depth(int dx, int dy) const { return v.clean_depth[at(dx, dy)]; }
  NEURASTER_HD Pair<T> motion(int dx, int dy) const { return load2<T>(v.raw_motion + 2 * at(dx, dy)); }
};

/// The second difference of reversed depth relative to the maximum of the 3x3, and the nearest of the nine.
/// Reversed depth is affine on planes, so the difference is 0 on any slope and large at an edge.
template <typename T>
struct DepthEdge {
  T amount = 0, depth = -1;
  int dx = 0, dy = 0;  ///< of the nearest, whose depth it is
  template <typename Source>
  NEURASTER_HD explicit DepthEdge(const Source& source) {
    T d[9];
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k) {
      d[k] = source.depth(k % 3 - 1, k / 3 - 1);
      if (d[k] > depth) depth = d[k], dx = k % 3 - 1, dy = k / 3 - 1;
    }
    if (depth <= 0) return;
    T second = 0;
    NEURASTER_UNROLL
    for (int k = 0; k < 4; ++k) second = most(second, std::abs(d[k] + d[8 - k] - 2 * d[4]));
    amount = least(quotient(second, depth), T(1));
  }
};

/// Returns how surely the surface was hidden one frame ago, 0 to 1: compares the depth that it would have had
/// with the depth that was there. The farthest of the four texels decides, so that an edge's own blur does
/// not count.
template <typename T, typename S>
NEURASTER_HD T disoccluded(const StepView<T, S>& v, int x, int y, T motion_x, T motion_y, T depth) {
  if (v.reset) return 1;
  const T px = static_cast<T>(x) + T(0.5) + v.jitter[0], py = static_cast<T>(y) + T(0.5) + v.jitter[1];
  const T qx = (px + motion_x) * v.past_render_ratio[0], qy = (py + motion_y) * v.past_render_ratio[1];
  if (!(qx >= 0 && qy >= 0 && qx <= static_cast<T>(v.past_render.width) &&
        qy <= static_cast<T>(v.past_render.height)))
    return 1;
  const T nx = (v.window[0] + px) * v.to_clip[0] - 1, ny = (v.window[1] + py) * v.to_clip[1] - 1;
  const T* m = v.clip_to_past_clip;
  const T z = m[2] * nx + m[6] * ny + m[10] * depth + m[14],
          w = m[3] * nx + m[7] * ny + m[11] * depth + m[15];
  const T expected = w > T(1e-6) ? most(quotient(z, w), T(0)) : T(1);
  const Linear<T> ax(qx - v.past_jitter[0], v.past_render.width),
      ay(qy - v.past_jitter[1], v.past_render.height);
  const T* past = v.past_depth;
  const T far = least(least(past[index<T>(v.past_render, ax.lower, ay.lower)],
                            past[index<T>(v.past_render, ax.upper, ay.lower)]),
                      least(past[index<T>(v.past_render, ax.lower, ay.upper)],
                            past[index<T>(v.past_render, ax.upper, ay.upper)]));
  const T tiny = T(1e-6);
  const T excess = quotient(far + tiny, expected + tiny) - 1;
  return clamped((excess - T(core::network_disocclusion_start)) /
                     T(core::network_disocclusion_full - core::network_disocclusion_start),
                 T(0), T(1));
}

/// Pass::neighbourhood at render pixel (x, y), on what `source` has.
template <typename T, typename S, typename Source>
NEURASTER_HD void neighbourhood_of(const StepView<T, S>& v, int x, int y, const Source& source) {
  const int i = index<T>(v.render, x, y);
  // Sums are of differences from the middle: squares then lose nothing, and halfs are enough for them.
  using Four = Stored<T, S>;
  const Four middle = source.sample(0, 0);
  Four sum = Four::all(T(0)), squares = sum;
  NEURASTER_UNROLL
  for (int k = 0; k < 9; ++k) {
    const Four d = source.sample(k % 3 - 1, k / 3 - 1) - middle;
    sum = sum + d;
    squares = product_and_sum(d, d, squares);
  }
  const Vec4<T> over = widened(sum) * T(1.0 / 9), mean = widened(middle) + over;
  const Vec4<T> deviation = square_root(most(widened(squares) * T(1.0 / 9) - over * over, Vec4<T>::all(0)));
  const DepthEdge<T> edge(source);
  const bool dilate = edge.amount > T(core::network_dilation_threshold);
  const Pair<T> motion = source.motion(dilate ? edge.dx : 0, dilate ? edge.dy : 0);
  const T hidden = disoccluded(v, x, y, motion.x, motion.y, dilate ? edge.depth : source.depth(0, 0));
  store4(v.mean, i, Vec4<T>::make(mean[0], mean[1], mean[2], hidden));
  store4(v.deviation, i, Vec4<T>::make(deviation[0], deviation[1], deviation[2], edge.amount));
  store4(v.flow, i, Vec4<T>::make(motion.x, motion.y, dilate ? 1 : 0, 0));
}
/// Pass::neighbourhood at render pixel (x, y).
template <typename T, typename S>
NEURASTER_HD void neighbourhood(const StepView<T, S>& v, int x, int y) {
  neighbourhood_of(v, x, y, CleanedBuffers<T, S>(v, x, y));
}

/// Where an output pixel lies among the jittered samples, and where its surface was in the previous frame.
template <typename T>
struct Place {
  T u, w;            ///< in render pixels
  int sx, sy;        ///< the nearest sample
  T past_x, past_y;  ///< in the previous output's pixels
  bool has_past;

  template <typename S>
  NEURASTER_HD Place(const StepView<T, S>& v, int x, int y) {
    u = (static_cast<T>(x) + T(0.5)) * v.inverse_ratio[0];
    w = (static_cast<T>(y) + T(0.5)) * v.inverse_ratio[1];
    sx = clamped(floor_int(u - v.jitter[0]), 0, v.render.width - 1);
    sy = clamped(floor_int(w - v.jitter[1]), 0, v.render.height - 1);
  }
  /// At a depth edge the motion is dilated; elsewhere it is the surfaces' own, bilinear between the samples.
  template <typename S>
  NEURASTER_HD void find_past(const StepView<T, S>& v, int x, int y) {
    const Vec4<T> flow = load4<T>(v.flow, index<T>(v.render, sx, sy));
    T mx = flow[0], my = flow[1];
    if (flow[2] == 0) {
      const Linear<T> ax(u - v.jitter[0], v.render.width), ay(w - v.jitter[1], v.render.height);
      const auto motion = [&v](int column, int row) {
        return load2<T>(v.raw_motion + 2 * index<T>(v.render, column, row));
      };
      const Pair<T> a = motion(ax.lower, ay.lower), b = motion(ax.upper, ay.lower);
      const Pair<T> c = motion(ax.lower, ay.upper), d = motion(ax.upper, ay.upper);
      const T wb = ax.weight * (1 - ay.weight), wd = ax.weight * ay.weight, wc = ay.weight - wd;
      const T wa = 1 - wb - wc - wd;
      mx = wa * a.x + wb * b.x + wc * c.x + wd * d.x;
      my = wa * a.y + wb * b.y + wc * c.y + wd * d.y;
    }
    past_x = (static_cast<T>(x) + T(0.5) + mx * ratio_x(v)) * v.past_ratio[0];
    past_y = (static_cast<T>(y) + T(0.5) + my * ratio_y(v)) * v.past_ratio[1];
    has_past = !v.reset && past_x >= 0 && past_y >= 0 && past_x <= static_cast<T>(v.past_output.width) &&
               past_y <= static_cast<T>(v.past_output.height);
  }
};

/// Returns the share of the history's count that survives where surfaces appear or cannot be followed.
template <typename T, typename S>
NEURASTER_HD T trust(const StepView<T, S>& v, int sample) {
  return (1 - load1<T>(v.mean + 4 * sample + 3)) * (1 - load1<T>(v.sample + 4 * sample + 3));
}

/// Returns by what a working colour grows where the light grows by `ratio`: x / (1 + max rgb) of the brighter
/// light is a multiple of that of the light before.
template <typename T>
NEURASTER_HD T exposed_again(Vec4<T> c, T ratio) {
  return quotient(ratio, 1 + (ratio - 1) * clamped(brightest_channel(c), T(0), T(1)));
}

template <typename T, typename S>
NEURASTER_HD void store_warped(const StepView<T, S>& v, int i, int s, const FilteredHistory<T>& past) {
  const T k = exposed_again(past.sharp, v.exposure_ratio);
  store4(v.warped, i,
         Vec4<T>::make(past.sharp[0], past.sharp[1], past.sharp[2], past.sharp[0] - past.smooth[0]) * k);
  store1(v.warped_count + i, past.smooth[3] * trust(v, s));
}
/// Writes the warped history of output pixel i, whose nearest sample is s; without a past it is the local
/// mean.
template <typename T, typename S>
NEURASTER_HD void warp_from(const StepView<T, S>& v, int i, int s, bool has_past, T past_x, T past_y) {
  if (has_past)
    return store_warped(v, i, s, FilteredHistory<T>(v.past, HistoryTaps<T>(past_x, past_y, v.past_output)));
  const Vec4<T> mean = load4<T>(v.mean, s);
  store4(v.warped, i, Vec4<T>::make(mean[0], mean[1], mean[2], 0));
  store1(v.warped_count + i, T(0));
}
/// Pass::warp at any output pixel.
template <typename T, typename S>
NEURASTER_HD_COLD void warp_anywhere(const StepView<T, S>& v, int x, int y) {
  Place<T> place(v, x, y);
  place.find_past(v, x, y);
  warp_from(v, index<T>(v.output, x, y), index<T>(v.render, place.sx, place.sy), place.has_past, place.past_x,
            place.past_y);
}
/// Pass::warp at output pixel (x, y). Most pixels have a past whose texels all lie in the picture.
template <typename T, typename S>
NEURASTER_HD void warp(const StepView<T, S>& v, int x, int y) {
  Place<T> place(v, x, y);
  place.find_past(v, x, y);
  const HistoryTaps<T> taps(place.past_x, place.past_y, v.past_output);
  if (!place.has_past || !taps.inside()) return warp_anywhere(v, x, y);
  store_warped(v, index<T>(v.output, x, y), index<T>(v.render, place.sx, place.sy),
               FilteredHistory<T>::inside(v.past, taps));
}
/// A row of the pass, which computes places first, many at once.
template <typename T, typename S>
NEURASTER_HD void warp_row(const StepView<T, S>& v, int y) {
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

/// Reads the latent state at the place the surface came from.
template <typename T>
struct StateTaps {
  int pixel[4];
  T weight[4];
  bool valid;
  template <typename S>
  NEURASTER_HD StateTaps(const StepView<T, S>& v, int x, int y, Vec4<T> flow) {
    const T qx = (static_cast<T>(x) + T(0.5) + flow[0]) * v.past_render_ratio[0];
    const T qy = (static_cast<T>(y) + T(0.5) + flow[1]) * v.past_render_ratio[1];
    valid = !v.reset && qx >= 0 && qy >= 0 && qx <= static_cast<T>(v.past_render.width) &&
            qy <= static_cast<T>(v.past_render.height);
    if (!valid) return;
    const Linear<T> ax(qx, v.past_render.width), ay(qy, v.past_render.height);
    const T trusted = trust(v, index<T>(v.render, x, y));
    for (int n = 0; n < 4; ++n) {
      pixel[n] = index<T>(v.past_render, n & 1 ? ax.upper : ax.lower, n & 2 ? ay.upper : ay.lower);
      weight[n] = trusted * (n & 1 ? ax.weight : 1 - ax.weight) * (n & 2 ? ay.weight : 1 - ay.weight);
    }
  }
};

/// The values that the features are made of, shared with their gradient.
template <typename T>
struct HistoryUnderPixel {
  Vec4<T> area, point;  ///< area: over the pixel's square, point: at the sample
  T count;
  T normalised_area, normalised_point;  ///< difference of brightness over the local deviation
  template <typename S>
  NEURASTER_HD HistoryUnderPixel(const StepView<T, S>& v, int x, int y, Vec4<T> sample, Vec4<T> mean,
                                 T spread) {
    // Sums are of differences from what the results are compared with: halfs are enough for them.
    using Four = Stored<T, S>;
    const Four base = narrowed<S>(mean), center = narrowed<S>(sample);
    const Box<T> bx(x, ratio_x(v), v.output.width), by(y, ratio_y(v), v.output.height);
    Four sum = Four::all(T(0));
    count = 0;
    NEURASTER_ROLLED
    for (int r = 0; r < by.taps; ++r) {
      const T weight_of_row = by.weight(r);
      const int row = index<T>(v.output, bx.first, by.first + r);
      NEURASTER_ROLLED
      for (int c = 0; c < bx.taps; ++c) {
        const T weight = bx.weight(c) * weight_of_row;
        sum = product_and_sum(load_stored(v.warped, row + c) - base, Four::all(weight), sum);
        count += weight * load1<T>(v.warped_count + row + c);
      }
    }
    const Vec4<T> area_over = widened(sum);
    area = mean + area_over;
    const Linear<T> ax((static_cast<T>(x) + T(0.5) + v.jitter[0]) * ratio_x(v), v.output.width);
    const Linear<T> ay((static_cast<T>(y) + T(0.5) + v.jitter[1]) * ratio_y(v), v.output.height);
    sum = Four::all(T(0));
    NEURASTER_UNROLL
    for (int n = 0; n < 4; ++n) {
      const int k = index<T>(v.output, n & 1 ? ax.upper : ax.lower, n & 2 ? ay.upper : ay.lower);
      const T weight = (n & 1 ? ax.weight : 1 - ax.weight) * (n & 2 ? ay.weight : 1 - ay.weight);
      sum = product_and_sum(load_stored(v.warped, k) - center, Four::all(weight), sum);
    }
    const Vec4<T> point_over = widened(sum);
    point = sample + point_over;
    normalised_area = quotient(area_over[0], spread);
    normalised_point = quotient(point_over[0], spread);
  }
};

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
