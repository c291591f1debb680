#pragma once
// Reads image files as 8-bit RGBA: PNG, JPEG, TGA and BMP, among them 16-bit, palette and grey ones.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace scene {

struct Image {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> rgba;  ///< [height][width][4], row 0 at the top
  bool has_alpha = false;          ///< at least one texel is not fully opaque

  const std::uint8_t* texel(std::uint32_t x, std::uint32_t y) const {
    return &rgba[4 * (std::size_t{y} * width + x)];
  }
};

/// Throws core::Error with the path and the reason. The alpha of a file whose header says that it has none,
/// and an alpha that is 0 everywhere, are opaque.
Image read_image(const std::filesystem::path& path);

/// How many pixels the file's header says that it has. Throws as read_image does.
std::int64_t image_pixels(const std::filesystem::path& path);

/// The picture at another size by bilinear interpolation, for maps that are merged into one texture.
Image resized(const Image& image, std::uint32_t width, std::uint32_t height);

}  // namespace scene
