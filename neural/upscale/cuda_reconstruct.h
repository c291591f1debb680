#pragma once
// Pass::reconstruct on a GPU: the same as pixel/reconstruction.inl, for all output pixels around a sample by
// one thread. Only .cu files include this.

#include "neural/upscale/cuda_outputs.h"

namespace neural::cuda {

/// A place in a picture of fours, and the eight around it.
struct Around {
  const FourHalfs* middle;
  int pixel, row;  ///< steps
  NEURASTER_HD Halfs4 operator[](int k) const {
    return load_stored(middle + (k / 3 - 1) * row + (k % 3 - 1) * pixel);
  }
};

/// The kernel of a sample's controls. With d the middle sample's distance and o the step to tap k, i columns
/// and j rows away, the exponent of a tap's weight is logit - |M (d + o)|^2 + |M d|^2 = (logit - |M o|^2) - 2
/// (M d) (M o). The first part does not depend on the output pixel, and the second is linear in i and j.
struct SampleKernel {
  float columns, slant, rows;  ///< twice the matrix of |M d|^2, for d in samples
  float base[9];

  NEURASTER_HD SampleKernel(const Half& v, Vec4<float> first, Vec4<float> second, Vec4<float> third) {
    constexpr float root = 0.849321800288f;  // sqrt(log2(e) / 2)
    const float x = root * first[pixel::kernel_l0] * v.ratio[0],
                y = root * first[pixel::kernel_l1] * v.ratio[1],
                down = root * first[pixel::kernel_l2] * v.ratio[1];
    columns = 2 * x * x, slant = 2 * x * y, rows = 2 * (y * y + down * down);
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k) {
      const int i = k % 3 - 1, j = k / 3 - 1;
      const float logit = k == 0 ? first[3] : k < 5 ? second[(k + 3) % 4] : third[(k + 3) % 4];
      const float length =
          (i ? 0.5f * columns : 0) + (j ? 0.5f * rows : 0) + static_cast<float>(i * j) * slant;
      base[k] = static_cast<float>(compute::pixel::log2_e) * logit - length;
    }
  }
  /// The most that |M d|^2 is at the pixels around the sample.
  NEURASTER_HD float reach() const { return 0.125f * (columns + 2 * fabsf(slant) + rows); }
};

/// The kernel's nine weights for a pixel, with the sum 1, and its confidence; see weigh_taps() and
/// kernel_at().
struct PixelWeights {
  float tap[9], confidence;
  NEURASTER_HD PixelWeights(const SampleKernel& kernel, float x, float y) {
    using compute::pixel::power_of_two;
    const float across = kernel.columns * x + kernel.slant * y, down = kernel.slant * x + kernel.rows * y;
    confidence = power_of_two(-0.5f * pixel::narrowing * (x * across + y * down));
    const float sum = across + down, difference = across - down;
    const float step[9] = {-sum, -down, difference, -across, 0, across, -difference, down, sum};
    float total = 1;
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k) {
      tap[k] = k == 4 ? 1 : power_of_two(kernel.base[k] - step[k]);
      if (k != 4) total += tap[k];
    }
    const float scale = 1 / total;
    NEURASTER_UNROLL
    for (float& weight : tap) weight *= scale;
  }
};

/// Weights of three samples of an axis in the history box.
struct BoxWeights {
  float tap[3];
  /// `offset` is the middle sample's distance in samples.
  NEURASTER_HD explicit BoxWeights(float offset) {
    constexpr float rate = 0.849321800288f * core::network_box_slope;
    NEURASTER_UNROLL
    for (int i = 0; i < 3; ++i) {
      const float near = rate * offset + rate * static_cast<float>(i - 1);
      tap[i] = compute::pixel::power_of_two(-near * near);
    }
    const float scale = 1 / (tap[0] + tap[1] + tap[2]);
    NEURASTER_UNROLL
    for (float& weight : tap) weight *= scale;
  }
};

