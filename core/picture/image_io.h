#pragma once
// Pictures on disk: PNG for eyes (8-bit, display-encoded), OpenEXR for researchers (half and float channels
// with names). Everything is written beside and renamed; the same pixels always give the same bytes.

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/picture/image.h"

namespace core {

/// Writes 8-bit RGB, marked sRGB, from display-encoded values. Values are clamped to [0, 1] and rounded to
/// nearest; NaN becomes 0.
void write_png(const std::filesystem::path& path, const Image& image);
/// The same from bytes, [height][width][3].
void write_png(const std::filesystem::path& path, int width, int height, std::span<const std::byte> rgb8);

/// Reads any PNG (grey, palette and 16-bit ones too) as display-encoded values in [0, 1]; alpha is dropped.
/// Throws Error with the path and the reason.
Image read_png(const std::filesystem::path& path);

enum class ExrType { half, full };

/// One channel of an EXR file, read from interleaved memory: pixel (x, y) lies at
/// data + (y * width + x) * stride bytes.
struct ExrChannel {
  std::string name;
  ExrType type = ExrType::full;
  const void* data = nullptr;
  std::size_t stride = sizeof(float);  ///< bytes from one pixel to the next
};

/// Writes the channels, ZIP-compressed without loss. Channels of other names than R, G, B, A, Z are fine.
void write_exr(const std::filesystem::path& path, int width, int height,
               std::span<const ExrChannel> channels);
/// Channels R, G, B as 32-bit floats.
void write_exr(const std::filesystem::path& path, const Image& image);

/// An EXR file's channels by name, each [height][width]; half channels are widened to float.
struct ExrImage {
  int width = 0, height = 0;
  std::map<std::string, std::vector<float>> channels;

  /// Channels R, G and B as one picture. Throws Error when one of them is missing.
  Image rgb() const;
};
ExrImage read_exr(const std::filesystem::path& path);

}  // namespace core
