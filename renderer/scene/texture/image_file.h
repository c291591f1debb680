#pragma once
// Image files to 8-bit RGBA: PNG, JPEG, TGA and BMP, 16-bit, palette and grey ones too.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace scene {

struct Image {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> rgba;  ///< row 0 is the top
  bool has_alpha = false;          ///< some texel is not fully opaque

  const std::uint8_t* texel(std::uint32_t x, std::uint32_t y) const {
    return &rgba[4 * (std::size_t{y} * width + x)];
  }
};

/// Throws core::Error with the path and the reason.
Image read_image(const std::filesystem::path& path);

/// The same picture at another size (bilinear), for maps that are merged.
Image resized(const Image& image, std::uint32_t width, std::uint32_t height);

}  // namespace scene