/// Working colours of nine samples. The third channel of two samples shares a register.
struct Nine {
  Two first[9], third[5];
  NEURASTER_HD static Nine of(const Halfs4 colors[9]) {
    Nine n;
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k) n.first[k] = colors[k].low;
    NEURASTER_UNROLL
    for (int k = 0; k < 5; ++k)
      n.third[k] = __lows2half2(colors[2 * k].high, colors[k < 4 ? 2 * k + 1 : 8].high);
    return n;
  }
  NEURASTER_HD Colors operator[](int k) const {
    return {{__low2half2(first[k]), __high2half2(first[k]),
             k % 2 ? __high2half2(third[k / 2]) : __low2half2(third[k / 2])}};
  }
  NEURASTER_HD Nine minus(Halfs4 color) const {
    Nine n;
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k) n.first[k] = __hsub2(first[k], color.low);
    NEURASTER_UNROLL
    for (int k = 0; k < 5; ++k) n.third[k] = __hsub2(third[k], __low2half2(color.high));
    return n;
  }
  NEURASTER_HD Nine squares() const {
    Nine n;
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k) n.first[k] = __hmul2(first[k], first[k]);
    NEURASTER_UNROLL
    for (int k = 0; k < 5; ++k) n.third[k] = __hmul2(third[k], third[k]);
    return n;
  }
  /// Returns the least or the greatest of each channel.
  template <typename Choose>
  NEURASTER_HD Colors all(const Choose& choose) const {
    Two of_first = first[0], of_third = third[0];
    NEURASTER_UNROLL
    for (int k = 1; k < 9; ++k) of_first = choose(of_first, first[k]);
    NEURASTER_UNROLL
    for (int k = 1; k < 5; ++k) of_third = choose(of_third, third[k]);
    return {{__low2half2(of_first), __high2half2(of_first),
             choose(__low2half2(of_third), __high2half2(of_third))}};
  }
};

/// What all pixels around a sample have in common. Colours are differences from the middle sample, for which
/// halfs are enough.
struct Samples {
  Halfs4 middle;
  Colors lowest, highest;
  Nine difference, history;
  float brighter = 0, squares = 0;  ///< sums of how much brighter the samples are than the history
  float still, instability;         ///< 1 where nothing moves, else 0; and the instability
  NEURASTER_HD Samples(const Around& samples, const Around& histories) : middle(samples[4]) {
    Halfs4 now[9], past[9];
    NEURASTER_UNROLL
    for (int k = 0; k < 9; ++k) {
      now[k] = samples[k], past[k] = histories[k];
      const float by = __low2float(__hsub2(now[k].low, past[k].low));
      brighter += by, squares += by * by;
    }
    still = std::signbit(__high2float(past[4].high)) ? 1 : 0;
    instability = std::abs(__high2float(past[4].high));
    difference = Nine::of(now).minus(middle), history = Nine::of(past).minus(middle);
    lowest = difference.all([](Two a, Two b) { return __hmin2(a, b); });
    highest = difference.all([](Two a, Two b) { return __hmax2(a, b); });
  }
};

/// The weights of three samples in a bilinear filter at t from the middle one, of which one is 0.
struct BilinearWeights {
  float tap[3];
  NEURASTER_HD explicit BilinearWeights(float t)
      : tap{compute::pixel::most(-t, 0.0f), 0, compute::pixel::most(t, 0.0f)} {
    tap[1] = 1 - tap[0] - tap[2];
  }
};

/// Two pixels beside each other, and the sums over columns that all rows of such pairs have in common.
struct Pair {
  float x[2];                  ///< the sample's distance, in samples
  bool here[2];                ///< whether the pixels belong to the sample
  Colors near[3], squares[3];  ///< of a row of samples, weighted by the columns of the history box
  Two between[3];              ///< the weights of columns in a bilinear filter

  NEURASTER_HD Pair(const Half& v, const Samples& samples, int sx, int first) {
    NEURASTER_UNROLL
    for (int n = 0; n < 2; ++n) {
      const float place = place_of_output(v, 0, first + n);
      x[n] = static_cast<float>(sx) + 0.5f - place;
      here[n] = place < static_cast<float>(sx + 1);
    }
    const BoxWeights box[2] = {BoxWeights(x[0]), BoxWeights(x[1])};
    const BilinearWeights bilinear[2] = {BilinearWeights(-x[0]), BilinearWeights(-x[1])};
    Two of_column[3];
    NEURASTER_UNROLL
    for (int i = 0; i < 3; ++i) {
      of_column[i] = two_of(box[0].tap[i], box[1].tap[i]);
      between[i] = two_of(bilinear[0].tap[i], bilinear[1].tap[i]);
    }
    const Nine its_squares = samples.difference.squares();
    NEURASTER_UNROLL
    for (int r = 0; r < 3; ++r) {
      near[r] = squares[r] = Colors::none();
      NEURASTER_UNROLL
      for (int i = 0; i < 3; ++i) {
        if (r == 1 && i == 1) continue;
        near[r] = product_and_sum(samples.difference[3 * r + i], of_column[i], near[r]);
        squares[r] = product_and_sum(its_squares[3 * r + i], of_column[i], squares[r]);
      }
    }
  }
};

