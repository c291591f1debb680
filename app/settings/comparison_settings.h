#pragma once
// What a person can look at besides the picture: a second upscaler beside the first, the error of both, a
// magnifier, and the buffers of the frame. None of it costs anything while it is off.

#include <cmath>
#include <cstdint>
#include <string>

#include "renderer/settings.h"

namespace app {

/// What the right side of a comparison shows: one of renderer::Upscaler, in that order, or the reference.
enum class RightLane : std::int32_t { native, nearest, bilinear, catmull_rom, taau, neural, reference };

/// What is drawn in place of the picture: a buffer of core/frame.h, or a value inside the upscaler.
enum class BufferView : std::int32_t {
  picture,
  color,
  depth,
  motion,
  reactive,
  normal,  ///< from here to occlusion: renderer::SurfaceValue
  albedo,
  roughness,
  shadow,
  occlusion,
  history,
  output,
  warped_history,
  disocclusion,
  blend_weight,
  history_clamp,
  kernel_shape,
  instability
};

struct ComparisonSettings {
  bool compare = false;
  RightLane right = RightLane::taau;
  std::string weights;   ///< the weights of a neural right side; empty takes the left side's
  float divider = 0.5f;  ///< the part of the picture's width that shows the left side, 0 to 1
  bool flicker = false;  ///< show one side on the whole picture, then the other
  float flicker_seconds = 0.5f;
  bool error = false;         ///< show the FLIP error of both sides instead of their pictures
  float error_gain = 1;       ///< multiplies the error before it becomes a colour
  std::int32_t samples = 64;  ///< per pixel, of the reference that accumulates while the camera rests

  bool magnifier = false;
  float zoom = 6;
  float lens = 0.3f;  ///< length of the magnifier's side as a part of the picture's height

  BufferView buffer = BufferView::picture;
};

/// What the flicker and the magnifier show in this frame.
struct ComparisonNow {
  float cursor[2] = {-1, -1};  ///< output pixels; negative means the middle of the picture
  bool flicker_right = false;
};

/// Whether the flicker shows the right side at this time.
inline bool flicker_right(const ComparisonSettings& comparison, double seconds) {
  return std::fmod(seconds, 2.0 * comparison.flicker_seconds) >= comparison.flicker_seconds;
}

/// The upscaler of the right side. The reference has none; `native` is returned for it.
constexpr renderer::Upscaler upscaler_of(RightLane side) {
  return side == RightLane::reference ? renderer::Upscaler::native : static_cast<renderer::Upscaler>(side);
}

/// The upscaler whose input the low-resolution frame is. Where the left side is `native`, which is a
/// rendering of its own, that is the right side's upscaler.
constexpr renderer::Upscaler rendered_for(renderer::Upscaler left, const ComparisonSettings& comparison) {
  const bool by_right = comparison.compare && left == renderer::Upscaler::native;
  return by_right ? upscaler_of(comparison.right) : left;
}

}  // namespace app
