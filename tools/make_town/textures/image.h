#pragma once
// 8-bit images and PNG.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace town {

/// Row 0 is the top. 1 (grey), 3 (RGB) or 4 (RGBA) channels.
struct Image {
  int width = 0, height = 0, channels = 3;
  std::vector<std::uint8_t> texels;

  Image() = default;
  Image(int w, int h, int c)
      : width(w), height(h), channels(c), texels(static_cast<std::size_t>(w) * h * c, 0) {}
  std::uint8_t* at(int x, int y) {
    return texels.data() + (static_cast<std::size_t>(y) * width + x) * channels;
  }
};

void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace town