/// Returns the history at the samples, clamped to each pixel's box and weighted by its kernel; see
/// see_taps().
NEURASTER_HD Colors seen(const Samples& samples, const Two weights[9], const Colors& low,
                         const Colors& high) {
  Colors sum = Colors::none();
  NEURASTER_UNROLL
  for (int k = 0; k < 9; ++k)
    sum = product_and_sum(least(most(samples.history[k], low), high), weights[k], sum);
  return sum;
}

/// What else the pixels around a sample have in common; see pixel::Reconstruction.
struct Rest {
  float still, changed, innovation_share;
};

/// Makes the two pixels of a pair in row y of the output, and stores those that belong to the sample.
NEURASTER_HD void reconstruct_pair(HalfPasses& passes, const Samples& samples, const SampleKernel& kernel,
                                   const Pair& pair, const Around& last_controls, const Rest& rest, int sy,
                                   int first, int y, bool plain) {
  const Half& v = passes.v;
  const float offset = static_cast<float>(sy) + 0.5f - place_of_output(v, 1, y);
  const BoxWeights box(offset);
  const BilinearWeights bilinear(-offset);
  Colors near = Colors::none(), squares = near, mixed = near;
  Two smooth[4] = {near.c[0], near.c[0], near.c[0], near.c[0]};
  NEURASTER_UNROLL
  for (int r = 0; r < 3; ++r) {
    near = product_and_sum(pair.near[r], both_of(box.tap[r]), near);
    squares = product_and_sum(pair.squares[r], both_of(box.tap[r]), squares);
  }
  NEURASTER_UNROLL
  for (int i = 0; i < 3; ++i) {
    const Halfs4 column =
        product_and_sum(last_controls[i], Halfs4::all(bilinear.tap[0]),
                        product_and_sum(last_controls[6 + i], Halfs4::all(bilinear.tap[2]),
                                        last_controls[3 + i] * Halfs4::all(bilinear.tap[1])));
    NEURASTER_UNROLL
    for (int lane = 0; lane < 4; ++lane)
      smooth[lane] = product_and_sum(lane_of(column, lane), pair.between[i], smooth[lane]);
  }
  const PixelWeights weights[2] = {{kernel, pair.x[0], offset}, {kernel, pair.x[1], offset}};
  Two taps[9];
  NEURASTER_UNROLL
  for (int k = 0; k < 9; ++k) {
    taps[k] = two_of(weights[0].tap[k], weights[1].tap[k]);
    if (k != 4) mixed = product_and_sum(samples.difference[k], taps[k], mixed);
  }

  const int i = passes.index(v.output, first, y);
  HalfPasses::Reconstruction r[2];
  Halfs4 warped[2];
  float deviation[2][3], reach[2];
  const Colors variance = most(squares - near * near, Colors::none());
  NEURASTER_UNROLL
  for (int n = 0; n < 2; ++n) {
    r[n].still = rest.still, r[n].changed = rest.changed;
    r[n].gathered = passes.load_stored1(v.warped_count, i + n);
    r[n].controls.value = Vec4<float>::make(value_of(smooth[0], n), value_of(smooth[1], n),
                                            value_of(smooth[2], n), value_of(smooth[3], n));
    passes.hold(r[n]);
    passes.share(r[n], rest.innovation_share, weights[n].confidence);
    warped[n] = passes.load_stored(v.warped, i + n);
    NEURASTER_UNROLL
    for (int c = 0; c < 3; ++c) deviation[n][c] = compute::pixel::square_root(value_of(variance.c[c], n));
    reach[n] = r[n].controls.value[0];
  }
  const Colors deviations = {{two_of(deviation[0][0], deviation[1][0]),
                              two_of(deviation[0][1], deviation[1][1]),
                              two_of(deviation[0][2], deviation[1][2])}};
  const Two least_reach = two_of(r[0].reach, r[1].reach);
  const Colors reaches =
      product_and_sum(deviations, two_of(reach[0], reach[1]), {{least_reach, least_reach, least_reach}});
  const Colors min_history = near - reaches, max_history = near + reaches;
  Colors sharp = {{__lows2half2(warped[0].low, warped[1].low), __highs2half2(warped[0].low, warped[1].low),
                   __lows2half2(warped[0].high, warped[1].high)}};
  sharp.c[0] = product_and_sum(__highs2half2(warped[0].high, warped[1].high), smooth[3], sharp.c[0]);
  const Colors rectified = least(most(sharp - Colors::of(samples.middle), min_history), max_history);
  const Colors history = seen(samples, taps, min_history, max_history);
  const Colors expected =
      product_and_sum(history - rectified, two_of(r[0].innovated, r[1].innovated), rectified);
  Colors blended = product_and_sum(mixed - expected, two_of(r[0].alpha, r[1].alpha), rectified);
  blended.c[0] =
      product_and_sum(__hmul2(smooth[2], deviations.c[0]), two_of(r[0].fading, r[1].fading), blended.c[0]);
  const Colors result =
      least(most(blended, least(samples.lowest, rectified)), most(samples.highest, rectified));
  NEURASTER_UNROLL
  for (int n = 0; n < 2; ++n) {
    r[n].result =
        widened(samples.middle) +
        Vec4<float>::make(value_of(result.c[0], n), value_of(result.c[1], n), value_of(result.c[2], n), 0);
    const Vec4<float> working = passes.counted(r[n], weights[n].confidence);
    if (plain && pair.here[n]) {
      passes.store4(v.kept, i + n, pixel::limited(working));
      passes.store_half4(v.out_half, i + n, pixel::from_working(working));
    }
  }
}

