#pragma once
// The upscaler's inner values as pictures: one function for host and device, with one thread for each pixel.

#include "neural/upscale/pixel/reconstruction.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

/// Draws one output pixel of the view `v.shown` of the step that ran last, as linear rgba halfs.
/// warped_history shows light. In kernel_shape red and green are the widths along x and y in output pixels,
/// and blue is the slant around 0.5. The others are grey from 0 to 1.
template <typename T, typename S>
NEURASTER_HD void debug_view(const StepView<T, S>& v, int x, int y) {
  f16* rgba = v.shown_rgba;
  const int i = index<T>(v.output, x, y);
  const Kernel<T> kernel(v, x, y);
  const Reconstruction<T> r(v, i, kernel);
  T grey = 0;
  switch (v.shown) {
    case DebugView::warped_history: {
      const auto light = from_working(r.warped);
      return store_half4(rgba + 4 * i, Vec4<T>::make(light[0], light[1], light[2], T(1)));
    }
    case DebugView::kernel_shape: {
      const Vec4<T> control = load4<T>(v.controls + control_channels * r.sample);
      return store_half4(rgba + 4 * i,
                         Vec4<T>::make(T(0.5) / (T(core::sample_sigma) * control[kernel_l0]),
                                       T(0.5) / (T(core::sample_sigma) * control[kernel_l2]),
                                       T(0.5) + T(0.25) * T(core::sample_sigma) * control[kernel_l1], T(1)));
    }
    case DebugView::disocclusion:
      grey = load1<T>(v.mean + 4 * r.sample + 3);
      break;
    case DebugView::blend_weight:
      grey = r.alpha;
      break;
    case DebugView::history_clamp:
      grey = r.rectified[0] - r.sharp[0];
      grey = T(4) * (grey < 0 ? -grey : grey);
      break;
    case DebugView::instability:
      grey = load1<T>(v.state + state_channels * r.sample + state_channels - 1);
      break;
  }
  store_half4(rgba + 4 * i, Vec4<T>::make(grey, grey, grey, T(1)));
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
