#pragma once
// A picture in memory.

#include <cstddef>
#include <vector>

namespace core {

/// An RGB picture as floats, [height][width][3], row 0 at the top. Functions that take one say whether its
/// values are linear or display-encoded.
struct Image {
  int width = 0, height = 0;
  std::vector<float> rgb;

  Image() = default;
  Image(int w, int h) : width(w), height(h), rgb(3 * static_cast<std::size_t>(w) * h) {}
  std::size_t pixels() const { return static_cast<std::size_t>(width) * height; }
  /// The three channels of pixel (x, y), which must lie inside the picture.
  float* at(int x, int y) { return &rgb[3 * (static_cast<std::size_t>(y) * width + x)]; }
  const float* at(int x, int y) const { return &rgb[3 * (static_cast<std::size_t>(y) * width + x)]; }
};

}  // namespace core
