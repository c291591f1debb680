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

template <int columns>
__device__ void convolve_tile(const Convolution& c, int tile, f16* staged) {
  const tiles::Region region(c, tile);
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int first_row = warp * tiles::rows_of_warp, taps = c.kernel * c.kernel;
  float sums[tiles::rows_of_warp][columns][4] = {};
  for (int k = 0; k < c.in_channels / tiles::chunk; ++k) {
    __syncthreads();  // all reads of the previous chunk are done
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

/// Computes this block's share of a layer's tiles.
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
    if (i > 0) cooperative_groups::this_grid().sync();  // the previous layer is written
    convolve(arguments.layers[i], staged);
  }
}

__global__ void __launch_bounds__(tiles::threads)
    convolution_kernel(const __grid_constant__ Convolution convolution) {
  alignas(16) __shared__ f16 staged[tiles::max_region * tiles::staged_halfs];
  convolve(convolution, staged);
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
  return launch(convolution_kernel, static_cast<unsigned>(blocks), tiles::threads, stream, convolution);
}

}  // namespace compute::cuda
