#pragma once
// Pictures on disk: PNG to look at (8-bit, display-encoded) and OpenEXR to compute with (named half and float
// channels). Files are written through core::write_file, and the same pixels always give the same bytes.
//
// Every function throws core::Error with the path and the reason.

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/frame.h"
#include "core/picture/image.h"

namespace core {

/// Writes display-encoded values as 8-bit RGB marked as sRGB. Values are clamped to [0, 1] and rounded to the
/// nearest; NaN becomes 0.
void write_png(const std::filesystem::path& path, const Image& image);
/// The same from bytes: `rgb8` is [height][width][3].
void write_png(const std::filesystem::path& path, int width, int height, std::span<const std::byte> rgb8);

/// The size of a PNG, or of an EXR where the name ends in .exr, by its header alone: a small file may unpack
/// to gigabytes.
Size picture_size(const std::filesystem::path& path);

/// Reads any PNG (grey, palette and 16-bit ones too) as display-encoded values in [0, 1]. Drops the alpha
/// channel. A picture of another size than `expected` is refused by its header, before it is decoded: a file
/// of kilobytes can name a picture of gigabytes.
Image read_png(const std::filesystem::path& path, Size expected = {});

enum class ExrType { half, full };

/// One channel of an EXR file, read from interleaved memory: pixel (x, y) lies at
/// data + (y * width + x) * stride bytes.
struct ExrChannel {
  std::string name;
  ExrType type = ExrType::full;
  const void* data = nullptr;
  std::size_t stride = sizeof(float);  ///< bytes from one pixel to the next
};

/// Writes the channels with lossless ZIP compression. A channel may have any name.
void write_exr(const std::filesystem::path& path, int width, int height,
               std::span<const ExrChannel> channels);
/// Writes the picture as channels R, G and B of 32-bit floats.
void write_exr(const std::filesystem::path& path, const Image& image);

/// The channels of an EXR file by name, each [height][width]. Half channels are converted to float.
struct ExrImage {
  int width = 0, height = 0;
  std::map<std::string, std::vector<float>> channels;

  /// Returns channels R, G and B as one picture. Throws Error where one of them is missing.
  Image rgb() const;
};
/// Reads all channels of an EXR file, with `expected` as for read_png.
ExrImage read_exr(const std::filesystem::path& path, Size expected = {});

}  // namespace core
