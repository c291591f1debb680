#pragma once
// The kernel of a network's beginning: the pass that writes its input, its first layer (1x1, to 16 channels),
// a 3x3 layer of as many channels, and one to half the size. Between them nothing leaves the block: it goes
// down a strip of the picture a few rows at a time, and rows that the next layer still needs stay in shared
// memory. A strip begins with two columns and rows of its neighbours'. Only .cu files include this.
//
// A family may do the work of a pass before that one as well: Ends::Before, made of the view, of its
// Before::Shared in shared memory and of the strip, has advance(row), which all threads call before they look
// at inputs up to that row. Where Ends::works_before(view) is false, Ends::NothingBefore takes its place.

#include <cstring>

#include "compute/cuda/fused/network_ends.h"

namespace compute::cuda {

struct Strip {
  static constexpr int columns = 128, used_columns = columns - 2, own_columns = used_columns - 4;
  static constexpr int rows_of_step = 2, steps = 38, own_rows = rows_of_step * (steps - 2);
  static constexpr int warps = 4 * rows_of_step;  ///< each has a quarter of a row
  static constexpr int ring = 4;                  ///< rows that are kept of a layer
  // A row has two columns more, of zeros, which the last taps of columns without use read.
  static constexpr int row_halfs = (columns + 2) * block_channels, halfs = ring * row_halfs;
  int x, y;  ///< the first pixel of its own

  __device__ Strip()
      : x(static_cast<int>(blockIdx.x) * own_columns), y(static_cast<int>(blockIdx.y) * own_rows) {}
  __device__ bool owns(int px, int py) const {
    return px >= x && py >= y && px < x + own_columns && py < y + own_rows;
  }
  /// Returns where a row begins in a ring.
  __device__ static int row_at(int row) { return (row & (ring - 1)) * row_halfs; }
  /// Returns where 8 channels of a pixel lie in a row. The two vectors of some pixels change places so that
  /// reads of 8 pixels beside each other meet all banks once.
  __device__ static int pixel_at(int place, int vector) {
    return place * block_channels + (vector ^ (place >> 2 & 1)) * 8;
  }
  /// The same where even columns come first, as a layer to half the size reads them.
  __device__ static int parted_at(int column, int vector) {
    return pixel_at((column & 1) * (columns / 2) + (column >> 1), vector ^ (column & 1));
  }
};
inline constexpr int other_vector = 8;  ///< xor: where the other 8 channels of a pixel lie

/// A lane's sums of 16 channels at 16 pixels (two columns of a product), which begin with the bias.
struct Sums {
  float of[2][4];
  __device__ Sums(const float* bias, int lane) {
#pragma unroll
    for (int column = 0; column < 2; ++column) {
      const float2 b = __ldg(reinterpret_cast<const float2*>(bias + 8 * column + tiles::c_column(lane, 0)));
      of[column][0] = of[column][2] = b.x;
      of[column][1] = of[column][3] = b.y;
    }
  }
  __device__ void add(const std::uint32_t (&a)[4], uint4 b) {
    multiply(of[0], a, column_of(b, 0));
    multiply(of[1], a, column_of(b, 1));
  }
  /// Returns two channels of a pixel after the ReLU.
  __device__ std::uint32_t activated(int column, int i) const {
    const __half2 both = __hmax2(__floats2half2_rn(of[column][i], of[column][i + 1]), __float2half2_rn(0));
    std::uint32_t bits;
    std::memcpy(&bits, &both, sizeof bits);
    return bits;
  }
};
__device__ inline void store_pair(f16* to, std::uint32_t pair) {
  *reinterpret_cast<std::uint32_t*>(to) = pair;
}

/// The first layer for a quarter of a row: `row` counts from two above the strip's own, `left` is the
/// quarter's first column. Outside the padded picture there are zeros.
template <typename Ends, typename Before>
__device__ __forceinline__ void squeeze_row(Before& before, Size size, const StartArguments& arguments,
                                            const Strip& strip, int row, int left, int lane, f16* squeezed) {
  const int y = strip.y - 2 + row, x = strip.x - 2 + left + lane;
  f16* of_warp = squeezed + Strip::row_at(row) + left * block_channels;
  const int own = Strip::pixel_at(lane, 0);
  auto* first = reinterpret_cast<tiles::Halfs8*>(of_warp + own);
  auto* second = reinterpret_cast<tiles::Halfs8*>(of_warp + (own ^ other_vector));
  if (y < 0 || y >= arguments.padded.height) {  // all of a warp
    *first = *second = {};
    return;
  }
  float low[block_channels] = {}, high[block_channels] = {};
  if (x >= 0 && x < size.width && y < size.height && left + lane < Strip::used_columns)
    Ends::input(before, x, y, strip.owns(x, y), low, high);
  std::uint32_t pixels[2][2][4];
#pragma unroll
  for (int k = 0; k < 2; ++k) {
    *first = pack8(k == 0 ? low : high);
    *second = pack8((k == 0 ? low : high) + 8);
    __syncwarp();
    const f16* rows = of_warp + Strip::pixel_at(lane & 15, lane >> 4);
#pragma unroll
    for (int half = 0; half < 2; ++half) load_a(pixels[half][k], rows + half * 16 * block_channels);
    __syncwarp();  // the next values lie where these did
  }
  const int to = Strip::pixel_at(tiles::c_row(lane, 0), 0) + tiles::c_column(lane, 0);
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    Sums sums(arguments.squeeze_bias, lane);
#pragma unroll
    for (int k = 0; k < 2; ++k)
      sums.add(pixels[half][k], load_b(arguments.squeeze, tiles::fragment(block_channels, 1, k, 0, 0, lane)));
#pragma unroll
    for (int n = 0; n < 4; ++n)
      store_pair(of_warp + (16 * half + n / 2 * 8) * block_channels + (n % 2 ? to ^ other_vector : to),
                 sums.activated(n % 2, n / 2 * 2));
  }
  __syncwarp();
  if (x < 0 || x >= arguments.padded.width) *first = *second = {};
}

