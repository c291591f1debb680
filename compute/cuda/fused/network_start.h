#pragma once
// The kernel of a network's beginning: the pass that writes its input, its first layer (1x1, to 16 channels), a
// 3x3 layer of as many channels, and one to half the size. Between them nothing leaves the block: it goes down
// a strip of the picture a few rows at a time, and rows that the next layer still needs stay in shared memory.
// A strip begins with two columns and rows of its neighbours'. Only .cu files include this.

#include "compute/cuda/fused/network_ends.h"

namespace compute::cuda {

struct Strip {
  static constexpr int columns = 64, own_columns = columns - 4;
  static constexpr int rows_of_step = 4, steps = 16, own_rows = rows_of_step * (steps - 1);
  static constexpr int warps = 2 * rows_of_step;  ///< each has half a row
  static constexpr int ring = 8;                  ///< rows that are kept of a layer
  static constexpr int halfs = ring * columns * block_channels;
  int x, y;  ///< the first pixel of its own

  __device__ Strip()
      : x(static_cast<int>(blockIdx.x) * own_columns), y(static_cast<int>(blockIdx.y) * own_rows) {}
  __device__ bool owns(int px, int py) const {
    return px >= x && py >= y && px < x + own_columns && py < y + own_rows;
  }
  /// Returns where 8 channels of a pixel lie in a ring. Vectors of pixels beside each other change places so that
  /// reads of 8 pixels meet all banks once.
  __device__ static int at(int row, int place, int vector) {
    return ((row & (ring - 1)) * columns + place) * block_channels + (vector ^ (place >> 2 & 1)) * 8;
  }
  /// The same where even columns come first, as a layer to half the size reads them.
  __device__ static int at_parted(int row, int column, int vector) {
    return at(row, column % 2 * (columns / 2) + column / 2, vector ^ (column & 1));
  }
};

/// Returns two sums of a product with their bias, after the ReLU.
__device__ inline std::uint32_t activated(const float* sums, const float* bias) {
  return pixel::pack_halfs(fmaxf(sums[0] + bias[0], 0.0f), fmaxf(sums[1] + bias[1], 0.0f));
}

/// The first layer for half a row: `row` counts from two above the strip's own, `left` is the half's first
/// column. Outside the padded picture there are zeros.
template <typename Ends>
__device__ __forceinline__ void squeeze_row(const typename Ends::View& view, const StartArguments& arguments,
                                            const Strip& strip, int row, int left, int lane, f16* squeezed) {
  const int y = strip.y - 2 + row, x = strip.x - 2 + left + lane;
  const auto place = [&](int vector) {
    return reinterpret_cast<tiles::Halfs8*>(squeezed + Strip::at(row, left + lane, vector));
  };
  if (y < 0 || y >= arguments.padded.height) {  // all of a warp
    *place(0) = *place(1) = {};
    return;
  }
  float low[block_channels] = {}, high[block_channels] = {};
  const Size size = Ends::size(view);
  if (x >= 0 && x < size.width && y < size.height) Ends::input(view, x, y, strip.owns(x, y), low, high);
  std::uint32_t pixels[2][2][4];
#pragma unroll
  for (int k = 0; k < 2; ++k) {
    *place(0) = pack8(k == 0 ? low : high);
    *place(1) = pack8((k == 0 ? low : high) + 8);
    __syncwarp();
#pragma unroll
    for (int half = 0; half < 2; ++half)
      load_a(pixels[half][k], squeezed + Strip::at(row, left + 16 * half + (lane & 15), lane >> 4));
    __syncwarp();  // the next values lie where these did
  }
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    float sums[2][4] = {};
    multiply_pixels(sums, pixels[half], arguments.squeeze, lane);
#pragma unroll
    for (int column = 0; column < 2; ++column)
#pragma unroll
      for (int i = 0; i < 4; i += 2) {
        const int p = left + 16 * half + tiles::c_row(lane, i), channel = tiles::c_column(lane, 0);
        const auto across = static_cast<unsigned>(strip.x - 2 + p);
        *reinterpret_cast<std::uint32_t*>(squeezed + Strip::at(row, p, column) + channel) =
            across < static_cast<unsigned>(arguments.padded.width)
                ? activated(sums[column] + i, arguments.squeeze_bias + 8 * column + channel)
                : 0;
      }
  }
}