/// The same for any sample, one pixel at a time.
inline NEURASTER_HD_COLD void reconstruct_one_by_one(HalfPasses& passes, int sx, int sy) {
  const Half& v = passes.v;
  const int right = first_output(v, 0, sx + 1), bottom = first_output(v, 1, sy + 1);
  for (int y = first_output(v, 1, sy); y < bottom; ++y)
    for (int x = first_output(v, 0, sx); x < right; ++x) passes.reconstruct_anywhere(x, y);
}

/// Makes all output pixels around sample (sx, sy), which may lie outside the picture. A warp's lanes come
/// here together and have samples of one row. Where `tiled`, the controls are in the passes' tile.
template <bool tiled>
NEURASTER_HD void reconstruct_around(HalfPasses& passes, int sx, int sy) {
  const Half& v = passes.v;
  const Size size = v.render;
  bool plain = sx >= 1 && sy >= 1 && sx + 1 < size.width && sy + 1 < size.height;
  if (any_of_warp(plain)) {
    // Lanes whose samples are not plain ones take another's, and store nothing.
    const int ax = compute::pixel::clamped(sx, 1, size.width - 2), i = passes.index(size, ax, sy);
    const auto fours = [&](const f16* p, int n) { return reinterpret_cast<const FourHalfs*>(p) + n * i; };
    const auto controls = [&](int four) {
      return tiled ? passes.control_tile.first + passes.control_tile.at(ax, sy, four)
                   : fours(v.controls, 4) + four;
    };
    const auto control = [&](int four) { return widened(load_stored(controls(four))); };
    const Vec4<float> second = control(1);
    const SampleKernel kernel(v, control(0), second, control(2));
    plain = plain && kernel.reach() < 100;  // sums of weights stay finite; see weigh_taps()
    const Samples samples({fours(v.sample, 1), 1, size.width},
                          {fours(v.history_at_sample, 1), 1, size.width});
    const Around last_controls{controls(3), tiled ? 1 : 4, tiled ? ControlTile::width : 4 * size.width};
    const Rest rest{
        samples.still,
        passes.change_of(samples.brighter, samples.squares, samples.still, samples.instability).changed,
        second[pixel::innovation % 4]};
    const auto belongs = [&](int axis, int x, int s) {
      return place_of_output(v, axis, x) < static_cast<float>(s + 1);
    };
    NEURASTER_ROLLED
    for (int x = first_output(v, 0, ax); any_of_warp(plain && belongs(0, x, ax)); x += 2) {
      const Pair pair(v, samples, ax, x);
      NEURASTER_ROLLED
      for (int y = first_output(v, 1, sy); any_of_warp(belongs(1, y, sy)); ++y)
        reconstruct_pair(passes, samples, kernel, pair, last_controls, rest, sy, x, y, plain);
    }
  }
  if (!plain && sx < size.width) reconstruct_one_by_one(passes, sx, sy);
}

}  // namespace neural::cuda