/// The layer at full size for a quarter of a row, which counts from one above the strip's own, as its columns
/// do from one to the left.
__device__ __forceinline__ void full_row(const StartArguments& arguments, const Strip& strip, int row,
                                         int left, int lane, const f16* squeezed, f16* full) {
  const int y = strip.y - 1 + row, width = arguments.padded.width;
  if (row < 0 || y >= arguments.padded.height) return;  // nobody reads it
  Sums sums[2] = {{arguments.full_bias, lane}, {arguments.full_bias, lane}};
#pragma unroll
  for (int tap = 0; tap < tiles::taps; ++tap) {
    const uint4 b = load_b(arguments.full, tiles::fragment(block_channels, tiles::taps, 0, tap, 0, lane));
    const f16* pixels = squeezed + Strip::row_at(row + tap / tiles::kernel) +
                        Strip::pixel_at(left + (lane & 15) + tap % tiles::kernel, lane >> 4);
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      std::uint32_t a[4];
      load_a(a, pixels + 16 * half * block_channels);
      sums[half].add(a, b);
    }
  }
  // Pixels of its own have memory: those from column 1 on that lie in the picture.
  const int first = left + tiles::c_row(lane, 0), channel = tiles::c_column(lane, 0);
  const int count =
      row >= 1 && row <= Strip::own_rows ? pixel::least(Strip::own_columns, width - strip.x) : 0;
  f16* out = arguments.full_out + (y * width + strip.x - 1 + first) * block_channels + channel;
  f16* of_row = full + Strip::row_at(row);
  const int to = Strip::parted_at(first, 0) + channel, other = to ^ other_vector;
#pragma unroll
  for (int half = 0; half < 2; ++half)
#pragma unroll
    for (int n = 0; n < 4; ++n) {  // two pixels at a distance of 8, whose vectors are the other way round
      const int column = n % 2, far = n / 2, p = 16 * half + 8 * far;
      const std::uint32_t value = y < 0 ? 0 : sums[half].activated(column, 2 * far);
      store_pair(of_row + p / 2 * block_channels + (column == far ? to : other), value);
      if (static_cast<unsigned>(first + p - 1) < static_cast<unsigned>(count))
        store_pair(out + p * block_channels + 8 * column, value);
    }
  if (strip.x == 0 && left == 0) {  // outside the picture
    __syncwarp();
    if (lane < 2) *reinterpret_cast<tiles::Halfs8*>(of_row + 8 * lane) = {};
  }
}

