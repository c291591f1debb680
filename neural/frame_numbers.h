#pragma once
// What of a frame's numbers can be used. A jitter or an exposure that is not a number would stay in what is
// kept.

#include <cmath>

namespace neural {

inline bool sound_jitter(float jitter) {
  return std::abs(jitter) <= 1;
}
inline bool exposes(float exposure) {
  return exposure > 0 && std::isfinite(exposure);
}
/// By how much light stored with `before` grows for `now`; 1 where one of them cannot be used.
inline float exposure_ratio(float now, float before) {
  return exposes(now) && exposes(before) ? now / before : 1.0f;
}

}  // namespace neural
