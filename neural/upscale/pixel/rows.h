#pragma once
// Rows of the passes over the output as processors run them: steps that compilers vectorise over many pixels
// alternate with steps that they do not. `Passes` is a FastUpscale.

#include "neural/upscale/pixel/upscale.h"

#if !defined(__CUDACC__)
namespace neural::pixel {
inline namespace NEURASTER_ISA {

inline constexpr int many = 32;

/// A row of Pass::features, which writes floats where they lie.
template <typename Passes>
NEURASTER_HD void features_row(Passes& passes, int y) {
  const auto& v = passes.v;
  using Values = std::remove_pointer_t<decltype(v.features)>[16];
  for (int x = 0; x < v.render.width; ++x)
    if (v.features_bf16)
      passes.features(x, y);
    else
      passes.feature_values(x, y, *reinterpret_cast<Values*>(v.features + passes.blocked(0, x, y)),
                            *reinterpret_cast<Values*>(v.features + passes.blocked(1, x, y)));
}
/// A row of Pass::warp, which computes places first.
template <typename Passes>
NEURASTER_HD void warp_row(Passes& passes, int y) {
  const auto& v = passes.v;
  typename Passes::PastPlace past[many];
  int sample[many];
  for (int x = 0; x < v.output.width; x += many) {
    const int n = least(many, v.output.width - x);
    for (int k = 0; k < n; ++k) {
      const auto place = passes.place_of(x + k, y);
      past[k] = passes.past_place(place, x + k, y);
      sample[k] = passes.index(v.render, place.sx, place.sy);
    }
    for (int k = 0; k < n; ++k) passes.warp_from(passes.index(v.output, x + k, y), sample[k], past[k]);
  }
}
/// A row of Pass::reconstruct.
template <typename T>
NEURASTER_HD void reconstruct_row(FastUpscale<T>& passes, int y) {
  const auto& v = passes.v;
  alignas(64) T working[4 * many];
  for (int first = 0; first < v.output.width; first += many) {
    const int n = least(many, v.output.width - first);
    const int i = passes.index(v.output, first, y);
    for (int k = 0; k < n; ++k)
      passes.reconstructed(passes.kernel_at(passes.place_of(first + k, y), false), i + k)
          .store(working + 4 * k);
    for (int k = 0; k < n; ++k) passes.store_output(i + k, Vec4<T>::load(working + 4 * k));
  }
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
#endif
