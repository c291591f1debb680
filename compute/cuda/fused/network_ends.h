#pragma once
// What the kernels at both ends of a network share, and its last two layers (1x1, through 16 channels)
// together with the pass that reads its output. A family provides its part in a struct `Ends`:
//
// - `View`: its view struct.
// - `Size size(const View&)`: its grid, within the padded one.
// - `Before`, `NothingBefore`, `bool works_before(const View&)`: see network_start.h.
// - `void input(Before&, int x, int y, bool own, float* low, float* high)`: the 32 input channels of a pixel.
//   Several blocks may ask for a pixel; what else its pass stores is stored where it is their `own`.
// - `void output(const View&, int x, int y, const float* low, const float* high)`: takes the last layer's 32
//   values of a pixel.
// - `cudaError_t finish(const void* view, const HeadArguments&, cudaStream_t)`: see NetworkEnds.
//
// Only .cu files include this.

#include "compute/cuda/family.h"
#include "compute/cuda/fused/operands.h"
#include "compute/cuda/launch.h"

namespace compute::cuda {

// The per-pixel code has a thread for each pixel; for the products a warp works on its 32 pixels. A pixel
// has a stride of 40 halfs, so that 8 rows of an operand meet every bank once.
inline constexpr int pixels_of_block = 128, end_halfs = 40, end_channels = 2 * block_channels;

/// A thread's pixel: a warp has 32 of a row, and a block has 4 rows.
struct EndPixel {
  static constexpr int rows = pixels_of_block / 32;
  int lane = static_cast<int>(threadIdx.x), warp = static_cast<int>(threadIdx.y);
  __device__ int first_x() const { return static_cast<int>(blockIdx.x) * 32; }
  __device__ int x() const { return first_x() + lane; }
  __device__ int y() const { return static_cast<int>(blockIdx.y) * rows + warp; }
  __device__ int thread() const { return warp * 32 + lane; }
  static dim3 threads() { return {32, rows}; }
  static dim3 blocks(Size grid) {
    return {static_cast<unsigned>((grid.width + 31) / 32),
            static_cast<unsigned>((grid.height + rows - 1) / rows)};
  }
};

__device__ inline tiles::Halfs8 pack8(const float* v) {
  return {{pixel::pack_halfs(v[0], v[1]), pixel::pack_halfs(v[2], v[3]), pixel::pack_halfs(v[4], v[5]),
           pixel::pack_halfs(v[6], v[7])}};
}

/// Loads the A operand of 16 of the warp's pixels, for channels from 16 * k.
__device__ inline void load_pixels(std::uint32_t (&a)[4], const f16* warp_pixels, int half_warp, int k,
                                   int lane) {
  load_a(a, warp_pixels + (16 * half_warp + (lane & 15)) * end_halfs + 16 * k + (lane >> 4) * 8);
}

/// Multiplies the 32 channels of 16 pixels by the weights of a 1x1 layer with 16 outputs.
__device__ inline void multiply_pixels(float (&sums)[2][4], const std::uint32_t (&pixels)[2][4],
                                       const f16* fragments, int lane) {
#pragma unroll
  for (int k = 0; k < 2; ++k) {
    const uint4 b = load_b(fragments, tiles::fragment(block_channels, 1, k, 0, 0, lane));
#pragma unroll
    for (int column = 0; column < 2; ++column) multiply(sums[column], pixels[k], column_of(b, column));
  }
}

/// Stages a pixel's 16 channels of one part as two vectors.
__device__ inline void stage_part(const tiles::Part& part, int x, int y, f16* to) {
  const auto* from = reinterpret_cast<const tiles::Halfs8*>(part.data) +
                     ((y >> part.shift) * part.width + (x >> part.shift)) * (block_channels / 8);
  auto* halfs = reinterpret_cast<tiles::Halfs8*>(to);
  halfs[0] = from[0];
  halfs[1] = from[1];
}

/// A pixel's result of the last layer in shared memory, in floats, so that reads of 16 bytes meet all banks
/// once.
inline constexpr int head_stride = end_channels + 4, heads_of_warp = 32 * head_stride;

/// Computes the last layers at a pixel for each lane of a warp: of the 32 channels those from 8 * `first` up
/// to 8 * `end`. `heads` is the warp's own memory, of heads_of_warp floats; the lane's result is from lane *
/// head_stride on. Where not `inside`, it means nothing.
template <int first = 0, int end = end_channels / 8>
__device__ inline void last_layers(const HeadArguments& arguments, int x, int y, bool inside, int lane,
                                   float* heads) {
  auto* staged = reinterpret_cast<f16*>(heads);
  f16* mine = staged + lane * end_halfs;
  if (inside) {
    stage_part(arguments.parts[0], x, y, mine);
    stage_part(arguments.parts[1], x, y, mine + block_channels);
  } else {
    const tiles::Halfs8 zeros{};
    for (int i = 0; i < end_channels / 8; ++i) reinterpret_cast<tiles::Halfs8*>(mine)[i] = zeros;
  }
  __syncwarp();
  std::uint32_t sources[2][2][4];
#pragma unroll
  for (int n = 0; n < 4; ++n) load_pixels(sources[n / 2][n % 2], staged, n / 2, n % 2, lane);
  __syncwarp();  // the result lies where the source did
#pragma unroll
  for (int half_warp = 0; half_warp < 2; ++half_warp) {
    float mixed[2][4] = {};
    multiply_pixels(mixed, sources[half_warp], arguments.mix, lane);
    // The lanes of a product's result already hold what the next product needs as its first operand.
    std::uint32_t a[4];
#pragma unroll
    for (int column = 0; column < 2; ++column) {
      const int channel = 8 * column + tiles::c_column(lane, 0);
      const float bias0 = arguments.mix_bias[channel], bias1 = arguments.mix_bias[channel + 1];
#pragma unroll
      for (int i = 0; i < 4; i += 2)
        a[2 * column + i / 2] = pixel::pack_halfs(fmaxf(mixed[column][i] + bias0, 0.0f),
                                                  fmaxf(mixed[column][i + 1] + bias1, 0.0f));
    }
#pragma unroll
    for (int column = first; column < end; ++column) {
      float sums[4] = {};
      const uint4 b = load_b(arguments.head, tiles::fragment(end_channels, 1, 0, 0, column & ~1, lane));
      multiply(sums, a, column_of(b, column % 2));
      const int channel = 8 * column + tiles::c_column(lane, 0);
      const float bias0 = arguments.head_bias[channel], bias1 = arguments.head_bias[channel + 1];
#pragma unroll
      for (int i = 0; i < 4; i += 2)
        *reinterpret_cast<tiles::Floats2*>(heads + (16 * half_warp + tiles::c_row(lane, i)) * head_stride +
                                           channel) = {sums[i] + bias0, sums[i + 1] + bias1};
    }
  }
  __syncwarp();
}

template <typename Ends>
__global__ void __launch_bounds__(pixels_of_block)
    head_kernel(const __grid_constant__ typename Ends::View view,
                const __grid_constant__ HeadArguments arguments) {
  alignas(16) __shared__ float heads[EndPixel::rows * heads_of_warp];
  const EndPixel me;
  const int x = me.x(), y = me.y();
  float* of_warp = heads + me.warp * heads_of_warp;
  const Size size = Ends::size(view);
  const bool inside = x < size.width && y < size.height;
  last_layers(arguments, x, y, inside, me.lane, of_warp);
  const float* h = of_warp + me.lane * head_stride;
  if (inside) Ends::output(view, x, y, h, h + block_channels);
}

/// Launches over the padded grid.
template <typename Ends>
cudaError_t run_head(const typename Ends::View& view, const HeadArguments& arguments, cudaStream_t stream) {
  return launch(head_kernel<Ends>, EndPixel::blocks(arguments.padded), EndPixel::threads(), stream, view,
                arguments);
}

}  // namespace compute::cuda
