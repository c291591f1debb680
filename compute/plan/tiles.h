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
#include "compute/pixel/math.h"

namespace compute::tiles {

inline constexpr int tile_width = 16, tile_height = 8;
inline constexpr int warps = 4, threads = 32 * warps;
inline constexpr int rows_of_warp = tile_height / warps;
inline constexpr int chunk_channels = 16;  ///< channels staged at a time: k of one mma
inline constexpr int kernel = 3;           ///< of every layer of the middle
inline constexpr int taps = kernel * kernel;
inline constexpr int staged_halfs =
    24;  ///< stride of a staged pixel in halfs: 16 values, and 8 more so that 8 pixels meet all banks once
inline constexpr int max_stride = 2, max_out_channels = 64;

/// One tensor of a concatenated source, stored by pixels. Shift 1 reads it upsampled to twice its size
/// (nearest).
struct Part {
  const f16* data = nullptr;
  int channels = 0;           ///< a multiple of 16, packed
  int width = 0, height = 0;  ///< of the stored tensor
  int shift = 0;
};

/// A 3x3 layer with a ReLU.
struct Convolution {
  Part parts[2];
  f16* out = nullptr;  ///< [height][width][out_channels]
  const f16* fragments = nullptr;
  const float* bias = nullptr;
  int in_channels = 0, out_channels = 0;  ///< multiples of 16
  int width = 0, height = 0;              ///< of the output
  int stride = 1;                         ///< 1 or 2
};

/// The last tiles of a row and a column may reach beyond the output.
NEURASTER_HD int tile_count(const Convolution& c) {
  return (c.width + tile_width - 1) / tile_width * ((c.height + tile_height - 1) / tile_height);
}

/// A tile, by the output pixel at which it starts.
struct Tile {
  int x, y;
};
/// Walks over a layer's tiles row by row, `step` at a time, without dividing for each.
class Tiles {
 public:
  NEURASTER_HD Tiles(const Convolution& c, int first, int step)
      : across_((c.width + tile_width - 1) / tile_width), height_(c.height), step_(step), column_(first) {
    wrap();
  }
  NEURASTER_HD bool more() const { return y_ < height_; }
  NEURASTER_HD Tile tile() const { return {column_ * tile_width, y_}; }
  NEURASTER_HD void next() {
    column_ += step_;
    wrap();
  }

 private:
  NEURASTER_HD void wrap() {
    while (column_ >= across_) column_ -= across_, y_ += tile_height;
  }
  int across_, height_, step_, column_, y_ = 0;
};

struct alignas(16) Halfs8 {
  std::uint32_t v[4];
};

/// Where 16 channels of a layer's source lie.
struct Chunk {
  const Halfs8* first;  ///< of the part's first pixel
  int vectors;          ///< of a pixel, in memory
  int width, height, shift;
  NEURASTER_HD Chunk(const Convolution& c, int channel) {
    const bool second = channel >= c.parts[0].channels;
    const Part& part = c.parts[second];
    first =
        reinterpret_cast<const Halfs8*>(part.data) + (second ? channel - c.parts[0].channels : channel) / 8;
    vectors = part.channels / 8;
    width = part.width, height = part.height, shift = part.shift;
  }
};

/// The source pixels that a tile reads, with the kernel's halo. All sizes are known to the compiler, because
/// divisions by run-time values cost more than the copies they serve.
template <int stride>
struct Region {
  static constexpr int width = (tile_width - 1) * stride + kernel,
                       height = (tile_height - 1) * stride + kernel;
  static constexpr int copies = 2 * width * height;  ///< that stage it: two for each pixel, of 8 halfs each
  static constexpr int halfs = width * height * staged_halfs;

  /// Returns where column x of a row lies. Columns that one tap reads lie side by side, at stride 2 as well:
  /// the even ones first. The rows of an operand then meet all banks once.
  NEURASTER_HD static constexpr int place(int x) {
    return stride == 1 ? x : x % stride * ((width + 1) / stride) + x / stride;
  }

  /// Does one of the copies: 8 channels of a pixel from its tensor, zeros outside the picture.
  NEURASTER_HD static void stage(const Chunk& chunk, Tile tile, int copy, f16* staged) {
    const int pixel = copy / 2, half = copy % 2, row = pixel / width, column = pixel - row * width;
    const int x = (tile.x * stride - kernel / 2 + column) >> chunk.shift,
              y = (tile.y * stride - kernel / 2 + row) >> chunk.shift;
    Halfs8 value{};
    if (static_cast<unsigned>(x) < static_cast<unsigned>(chunk.width) &&
        static_cast<unsigned>(y) < static_cast<unsigned>(chunk.height))
      value = chunk.first[(y * chunk.width + x) * chunk.vectors + half];
    *reinterpret_cast<Halfs8*>(staged + (row * width + place(column)) * staged_halfs + 8 * half) = value;
  }

  /// Returns where lane's row of the A operand starts (ldmatrix.x4): 8 channels of pixel lane % 16 of a
  /// tile's row. The part that depends on the lane is the same for all rows and taps.
  NEURASTER_HD static int a_offset(int row, int tap, int lane) {
    const int across = place(tap % kernel);
    return (((row * stride + tap / kernel) * width + across) + (lane & 15)) * staged_halfs + (lane >> 4) * 8;
  }
};
inline constexpr int max_region_halfs = Region<max_stride>::halfs;

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

/// Returns the first of a lane's four halfs in the packed weights [chunk][tap][pair of columns][lane][2][4]:
/// a lane reads two columns of 8 at once.
NEURASTER_HD int fragment(int out_channels, int tap_count, int k_chunk, int tap, int column, int lane) {
  const int pair = (k_chunk * tap_count + tap) * (out_channels / 16) + column / 2;
  return (pair * 32 + lane) * 8 + column % 2 * 4;
}

struct alignas(8) Floats2 {
  float low, high;
};

/// Adds the bias, applies the ReLU and stores a lane's four sums of one column of a tile's row.
NEURASTER_HD void store(const Convolution& c, Tile tile, int row, int column, int lane, const float sums[4]) {
  const int x = tile.x + c_row(lane, 0), y = tile.y + row, channel = 8 * column + c_column(lane, 0);
  if (y >= c.height) return;
  f16* to = c.out + (y * c.width + x) * c.out_channels + channel;
  const auto bias = *reinterpret_cast<const Floats2*>(c.bias + channel);
  for (int i = 0; i < 4; i += 2)
    if (x + c_row(0, i) < c.width)
      *reinterpret_cast<std::uint32_t*>(to + c_row(0, i) * c.out_channels) = pixel::pack_halfs(
          pixel::most(sums[i] + bias.low, 0.0f), pixel::most(sums[i + 1] + bias.high, 0.0f));
}

}  // namespace compute::tiles