/// The layer at full size for half a row, which counts from one above the strip's own, as its columns do from
/// one to the left.
__device__ __forceinline__ void full_row(const StartArguments& arguments, const Strip& strip, int row, int left,
                                         int lane, const f16* squeezed, f16* full) {
  const int y = strip.y - 1 + row;
  if (row < 0 || y >= arguments.padded.height) return;  // nobody reads it
  float sums[2][2][4] = {};
#pragma unroll
  for (int tap = 0; tap < tiles::taps; ++tap) {
    const uint4 b = load_b(arguments.full, tiles::fragment(block_channels, tiles::taps, 0, tap, 0, lane));
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int column = left + 16 * half + (lane & 15) + tap % tiles::kernel;
      std::uint32_t a[4];
      load_a(a, squeezed + Strip::at(row + tap / tiles::kernel, pixel::least(column, Strip::columns - 1),
                                     lane >> 4));
      multiply(sums[half][0], a, column_of(b, 0));
      multiply(sums[half][1], a, column_of(b, 1));
    }
  }
#pragma unroll
  for (int half = 0; half < 2; ++half)
#pragma unroll
    for (int column = 0; column < 2; ++column)
#pragma unroll
      for (int i = 0; i < 4; i += 2) {
        const int p = left + 16 * half + tiles::c_row(lane, i), channel = tiles::c_column(lane, 0);
        const int x = strip.x - 1 + p;
        const bool there = x >= 0 && x < arguments.padded.width && y >= 0;
        const std::uint32_t value =
            there ? activated(sums[half][column] + i, arguments.full_bias + 8 * column + channel) : 0;
        *reinterpret_cast<std::uint32_t*>(full + Strip::at_parted(row, p, column) + channel) = value;
        if (there && strip.owns(x, y))
          *reinterpret_cast<std::uint32_t*>(arguments.full_out +
                                            (y * arguments.padded.width + x) * block_channels + 8 * column +
                                            channel) = value;
      }
}

/// The layer to half the size for 16 pixels of a row and 16 of its channels.
__device__ __forceinline__ void half_row(const StartArguments& arguments, const Strip& strip, int row, int left,
                                         int channels, int lane, const f16* full) {
  const int width = arguments.padded.width / 2, y = strip.y / 2 + row;
  if (row < 0 || y >= arguments.padded.height / 2) return;
  float sums[2][4] = {};
#pragma unroll
  for (int tap = 0; tap < tiles::taps; ++tap) {
    std::uint32_t a[4];
    const int column = 2 * (left + (lane & 15)) + tap % tiles::kernel;
    load_a(a, full + Strip::at_parted(2 * row + tap / tiles::kernel, pixel::least(column, Strip::columns - 1),
                                      lane >> 4));
    const uint4 b = load_b(arguments.half,
                           tiles::fragment(start_channels, tiles::taps, 0, tap, channels / 8, lane));
    multiply(sums[0], a, column_of(b, 0));
    multiply(sums[1], a, column_of(b, 1));
  }
#pragma unroll
  for (int column = 0; column < 2; ++column)
#pragma unroll
    for (int i = 0; i < 4; i += 2) {
      const int p = left + tiles::c_row(lane, i), x = strip.x / 2 + p;
      const int channel = channels + 8 * column + tiles::c_column(lane, 0);
      if (p < Strip::own_columns / 2 && x < width)
        *reinterpret_cast<std::uint32_t*>(arguments.half_out + (y * width + x) * start_channels + channel) =
            activated(sums[column] + i, arguments.half_bias + channel);
    }
}

template <typename Ends>
__global__ void __launch_bounds__(32 * Strip::warps)
    start_kernel(const __grid_constant__ typename Ends::View view,
                 const __grid_constant__ StartArguments arguments) {
  alignas(16) __shared__ f16 squeezed[Strip::halfs];
  alignas(16) __shared__ f16 full[Strip::halfs];
  const Strip strip;
  const int lane = static_cast<int>(threadIdx.x), warp = static_cast<int>(threadIdx.y);
  const int row = warp / 2, left = warp % 2 * 32;
  const int steps = pixel::least(Strip::steps, (arguments.padded.height - strip.y + 3) / Strip::rows_of_step + 1);
#pragma unroll 1
  for (int first = 0; first < steps * Strip::rows_of_step; first += Strip::rows_of_step) {
    squeeze_row<Ends>(view, arguments, strip, first + row, left, lane, squeezed);
    __syncthreads();
    full_row(arguments, strip, first - 2 + row, left, lane, squeezed, full);
    __syncthreads();
    half_row(arguments, strip, first / 2 - 2 + warp % 2, warp / 2 % 2 * 16, warp / 4 * block_channels, lane, full);
  }
}

/// Launches over the padded grid.
template <typename Ends>
cudaError_t run_start(const typename Ends::View& view, const StartArguments& arguments, cudaStream_t stream) {
  const auto blocks = [](int size, int own) { return static_cast<unsigned>((size + own - 1) / own); };
  return launch(start_kernel<Ends>,
                dim3(blocks(arguments.padded.width, Strip::own_columns),
                     blocks(arguments.padded.height, Strip::own_rows)),
                dim3(32, Strip::warps), stream, view, arguments);
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
