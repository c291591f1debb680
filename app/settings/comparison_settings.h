#pragma once
// What a person can look at besides the picture: a second upscaler beside the first, the error of both, a
// magnifier, the buffers inside. With all of it off a frame costs what it costs without.

#include <cmath>
#include <cstdint>
#include <string>

#include "renderer/settings.h"

namespace app {

/// What the right side of a comparison shows: the words of renderer::Upscaler, and the truth.
enum class RightLane : std::int32_t { native, nearest, bilinear, catmull_rom, taau, neural, reference };

/// What is drawn instead of the picture: a buffer of the frame contract, or what the upscaler thinks.
enum class BufferView : std::int32_t {
  picture,
  color,
  depth,
  motion,
  reactive,
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
  std::string weights;   ///< of a neural right side; empty: the left side's
  float divider = 0.5f;  ///< share of the picture's width that shows the left side
  bool flicker = false;  ///< the whole picture shows one side, then the other
  float flicker_seconds = 0.5f;
  bool error = false;         ///< FLIP instead of the pictures
  std::int32_t samples = 64;  ///< a pixel of the reference that grows while the camera rests

  bool magnifier = false;
  float zoom = 6;
  float lens = 0.3f;  ///< side of the magnifier, share of the picture's height

  BufferView buffer = BufferView::picture;
};

/// What the flicker and the magnifier show now.
struct ComparisonNow {
  float cursor[2] = {-1, -1};  ///< output pixels; below 0: the middle
  bool flicker_right = false;
};

/// Which side a flicker shows at this time.
inline bool flicker_right(const ComparisonSettings& comparison, double seconds) {
  return std::fmod(seconds, 2.0 * comparison.flicker_seconds) >= comparison.flicker_seconds;
}

/// The right side's upscaler; the reference has none and is `native` here.
constexpr renderer::Upscaler upscaler_of(RightLane side) {
  return side == RightLane::reference ? renderer::Upscaler::native : static_cast<renderer::Upscaler>(side);
}

/// What the low-resolution frame is rendered for: `native` beside an upscaler is a rendering of its own.
constexpr renderer::Upscaler rendered_for(renderer::Upscaler left, const ComparisonSettings& comparison) {
  const bool by_right = comparison.compare && left == renderer::Upscaler::native;
  return by_right ? upscaler_of(comparison.right) : left;
}

}  // namespace app