/// The layer to half the size for 16 pixels of a row and 16 of its channels.
__device__ __forceinline__ void half_row(const StartArguments& arguments, const Strip& strip, int row,
                                         int left, int channels, int lane, const f16* full) {
  const int width = arguments.padded.width >> 1, y = (strip.y >> 1) + row;
  if (row < 0 || y >= arguments.padded.height >> 1) return;
  // A pixel's three columns are an even one, the odd one beside it, and the next even one.
  const int place = left + (lane & 15), even = Strip::pixel_at(place, lane >> 4);
  const int at[3] = {even, (even ^ other_vector) + Strip::columns / 2 * block_channels,
                     Strip::pixel_at(place + 1, lane >> 4)};
  Sums sums(arguments.half_bias + channels, lane);
#pragma unroll
  for (int tap = 0; tap < tiles::taps; ++tap) {
    std::uint32_t a[4];
    load_a(a, full + Strip::row_at(2 * row + tap / tiles::kernel) + at[tap % tiles::kernel]);
    sums.add(
        a, load_b(arguments.half, tiles::fragment(start_channels, tiles::taps, 0, tap, channels / 8, lane)));
  }
  const int first = left + tiles::c_row(lane, 0);
  const int x = strip.x >> 1, count = pixel::least(Strip::own_columns / 2, width - x);
  f16* out =
      arguments.half_out + (y * width + x + first) * start_channels + channels + tiles::c_column(lane, 0);
#pragma unroll
  for (int n = 0; n < 4; ++n)
    if (first + n / 2 * 8 < count)
      store_pair(out + n / 2 * 8 * start_channels + n % 2 * 8, sums.activated(n % 2, n / 2 * 2));
}

// A multiprocessor has room for two blocks: for three, registers would be so few that addresses are computed
// again and again, and a frame from 1080p has less than two for each of the 132 that the largest GPUs have.
template <typename Ends, typename Before>
__global__ void __launch_bounds__(32 * Strip::warps, 2)
    start_kernel(const __grid_constant__ typename Ends::View view,
                 const __grid_constant__ StartArguments arguments) {
  alignas(16) __shared__ f16 squeezed[Strip::halfs];
  alignas(16) __shared__ f16 full[Strip::halfs];
  __shared__ typename Before::Shared shared;
  const Strip strip;
  const int lane = static_cast<int>(threadIdx.x), warp = static_cast<int>(threadIdx.y);
  const int row = warp >> 2, left = (warp & 3) * 32;
  if (warp < Strip::ring && lane < 4)
    reinterpret_cast<tiles::Halfs8*>(squeezed + Strip::row_at(warp) +
                                     Strip::columns * block_channels)[lane] = {};
  const Size size = Ends::size(view);
  Before before(view, shared, strip);
  const int steps = pixel::least(Strip::steps, (arguments.padded.height - strip.y) / Strip::rows_of_step + 2);
#pragma unroll 1
  for (int first = 0; first < steps * Strip::rows_of_step; first += Strip::rows_of_step) {
    if constexpr (Before::works) {
      before.advance(strip.y - 1 + first);
      __syncthreads();
    }
    squeeze_row<Ends>(before, size, arguments, strip, first + row, left, lane, squeezed);
    __syncthreads();
    full_row(arguments, strip, first - 2 + row, left, lane, squeezed, full);
    __syncthreads();
    half_row(arguments, strip, (first >> 1) - 2, left >> 1, row * block_channels, lane, full);
  }
}

/// Launches over the padded grid.
template <typename Ends, typename Before>
cudaError_t launch_start(const typename Ends::View& view, const StartArguments& arguments,
                         cudaStream_t stream) {
  const auto blocks = [](int size, int own) { return static_cast<unsigned>((size + own - 1) / own); };
  return launch(start_kernel<Ends, Before>,
                dim3(blocks(arguments.padded.width, Strip::own_columns),
                     blocks(arguments.padded.height, Strip::own_rows)),
                dim3(32, Strip::warps), stream, view, arguments);
}
template <typename Ends>
cudaError_t run_start(const typename Ends::View& view, const StartArguments& arguments, cudaStream_t stream) {
  return Ends::works_before(view) ? launch_start<Ends, typename Ends::Before>(view, arguments, stream)
                                  : launch_start<Ends, typename Ends::NothingBefore>(view, arguments, stream);
}

/// Returns the launchers for a CudaFamily.
template <typename Ends>
inline constexpr NetworkEnds network_ends = {
    [](const void* view, const StartArguments& arguments, cudaStream_t stream) {
      return run_start<Ends>(*static_cast<const typename Ends::View*>(view), arguments, stream);
    },
    [](const void* view, const HeadArguments& arguments, cudaStream_t stream) {
      return run_head<Ends>(*static_cast<const typename Ends::View*>(view), arguments, stream);
    },
    Ends::finish};

}  // namespace compute::cuda
