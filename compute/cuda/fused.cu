// The upscaler's network on tensor cores. Index arithmetic is in tiles.h, where the host tests it; here are
// only the loads, the products and the barriers.

#include <cooperative_groups.h>

#include "compute/cuda/fused.h"
#include "compute/cuda/launch.h"
#include "compute/cuda/tensor_cores.h"
#include "neural/upscale/reconstruction.h"

namespace compute::cuda {
namespace {

using tiles::Convolution;

/// Weights never change during a launch, unlike the tensors.
__device__ uint2 load_b(const f16* fragments, std::int64_t at) {
  return __ldg(reinterpret_cast<const uint2*>(fragments + at));
}

__device__ std::uint32_t pack(float low, float high) {
  return static_cast<std::uint32_t>(neural::pixel::to_half(low)) |
         static_cast<std::uint32_t>(neural::pixel::to_half(high)) << 16;
}

template <int columns>
__device__ void convolve_tile(const Convolution& c, int tile, f16* staged) {
  const tiles::Region region(c, tile);
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int first_row = warp * tiles::rows_of_warp, taps = c.kernel * c.kernel;
  float sums[tiles::rows_of_warp][columns][4] = {};
  for (int k = 0; k < c.in_channels / tiles::chunk; ++k) {
    __syncthreads();  // whoever read the chunk before is done
    for (int copy = static_cast<int>(threadIdx.x); copy < region.copies(); copy += tiles::threads)
      tiles::stage(c, region, k * tiles::chunk, copy, staged);
    __syncthreads();
    for (int tap = 0; tap < taps; ++tap) {
      std::uint32_t a[tiles::rows_of_warp][4];
#pragma unroll
      for (int r = 0; r < tiles::rows_of_warp; ++r)
        load_a(a[r], staged + tiles::a_offset(c, region, first_row + r, tap, lane));
#pragma unroll
      for (int column = 0; column < columns; ++column) {
        const uint2 b = load_b(c.fragments, tiles::fragment(c.out_channels, taps, k, tap, column, lane));
#pragma unroll
        for (int r = 0; r < tiles::rows_of_warp; ++r) multiply(sums[r][column], a[r], b);
      }
    }
  }
#pragma unroll
  for (int r = 0; r < tiles::rows_of_warp; ++r)
#pragma unroll
    for (int column = 0; column < columns; ++column)
      tiles::store(c, region, first_row + r, column, lane, sums[r][column]);
}

/// The block's share of a layer's tiles.
__device__ void convolve(const Convolution& c, f16* staged) {
  const int count = tiles::tile_count(c);
  for (int tile = static_cast<int>(blockIdx.x); tile < count; tile += static_cast<int>(gridDim.x)) {
    switch (c.out_channels) {
      case 16:
        convolve_tile<2>(c, tile, staged);
        break;
      case 32:
        convolve_tile<4>(c, tile, staged);
        break;
      case 48:
        convolve_tile<6>(c, tile, staged);
        break;
      case 64:
        convolve_tile<8>(c, tile, staged);
        break;
    }
  }
}

__global__ void __launch_bounds__(tiles::threads)
    middle_kernel(const __grid_constant__ MiddleArguments arguments) {
  alignas(16) __shared__ f16 staged[tiles::max_region * tiles::staged_halfs];
  for (int i = 0; i < arguments.count; ++i) {
    if (i > 0) cooperative_groups::this_grid().sync();  // the layer before is written
    convolve(arguments.layers[i], staged);
  }
}

__global__ void __launch_bounds__(tiles::threads)
    convolution_kernel(const __grid_constant__ Convolution convolution) {
  alignas(16) __shared__ f16 staged[tiles::max_region * tiles::staged_halfs];
  convolve(convolution, staged);
}

// The kernels of the full-size ends: a thread a pixel for the per-pixel code, a warp its 32 pixels for the
// products. 40 halfs a pixel: 8 rows of an operand meet all banks once.
constexpr int pixels_of_block = 128, end_halfs = 40, end_channels = 2 * block_channels;

/// The A operand of 16 of a warp's pixels, channels from 16 * k.
__device__ void load_pixels(std::uint32_t (&a)[4], const f16* warp_pixels, int half_warp, int k, int lane) {
  load_a(a, warp_pixels + (16 * half_warp + (lane & 15)) * end_halfs + 16 * k + (lane >> 4) * 8);
}

__global__ void __launch_bounds__(pixels_of_block)
    squeeze_kernel(const __grid_constant__ StepView<float, f16> view, const SqueezeArguments arguments,
                   std::int64_t count) {
  alignas(16) __shared__ f16 staged[pixels_of_block * end_halfs];
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * pixels_of_block;
  const std::int64_t p = first + threadIdx.x;
  const int x = static_cast<int>(p % arguments.padded.width),
            y = static_cast<int>(p / arguments.padded.width);
  float low[block_channels] = {}, high[block_channels] = {};
  if (x < view.render.width && y < view.render.height)  // the padding's features are zero
    neural::pixel::feature_values<float>(view, x, y, low, high);
  auto* mine = reinterpret_cast<std::uint32_t*>(staged + threadIdx.x * end_halfs);
#pragma unroll
  for (int i = 0; i < block_channels / 2; ++i) {
    mine[i] = pack(low[2 * i], low[2 * i + 1]);
    mine[block_channels / 2 + i] = pack(high[2 * i], high[2 * i + 1]);
  }
  __syncwarp();
  const f16* warp_pixels = staged + warp * 32 * end_halfs;
#pragma unroll
  for (int half_warp = 0; half_warp < 2; ++half_warp) {
    float sums[2][4] = {};
#pragma unroll
    for (int k = 0; k < 2; ++k) {
      std::uint32_t a[4];
      load_pixels(a, warp_pixels, half_warp, k, lane);
#pragma unroll
      for (int column = 0; column < 2; ++column)
        multiply(sums[column], a,
                 load_b(arguments.fragments, tiles::fragment(block_channels, 1, k, 0, column, lane)));
    }
#pragma unroll
    for (int column = 0; column < 2; ++column)
#pragma unroll
      for (int i = 0; i < 4; i += 2) {
        const std::int64_t at = first + warp * 32 + 16 * half_warp + tiles::c_row(lane, i);
        const int channel = 8 * column + tiles::c_column(lane, 0);
        if (at >= count) continue;
        *reinterpret_cast<std::uint32_t*>(arguments.out + at * block_channels + channel) =
            pack(fmaxf(sums[column][i] + arguments.bias[channel], 0.0f),
                 fmaxf(sums[column][i + 1] + arguments.bias[channel + 1], 0.0f));
      }
  }
}

/// The pixel's 16 channels of one part as two vectors.
__device__ void stage_part(const tiles::Part& part, int x, int y, f16* to) {
  const auto* from = reinterpret_cast<const tiles::Halfs8*>(
      part.data +
      (static_cast<std::int64_t>(y >> part.shift) * part.width + (x >> part.shift)) * block_channels);
  auto* halfs = reinterpret_cast<tiles::Halfs8*>(to);
  halfs[0] = from[0];
  halfs[1] = from[1];
}

__global__ void __launch_bounds__(pixels_of_block)
    head_kernel(const __grid_constant__ StepView<float, f16> view,
                const __grid_constant__ HeadArguments arguments, std::int64_t count) {
  constexpr int head_stride = end_channels + 1;  // floats; odd, so that a warp's pixels meet all banks
  alignas(16) __shared__ f16 staged[pixels_of_block * end_halfs];
  __shared__ float heads[pixels_of_block * head_stride];
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const std::int64_t p = static_cast<std::int64_t>(blockIdx.x) * pixels_of_block + threadIdx.x;
  const int x = static_cast<int>(p % arguments.padded.width),
            y = static_cast<int>(p / arguments.padded.width);
  f16* mine = staged + threadIdx.x * end_halfs;
  if (p < count) {
    stage_part(arguments.parts[0], x, y, mine);
    stage_part(arguments.parts[1], x, y, mine + block_channels);
  } else {
    const tiles::Halfs8 zeros{};
    for (int i = 0; i < end_channels / 8; ++i) reinterpret_cast<tiles::Halfs8*>(mine)[i] = zeros;
  }
  __syncwarp();
  const f16* warp_pixels = staged + warp * 32 * end_halfs;
#pragma unroll
  for (int half_warp = 0; half_warp < 2; ++half_warp) {
    float mixed[2][4] = {};
#pragma unroll
    for (int k = 0; k < 2; ++k) {
      std::uint32_t a[4];
      load_pixels(a, warp_pixels, half_warp, k, lane);
#pragma unroll
      for (int column = 0; column < 2; ++column)
        multiply(mixed[column], a,
                 load_b(arguments.mix, tiles::fragment(block_channels, 1, k, 0, column, lane)));
    }
    // A product's result has its lanes where the next product wants its first operand.
    std::uint32_t a[4];
#pragma unroll
    for (int column = 0; column < 2; ++column) {
      const int channel = 8 * column + tiles::c_column(lane, 0);
      const float bias0 = arguments.mix_bias[channel], bias1 = arguments.mix_bias[channel + 1];
#pragma unroll
      for (int i = 0; i < 4; i += 2)
        a[2 * column + i / 2] =
            pack(fmaxf(mixed[column][i] + bias0, 0.0f), fmaxf(mixed[column][i + 1] + bias1, 0.0f));
    }
#pragma unroll
    for (int column = 0; column < end_channels / 8; ++column) {
      float sums[4] = {};
      multiply(sums, a, load_b(arguments.head, tiles::fragment(end_channels, 1, 0, 0, column, lane)));
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int channel = 8 * column + tiles::c_column(lane, i);
        heads[(warp * 32 + 16 * half_warp + tiles::c_row(lane, i)) * head_stride + channel] =
            sums[i] + arguments.head_bias[channel];
      }
    }
  }
  __syncwarp();
  if (x >= view.render.width || y >= view.render.height) return;
  const float* h = heads + threadIdx.x * head_stride;
  neural::pixel::controls_from<float>(view, x, y, h, h + block_channels);
}

static_assert(feature_channels == end_channels && head_channels <= end_channels);

unsigned blocks_for(std::int64_t count) {
  return static_cast<unsigned>((count + pixels_of_block - 1) / pixels_of_block);
}

}  // namespace

