#pragma once
// A frame's picture as the metrics take it.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/frame.h"
#include "core/picture/image.h"

namespace app {

/// Turns what Frame::read_picture returns into floats from 0 to 1.
inline core::Image display_picture(core::Size size, const std::vector<std::byte>& rgb8) {
  core::Image image(size.width, size.height);
  std::transform(rgb8.begin(), rgb8.end(), image.rgb.begin(),
                 [](std::byte b) { return static_cast<float>(std::to_integer<int>(b)) / 255; });
  return image;
}

}  // namespace app
