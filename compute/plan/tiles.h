#pragma once
// The arithmetic of our convolution kernel, for host and device: which pixels a tile reads, where they are
// staged, which value each lane of a warp holds, and where results go. A test runs the same functions on
// the host, lane by lane, against the reference.
//
// A block computes 16 x 8 output pixels for all output channels. Its source region (with halo) is staged in
// shared memory 16 channels at a time. A row of 16 pixels x 16 channels is the A operand of
// mma.sync.m16n8k16; the host packs the weights in the order in which the lanes need them.

#include <cstdint>

#include "compute/pixel/half.h"

namespace compute::tiles {

inline constexpr int tile_width = 16, tile_height = 8;
inline constexpr int warps = 4, threads = 32 * warps;
inline constexpr int rows_of_warp = tile_height / warps;
inline constexpr int chunk = 16;  ///< channels staged at a time: k of one mma
inline constexpr int staged_halfs =
    24;  ///< stride of a staged pixel in halfs: 16 values, and 8 more so that 8 pixels meet all banks once
inline constexpr int max_stride = 2, max_kernel = 3;
inline constexpr int max_region =
    ((tile_width - 1) * max_stride + max_kernel) * ((tile_height - 1) * max_stride + max_kernel);  ///< pixels

/// One tensor of a concatenated source, stored by pixels. Shift 1 reads it upsampled to twice its size
/// (nearest).
struct Part {
  const f16* data = nullptr;
  int channels = 0;           ///< a multiple of 16, packed
  int width = 0, height = 0;  ///< of the stored tensor
  int shift = 0;
};

struct Convolution {
  Part parts[2];
  f16* out = nullptr;  ///< [height][width][out_channels]
  const f16* fragments = nullptr;
  const float* bias = nullptr;
  int in_channels = 0, out_channels = 0;  ///< multiples of 16
  int width = 0, height = 0;              ///< of the output
  int kernel = 3, stride = 1;
  bool relu = true;
};

/// Tiles are numbered row by row; the last ones of a row and column may reach beyond the output.
NEURASTER_HD int tiles_across(const Convolution& c) {
  return (c.width + tile_width - 1) / tile_width;
}
NEURASTER_HD int tile_count(const Convolution& c) {
  return tiles_across(c) * ((c.height + tile_height - 1) / tile_height);
}

/// The source pixels that a tile reads, and the output pixel at which it starts.
struct Region {
  int out_x, out_y, x, y, width, height;
  /// The source begins before the picture where the kernel's halo does.
  NEURASTER_HD Region(const Convolution& c, int tile)
      : out_x(tile % tiles_across(c) * tile_width),
        out_y(tile / tiles_across(c) * tile_height),
        x(out_x * c.stride - c.kernel / 2),
        y(out_y * c.stride - c.kernel / 2),
        width((tile_width - 1) * c.stride + c.kernel),
        height((tile_height - 1) * c.stride + c.kernel) {}
  /// Counts the copies that stage the region: two for each pixel, of 8 halfs each.
  NEURASTER_HD int copies() const { return 2 * width * height; }
};

struct alignas(16) Halfs8 {
  f16 v[8];
};

/// Does one of a region's copies: 8 channels of a pixel from its tensor, zeros outside the picture.
NEURASTER_HD void stage(const Convolution& c, const Region& region, int first_channel, int copy,
                        f16* staged) {
  const int pixel = copy / 2, part8 = copy % 2;
  const int x = region.x + pixel % region.width, y = region.y + pixel / region.width;
  int channel = first_channel + 8 * part8;
  const bool second = channel >= c.parts[0].channels;
  const Part& part = c.parts[second];
  if (second) channel -= c.parts[0].channels;
  Halfs8 value{};
  const int px = x >> part.shift, py = y >> part.shift;
  if (x >= 0 && y >= 0 && px < part.width && py < part.height)
    value = *reinterpret_cast<const Halfs8*>(
        part.data + (static_cast<std::int64_t>(py) * part.width + px) * part.channels + channel);
  *reinterpret_cast<Halfs8*>(staged + pixel * staged_halfs + 8 * part8) = value;
}

/// Returns where lane's row of the A operand starts (ldmatrix.x4): 8 channels of pixel lane % 16 of a
/// tile's row.
NEURASTER_HD int a_offset(const Convolution& c, const Region& region, int row, int tap, int lane) {
  const int y = row * c.stride + tap / c.kernel, x = (lane & 15) * c.stride + tap % c.kernel;
  return (y * region.width + x) * staged_halfs + (lane >> 4) * 8;
}

// --- fragments of mma.sync.m16n8k16 (PTX ISA, "Matrix Fragments for mma.m16n8k16") -----------------------

/// In B, half i of a lane holds weight (k, n).
NEURASTER_HD int b_k(int lane, int i) {
  return 2 * (lane & 3) + (i & 1) + 8 * (i >> 1);
}
NEURASTER_HD int b_n(int lane) {
  return lane >> 2;
}
/// In A, half i of a lane holds (row, k).
NEURASTER_HD int a_row(int lane, int i) {
  return (lane >> 2) + 8 * ((i >> 1) & 1);
}
NEURASTER_HD int a_k(int lane, int i) {
  return 2 * (lane & 3) + (i & 1) + 8 * (i >> 2);
}
/// In C, float i of a lane is (row, column).
NEURASTER_HD int c_row(int lane, int i) {
  return (lane >> 2) + 8 * (i >> 1);
}
NEURASTER_HD int c_column(int lane, int i) {
  return 2 * (lane & 3) + (i & 1);
}

/// Returns the first of a lane's four halfs in the packed weights [chunk][tap][column of 8][lane][4].
NEURASTER_HD std::int64_t fragment(int out_channels, int taps, int k_chunk, int tap, int column, int lane) {
  const std::int64_t group = (static_cast<std::int64_t>(k_chunk) * taps + tap) * (out_channels / 8) + column;
  return (group * 32 + lane) * 4;
}

struct alignas(4) Halfs2 {
  f16 v[2];
};

/// Adds the bias, applies the ReLU and stores a lane's four sums of one column of a tile's row.
NEURASTER_HD void store(const Convolution& c, const Region& region, int row, int column, int lane,
                        const float sums[4]) {
  const int y = region.out_y + row, channel = 8 * column + c_column(lane, 0);
  if (y >= c.height) return;
  for (int i = 0; i < 4; i += 2) {
    const int x = region.out_x + c_row(lane, i);
    if (x >= c.width) continue;
    float a = sums[i] + c.bias[channel], b = sums[i + 1] + c.bias[channel + 1];
    if (c.relu) a = a > 0 ? a : 0, b = b > 0 ? b : 0;
    *reinterpret_cast<Halfs2*>(c.out + (static_cast<std::int64_t>(y) * c.width + x) * c.out_channels +
                               channel) = {pixel::to_half(a), pixel::to_half(b)};
  }
}

}  // namespace compute::tiles