cudaError_t run_squeeze(const StepView<float, f16>& view, const SqueezeArguments& arguments,
                        cudaStream_t stream) {
  const std::int64_t count = std::int64_t{arguments.padded.width} * arguments.padded.height;
  return launch(squeeze_kernel, blocks_for(count), pixels_of_block, stream, view, arguments, count);
}

cudaError_t run_middle(const MiddleArguments& arguments, int blocks, cudaStream_t stream) {
  return launch_cooperative(middle_kernel, static_cast<unsigned>(blocks), tiles::threads, stream, arguments);
}

cudaError_t run_head(const StepView<float, f16>& view, const HeadArguments& arguments, cudaStream_t stream) {
  const std::int64_t count = std::int64_t{arguments.padded.width} * arguments.padded.height;
  return launch(head_kernel, blocks_for(count), pixels_of_block, stream, view, arguments, count);
}

cudaError_t middle_blocks(int* blocks) {
  int device = 0, of_processor = 0, processors = 0;
  cudaError_t result = cudaGetDevice(&device);
  if (result == cudaSuccess) result = blocks_at_once(&of_processor, middle_kernel, tiles::threads);
  if (result == cudaSuccess)
    result = cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
  *blocks = of_processor * processors;
  return result;
}

cudaError_t run_convolution(const tiles::Convolution& convolution, int blocks, cudaStream_t stream) {
  return launch(convolution_kernel, static_cast<unsigned>(blocks), tiles::threads, stream, convolution);
}

}  // namespace compute::cuda
