// The upscaler's passes on the GPU: the CPU's own functions with one thread for each pixel, and passes that
// share a launch.

#include "neural/upscale/cuda_passes.h"

#include "compute/cuda/grid.h"
#include "neural/upscale/cuda_reconstruct.h"
#include "neural/upscale/cuda_warp.h"
#include "neural/upscale/pixel/dispatch.h"

namespace neural::cuda {
namespace {

// Blocks of 128 threads in a multiprocessor: as many as their registers allow without spilling.
#if defined(__CUDA_ARCH__) && (__CUDA_ARCH__ < 900 || __CUDA_ARCH__ >= 1200)
constexpr int warp_blocks = 7;
#else
constexpr int warp_blocks = 8;
#endif
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 890
constexpr int reconstruct_blocks = 3, finish_blocks = 1;  // of 256 threads
#else
constexpr int reconstruct_blocks = 4, finish_blocks = 2;
#endif

NEURASTER_GRID_KERNEL(clean, pixel::run_pixel<Pass::clean>, 1)
NEURASTER_GRID_KERNEL(neighbourhood, pixel::run_pixel<Pass::neighbourhood>, 1)
NEURASTER_GRID_KERNEL(warp, pixel::run_pixel<Pass::warp>, warp_blocks)
NEURASTER_GRID_KERNEL(features, pixel::run_pixel<Pass::features>, 1)
NEURASTER_GRID_KERNEL(controls, pixel::run_pixel<Pass::controls>, 1)
NEURASTER_GRID_KERNEL(reconstruct_pixels, pixel::run_pixel<Pass::reconstruct>, 1)
NEURASTER_GRID_KERNEL(debug_view, pixel::run_pixel<Pass::debug_view>, 1)
NEURASTER_GRID_KERNEL(warp_backward, pixel::warp_backward<float>, 1)
NEURASTER_GRID_KERNEL(features_backward, pixel::features_backward<float>, 1)
NEURASTER_GRID_KERNEL(controls_backward, pixel::controls_backward<float>, 1)
NEURASTER_GRID_KERNEL(reconstruct_backward, pixel::reconstruct_backward<float>, 1)

constexpr int guide_width = 32, guide_height = 8;

/// Pass::clean and the part of Pass::neighbourhood that is about depth, which saves reading the cleaned frame
/// again. The other part is local_at().
__global__ void __launch_bounds__(guide_width* guide_height)
    guide_kernel(const __grid_constant__ Half view, int width, int height) {
  // Of the block's pixels and one more around them; the picture's edge repeats.
  __shared__ float depths[guide_height + 2][guide_width + 2];
  const int left = static_cast<int>(blockIdx.x) * guide_width,
            top = static_cast<int>(blockIdx.y) * guide_height;
  const int tx = static_cast<int>(threadIdx.x), ty = static_cast<int>(threadIdx.y), x = left + tx,
            y = top + ty;
  const bool inside = x < width && y < height;
  HalfPasses passes{view};
  const auto index_at = [&](int column, int row) {
    return passes.index(view.render, compute::pixel::clamped(column, 0, width - 1),
                        compute::pixel::clamped(row, 0, height - 1));
  };
  const int i = index_at(x, y);
  int ignored = 0;  // what is bad is counted by the pixel's own thread
  if (inside) {
    const auto cleaned = passes.cleaned(i);
    passes.store_cleaned(i, y, cleaned);
    depths[ty + 1][tx + 1] = cleaned.depth;
  } else {
    depths[ty + 1][tx + 1] = passes.depth_at(i, ignored);
  }
  constexpr int of_row = guide_width + 2, of_both = 2 * of_row;
  NEURASTER_ROLLED
  for (int n = ty * guide_width + tx; n < of_both + 2 * guide_height; n += guide_width * guide_height) {
    const int side = n - of_both;
    const int row = side >= 0 ? side / 2 + 1 : n < of_row ? 0 : guide_height + 1;
    const int column = side >= 0 ? side % 2 * (guide_width + 1) : n < of_row ? n : n - of_row;
    depths[row][column] = passes.depth_at(index_at(left + column - 1, top + row - 1), ignored);
  }
  __syncthreads();
  if (!inside) return;
  HalfPasses::CleanedNear near;
  NEURASTER_UNROLL
  for (int k = 0; k < 9; ++k) near.depths[k] = depths[ty + k / 3][tx + k % 3];
  const auto edge = passes.depth_edge(near);
  const auto motion = passes.clean_motion(passes.index_of_motion(x, y, edge), ignored);
  passes.store4(view.flow, i, passes.flow_of(x, y, near, edge, motion));
}
/// Returns how many blocks of this size cover a grid.
dim3 blocks_of(Size grid, int width, int height) {
  const auto blocks = [](int size, int of_block) {
    return static_cast<unsigned>((size + of_block - 1) / of_block);
  };
  return {blocks(grid.width, width), blocks(grid.height, height)};
}
cudaError_t run_guide(const void* view, cudaStream_t stream) {
  const auto& v = *static_cast<const Half*>(view);
  return compute::cuda::launch(guide_kernel, blocks_of(v.render, guide_width, guide_height),
                               dim3(guide_width, guide_height), stream, v, v.render.width, v.render.height);
}
/// What the other passes do without is made first.
cudaError_t run_debug_view(const void* view, cudaStream_t stream) {
  using compute::cuda::launch_over;
  const auto& v = *static_cast<const Half*>(view);
  cudaError_t result = launch_over<Half>(v.render, neighbourhood_kernel<Half>, v, stream);
  if (result == cudaSuccess) result = launch_over<Half>(v.output, debug_view_kernel<Half>, v, stream);
  return result;
}
/// Mostly the network's first launch does this pass's work.
cudaError_t run_warp(const void* view, cudaStream_t stream) {
  const auto& v = *static_cast<const Half*>(view);
  return warps_at_start(v) ? cudaSuccess
                           : compute::cuda::launch_over<Half>(v.output, warp_kernel<Half>, v, stream);
}
/// The next pass does this one's work.
cudaError_t nothing(const void*, cudaStream_t) {
  return cudaSuccess;
}

/// A thread for each sample, which makes the output pixels around it.
__global__ void __launch_bounds__(compute::cuda::tile_width* compute::cuda::tile_height, reconstruct_blocks)
    reconstruct_kernel(const __grid_constant__ Half view, int, int height) {
  const int x = static_cast<int>(blockIdx.x * compute::cuda::tile_width + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * compute::cuda::tile_height + threadIdx.y);
  HalfPasses passes{view};
  if (y < height) reconstruct_around<false>(passes, x, y);
}
cudaError_t run_reconstruct(const void* view, cudaStream_t stream) {
  const auto& v = *static_cast<const Half*>(view);
  return compute::cuda::launch_over<Half>(v.render, reconstruct_kernel, v, stream);
}

constexpr int finish_width = ControlTile::width - 2, finish_height = ControlTile::height - 2;

/// The place of a pixel around a block, of 84, from its first row to its last and then to its sides.
__device__ int2 place_around(int n) {
  constexpr int both_rows = 2 * ControlTile::width;
  if (n >= both_rows) return {n % 2 * (ControlTile::width - 1), (n - both_rows) / 2 + 1};
  return n < ControlTile::width ? int2{n, 0} : int2{n - ControlTile::width, ControlTile::height - 1};
}

/// The network's last layers, Pass::controls and Pass::reconstruct: controls stay in the block, which
/// computes the smooth ones around its samples as well.
__global__ void __launch_bounds__(finish_width* finish_height, finish_blocks)
    finish_kernel(const __grid_constant__ Half view,
                  const __grid_constant__ compute::cuda::HeadArguments arguments) {
  using compute::cuda::last_layers, compute::cuda::head_stride, compute::cuda::heads_of_warp;
  using Values = const float[compute::block_channels];
  __shared__ FourHalfs controls[4 * ControlTile::area];
  alignas(16) __shared__ float heads[finish_height * heads_of_warp];
  const int lane = static_cast<int>(threadIdx.x), warp = static_cast<int>(threadIdx.y);
  const int left = static_cast<int>(blockIdx.x) * finish_width,
            top = static_cast<int>(blockIdx.y) * finish_height, x = left + lane, y = top + warp;
  const Size size = view.render;
  HalfPasses passes{view, {true, controls, left - 1, top - 1}};
  float* of_warp = heads + warp * heads_of_warp;
  const float* h = of_warp + lane * head_stride;
  const auto inside = [&](int px, int py) {
    return px >= 0 && py >= 0 && px < size.width && py < size.height;
  };
  last_layers(arguments, x, y, inside(x, y), lane, of_warp);
  if (inside(x, y)) {
    passes.interpret_controls(x, y, *reinterpret_cast<Values*>(h));
    passes.interpret_state(passes.index(size, x, y), *reinterpret_cast<Values*>(h + compute::block_channels));
  }
  constexpr int around = ControlTile::area - finish_width * finish_height;
  NEURASTER_ROLLED
  for (int first = 32 * warp; first < around; first += finish_width * finish_height) {
    __syncwarp();  // the next values lie where these did
    const int2 place = place_around(pixel::least(first + lane, around - 1));
    const int px = left - 1 + place.x, py = top - 1 + place.y;
    constexpr int column = pixel::gamma / 8;
    last_layers<column, column + 1>(arguments, px, py, inside(px, py), lane, of_warp);
    if (first + lane < around && inside(px, py))
      passes.interpret_smooth(px, py, *reinterpret_cast<Values*>(h));
  }
  __syncthreads();
  if (y < size.height) reconstruct_around<true>(passes, x, y);
}
cudaError_t run_finish(const void* view, const compute::cuda::HeadArguments& arguments, cudaStream_t stream) {
  const auto& v = *static_cast<const Half*>(view);
  return compute::cuda::launch(finish_kernel, blocks_of(v.render, finish_width, finish_height),
                               dim3(finish_width, finish_height), stream, v, arguments);
}

using compute::cuda::over_grid;
using Full = StepView<float>;

constexpr compute::cuda::CudaPass full_passes[pass_count] = {
    {pass_name(Pass::clean), over_grid<Pass::clean, clean_kernel<Full>, Full>},
    {pass_name(Pass::neighbourhood), over_grid<Pass::neighbourhood, neighbourhood_kernel<Full>, Full>},
    {pass_name(Pass::warp), over_grid<Pass::warp, warp_kernel<Full>, Full>,
     over_grid<Pass::warp, warp_backward_kernel<Full>, Full>},
    {pass_name(Pass::features), over_grid<Pass::features, features_kernel<Full>, Full>,
     over_grid<Pass::features, features_backward_kernel<Full>, Full>},
    {pass_name(Pass::controls), over_grid<Pass::controls, controls_kernel<Full>, Full>,
     over_grid<Pass::controls, controls_backward_kernel<Full>, Full>},
    {pass_name(Pass::reconstruct), over_grid<Pass::reconstruct, reconstruct_pixels_kernel<Full>, Full>,
     over_grid<Pass::reconstruct, reconstruct_backward_kernel<Full>, Full>},
    {pass_name(Pass::debug_view), over_grid<Pass::debug_view, debug_view_kernel<Full>, Full>}};

constexpr compute::cuda::CudaPass half_passes[pass_count] = {
    {pass_name(Pass::clean), nothing},
    {pass_name(Pass::neighbourhood), run_guide},
    {pass_name(Pass::warp), run_warp},
    {pass_name(Pass::features), over_grid<Pass::features, features_kernel<Half>, Half>},
    {pass_name(Pass::controls), over_grid<Pass::controls, controls_kernel<Half>, Half>},
    {pass_name(Pass::reconstruct), run_reconstruct},
    {pass_name(Pass::debug_view), run_debug_view}};

/// The passes beside the network, for kernels that include its first or last layers.
struct Ends {
  using View = Half;
  static NEURASTER_HD Size size(const View& view) { return view.render; }
  using Before = WarpBefore;
  using NothingBefore = cuda::NothingBefore;
  static bool works_before(const View& view) { return warps_at_start(view); }
  template <typename Before>
  static __device__ void input(Before& before, int x, int y, bool own, float* low, float* high) {
    using Values = float[compute::block_channels];
    HalfPasses& passes = before.passes;
    const auto beside =
        passes.features_of(x, y, *reinterpret_cast<Values*>(low), *reinterpret_cast<Values*>(high));
    if (own) passes.store_beside(passes.index(passes.v.render, x, y), beside);
  }
  static constexpr auto finish = run_finish;
  static NEURASTER_HD void output(const View& view, int x, int y, const float* low, const float* high) {
    using Values = const float[compute::block_channels];
    // Pass::reconstruct sees whether the light has changed.
    HalfPasses{view}.interpret(x, y, *reinterpret_cast<Values*>(low), *reinterpret_cast<Values*>(high));
  }
};
static_assert(feature_channels == compute::cuda::end_channels &&
              head_channels <= compute::cuda::end_channels);

const compute::cuda::CudaFamily full{"upscale", "f32", sizeof(Full), full_passes, nullptr};
const compute::cuda::CudaFamily half{"upscale", "f16", sizeof(Half), half_passes,
                                     &compute::cuda::network_ends<Ends>};
const compute::Registry<compute::cuda::CudaFamily>::Entry full_entry(full), half_entry(half);

}  // namespace

/// The history of a strip's samples has room in shared memory up to this scale; where the network's layers
/// are launched one by one, the pass is, too.
bool warps_at_start(const Half& v) {
  return !v.features && v.ratio[0] <= 2.01f && v.ratio[1] <= 2.01f;
}

template <>
cudaError_t run_pass(Pass pass, const Full& view, cudaStream_t stream) {
  return full_passes[static_cast<int>(pass)].run(&view, stream);
}
template <>
cudaError_t run_pass(Pass pass, const Half& view, cudaStream_t stream) {
  return half_passes[static_cast<int>(pass)].run(&view, stream);
}

cudaError_t run_start(const Half& view, const compute::cuda::StartArguments& arguments, cudaStream_t stream) {
  return compute::cuda::run_start<Ends>(view, arguments, stream);
}
cudaError_t run_head(const Half& view, const compute::cuda::HeadArguments& arguments, cudaStream_t stream) {
  return compute::cuda::run_head<Ends>(view, arguments, stream);
}

}  // namespace neural::cuda
