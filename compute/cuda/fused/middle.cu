// The layers of a network between its ends, on tensor cores. The index arithmetic is in tiles.h, where
// tests on the host reach it; only loads, products and barriers are here.

#include <cooperative_groups.h>

#include "compute/cuda/fused/kernels.h"
#include "compute/cuda/fused/operands.h"
#include "compute/cuda/launch.h"
#include "compute/cuda/tensor_cores.h"

namespace compute::cuda {
namespace {

using tiles::Convolution;

/// Computes a tile of a layer with 8 * columns outputs.
template <int columns, int stride>
__device__ __forceinline__ void convolve_tile(const Convolution& c, tiles::Tile tile, f16* staged) {
  using Region = tiles::Region<stride>;
  const auto thread = threadIdx.x;
  const int lane = static_cast<int>(thread % 32);
  const int first_row = static_cast<int>(thread / 32) * tiles::rows_of_warp;
  const f16* rows = staged + Region::a_offset(first_row, 0, lane);
  float sums[tiles::rows_of_warp][columns][4] = {};
  for (int k = 0; k < c.in_channels / tiles::chunk_channels; ++k) {
    const tiles::Chunk chunk(c, k * tiles::chunk_channels);
    __syncthreads();  // all reads of the previous chunk are done
#pragma unroll 3      // more would cost registers, of which the widest layers have none to spare
    for (int first = 0; first < Region::copies; first += tiles::threads)
      if (const int copy = first + static_cast<int>(thread); copy < Region::copies)
        Region::stage(chunk, tile, copy, staged);
    __syncthreads();
    const f16* fragments = c.fragments + tiles::fragment(8 * columns, tiles::taps, k, 0, 0, lane);
#pragma unroll
    for (int tap = 0; tap < tiles::taps; ++tap) {
      std::uint32_t a[tiles::rows_of_warp][4];
#pragma unroll
      for (int r = 0; r < tiles::rows_of_warp; ++r) load_a(a[r], rows + Region::a_offset(r, tap, 0));
#pragma unroll
      for (int column = 0; column < columns; column += 2) {
        const uint4 b = load_b(fragments, tiles::fragment(8 * columns, tiles::taps, 0, tap, column, 0));
#pragma unroll
        for (int r = 0; r < tiles::rows_of_warp; ++r) {
          multiply(sums[r][column], a[r], column_of(b, 0));
          multiply(sums[r][column + 1], a[r], column_of(b, 1));
        }
      }
    }
  }
#pragma unroll
  for (int r = 0; r < tiles::rows_of_warp; ++r)
#pragma unroll
    for (int column = 0; column < columns; ++column)
      tiles::store(c, tile, first_row + r, column, lane, sums[r][column]);
}

/// Computes this block's share of a layer's tiles.
template <int columns, int stride>
__device__ __forceinline__ void convolve(const Convolution& c, f16* staged) {
  for (tiles::Tiles mine(c, static_cast<int>(blockIdx.x), static_cast<int>(gridDim.x)); mine.more();
       mine.next())
    convolve_tile<columns, stride>(c, mine.tile(), staged);
}

/// A number for each shape of layer: outputs in blocks of 16, and the stride.
__host__ __device__ constexpr int shape(int out_channels, int stride) {
  return out_channels / 16 * tiles::max_stride + stride - 1;
}

// Every shape has code of its own, in which all loops over taps, columns and copies are unrolled.
#define NEURASTER_EACH_SHAPE(call) \
  call(2, 1) call(2, 2) call(4, 1) call(4, 2) call(6, 1) call(6, 2) call(8, 1) call(8, 2)

__global__ void __launch_bounds__(tiles::threads)
    middle_kernel(const __grid_constant__ MiddleArguments arguments) {
  alignas(16) __shared__ f16 staged[tiles::max_region_halfs];
  for (int i = 0; i < arguments.count; ++i) {
    if (i > 0) cooperative_groups::this_grid().sync();  // the previous layer is written
    const Convolution& layer = arguments.layers[i];
    switch (shape(layer.out_channels, layer.stride)) {
#define NEURASTER_CASE(columns, stride)       \
  case shape(8 * columns, stride):            \
    convolve<columns, stride>(layer, staged); \
    break;
      NEURASTER_EACH_SHAPE(NEURASTER_CASE)
#undef NEURASTER_CASE
    }
  }
}

template <int columns, int stride>
__global__ void __launch_bounds__(tiles::threads)
    convolution_kernel(const __grid_constant__ Convolution convolution) {
  alignas(16) __shared__ f16 staged[tiles::Region<stride>::halfs];
  convolve<columns, stride>(convolution, staged);
}

}  // namespace

cudaError_t run_middle(const MiddleArguments& arguments, int blocks, cudaStream_t stream) {
  return launch_cooperative(middle_kernel, static_cast<unsigned>(blocks), tiles::threads, stream, arguments);
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
  switch (shape(convolution.out_channels, convolution.stride)) {
#define NEURASTER_CASE(columns, stride)                                                               \
  case shape(8 * columns, stride):                                                                    \
    return launch(convolution_kernel<columns, stride>, static_cast<unsigned>(blocks), tiles::threads, \
                  stream, convolution);
    NEURASTER_EACH_SHAPE(NEURASTER_CASE)
#undef NEURASTER_CASE
    default:
      return cudaErrorInvalidValue;
  }
}

}  // namespace compute::cuda
