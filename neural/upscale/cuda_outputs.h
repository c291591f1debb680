#pragma once
// What passes over the output share on a GPU: a thread makes all output pixels around one sample, two beside
// each other at a time. Their numbers are packed into pairs of halfs, so that one instruction serves both,
// and what depends on the sample alone is loaded and computed once. Only .cu files include this.

#include "neural/upscale/pixel/upscale.h"

namespace neural::cuda {

using Half = StepView<float, f16>;
using HalfPasses = pixel::Upscale<float, f16>;
using compute::pixel::FourHalfs;
using compute::pixel::Halfs4;
using compute::pixel::Vec4;
using pixel::ControlTile;
using pixel::HistoryTile;
/// One value of two output pixels beside each other.
using Two = __half2;

NEURASTER_HD Halfs4 load_stored(const FourHalfs* p) {
  const uint2 bits = *reinterpret_cast<const uint2*>(p);
  __half2_raw low, high;
  std::memcpy(&low, &bits.x, sizeof low);
  std::memcpy(&high, &bits.y, sizeof high);
  return {Two(low), Two(high)};
}
NEURASTER_HD Two two_of(float a, float b) {
  return __floats2half2_rn(a, b);
}
/// Returns one of four values, for both pixels.
NEURASTER_HD Two lane_of(Halfs4 a, int lane) {
  const Two half = lane < 2 ? a.low : a.high;
  return lane % 2 == 0 ? __low2half2(half) : __high2half2(half);
}
NEURASTER_HD Two product_and_sum(Two a, Two b, Two sum) {
#if defined(__CUDA_ARCH__)
  return __hfma2(a, b, sum);
#else
  return __hadd2(__hmul2(a, b), sum);  // never called, but nvcc compiles it for the host as well
#endif
}
NEURASTER_HD Two both_of(float a) {
  return two_of(a, a);
}
NEURASTER_HD float value_of(Two both, int n) {
  return n == 0 ? __low2float(both) : __high2float(both);
}
/// Working colour of two pixels.
struct Colors {
  Two c[3];
  NEURASTER_HD static Colors none() { return {{both_of(0), both_of(0), both_of(0)}}; }
  NEURASTER_HD static Colors of(Halfs4 color) {
    return {{lane_of(color, 0), lane_of(color, 1), lane_of(color, 2)}};
  }
};
#define NEURASTER_OF_COLORS(name, operation)                                                    \
  NEURASTER_HD Colors name(const Colors& a, const Colors& b) {                                  \
    return {{operation(a.c[0], b.c[0]), operation(a.c[1], b.c[1]), operation(a.c[2], b.c[2])}}; \
  }
NEURASTER_OF_COLORS(operator+, __hadd2)
NEURASTER_OF_COLORS(operator-, __hsub2)
NEURASTER_OF_COLORS(operator*, __hmul2)
NEURASTER_OF_COLORS(least, __hmin2)
NEURASTER_OF_COLORS(most, __hmax2)
#undef NEURASTER_OF_COLORS
/// Returns sum + colors * weights, with a weight for each pixel.
NEURASTER_HD Colors product_and_sum(const Colors& colors, Two weights, const Colors& sum) {
  return {{product_and_sum(colors.c[0], weights, sum.c[0]), product_and_sum(colors.c[1], weights, sum.c[1]),
           product_and_sum(colors.c[2], weights, sum.c[2])}};
}

/// True where it is in any lane of the warp, all of which call this.
NEURASTER_HD bool any_of_warp(bool here) {
#if defined(__CUDA_ARCH__)
  return __any_sync(0xffffffffu, here);
#else
  return here;                         // never called, but nvcc compiles it for the host as well
#endif
}

/// Returns where an output pixel lies on an axis, in samples, whose centres lie at .5. It is the one formula
/// by which pixels belong to samples, so that each belongs to one, however it is rounded.
NEURASTER_HD float place_of_output(const Half& v, int axis, int x) {
  return fmaf(static_cast<float>(x) + 0.5f, v.inverse_ratio[axis], -v.jitter[axis]);
}
/// Returns the first output pixel whose nearest sample is `s` or one after it.
NEURASTER_HD int first_output(const Half& v, int axis, int s) {
  const Size samples = v.render, outputs = v.output;
  if (s <= 0) return 0;
  if (s >= (axis == 0 ? samples.width : samples.height)) return axis == 0 ? outputs.width : outputs.height;
  const float border = static_cast<float>(s);
  const int near = compute::pixel::floor_int((border + v.jitter[axis]) * v.ratio[axis] - 0.5f);
  return near + (place_of_output(v, axis, near) < border) + (place_of_output(v, axis, near + 1) < border);
}

}  // namespace neural::cuda
