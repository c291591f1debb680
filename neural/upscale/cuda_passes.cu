// The upscaler's passes on the GPU: the CPU's own functions with one thread for each pixel.

#include "neural/upscale/cuda_passes.h"

#include "compute/cuda/fused/network_ends.h"
#include "compute/cuda/grid.h"
#include "neural/upscale/cuda_reconstruct.h"
#include "neural/upscale/pixel/dispatch.h"

namespace neural::cuda {
namespace {

NEURASTER_GRID_KERNEL(clean, pixel::run_pixel<Pass::clean>, 1)
NEURASTER_GRID_KERNEL(neighbourhood, pixel::run_pixel<Pass::neighbourhood>, 1)
NEURASTER_GRID_KERNEL(warp, pixel::run_pixel<Pass::warp>, 8)
NEURASTER_GRID_KERNEL(features, pixel::run_pixel<Pass::features>, 1)
NEURASTER_GRID_KERNEL(controls, pixel::run_pixel<Pass::controls>, 1)
NEURASTER_GRID_KERNEL(reconstruct_pixels, pixel::run_pixel<Pass::reconstruct>, 1)
NEURASTER_GRID_KERNEL(debug_view, pixel::run_pixel<Pass::debug_view>, 1)
NEURASTER_GRID_KERNEL(warp_backward, pixel::warp_backward<float>, 1)
NEURASTER_GRID_KERNEL(features_backward, pixel::features_backward<float>, 1)
NEURASTER_GRID_KERNEL(controls_backward, pixel::controls_backward<float>, 1)
NEURASTER_GRID_KERNEL(reconstruct_backward, pixel::reconstruct_backward<float>, 1)

constexpr int guide_width = 32, guide_height = 8, halo_width = guide_width + 2,
              halo_height = guide_height + 2;

/// A block's pixels and one more around them, cleaned, in shared memory.
struct CleanedTile {
  compute::pixel::FourHalfs samples[halo_height][halo_width];
  float depths[halo_height][halo_width];
};
/// Pass::clean and Pass::neighbourhood together, which saves reading the cleaned frame again.
__global__ void __launch_bounds__(guide_width* guide_height)
    guide_kernel(const __grid_constant__ StepView<float, f16> view, int width, int height) {
  __shared__ CleanedTile tile;
  const int left = static_cast<int>(blockIdx.x) * guide_width - 1,
            top = static_cast<int>(blockIdx.y) * guide_height - 1;
  const int tx = static_cast<int>(threadIdx.x) + 1, ty = static_cast<int>(threadIdx.y) + 1;
  pixel::Upscale<float, f16> passes{view};
  NEURASTER_ROLLED
  for (int n = (ty - 1) * guide_width + tx - 1; n < halo_width * halo_height;
       n += guide_width * guide_height) {
    const int row = n / halo_width, column = n - row * halo_width, x = left + column, y = top + row;
    const int i = passes.index(view.render, compute::pixel::clamped(x, 0, view.render.width - 1),
                               compute::pixel::clamped(y, 0, view.render.height - 1));
    const auto cleaned = passes.cleaned(i);
    compute::pixel::store4(tile.samples[row][column].v, 0, cleaned.sample);
    tile.depths[row][column] = cleaned.depth;
    const bool mine = column > 0 && column <= guide_width && row > 0 && row <= guide_height;
    if (mine && x < width && y < height) passes.store_cleaned(i, y, cleaned);
  }
  __syncthreads();
  const int x = left + tx, y = top + ty;
  if (x >= width || y >= height) return;
  typename pixel::Upscale<float, f16>::CleanedNear near;
  NEURASTER_UNROLL
  for (int k = 0; k < 9; ++k) {
    near.samples[k] = compute::pixel::load_stored(tile.samples[ty + k / 3 - 1][tx + k % 3 - 1].v, 0);
    near.depths[k] = tile.depths[ty + k / 3 - 1][tx + k % 3 - 1];
  }
  const auto edge = passes.depth_edge(near);
  int bad = 0;  // already counted
  const auto motion = passes.clean_motion(passes.index_of_motion(x, y, edge), bad);
  passes.store_neighbourhood(x, y, near, edge, motion);
}
cudaError_t run_guide(const void* view, cudaStream_t stream) {
  const auto& v = *static_cast<const StepView<float, f16>*>(view);
  const auto blocks = [](int size, int of_block) {
    return static_cast<unsigned>((size + of_block - 1) / of_block);
  };
  return compute::cuda::launch(
      guide_kernel, dim3(blocks(v.render.width, guide_width), blocks(v.render.height, guide_height)),
      dim3(guide_width, guide_height), stream, v, v.render.width, v.render.height);
}
/// Stores how surely the light has changed, which only Pass::debug_view reads here.
NEURASTER_HD void change(const Half& view, int x, int y) {
  HalfPasses passes{view};
  passes.store_changed(passes.index(view.render, x, y),
                       passes.change_in(passes.differences_at(x, y)).changed);
}
NEURASTER_GRID_KERNEL(change, change, 1)
cudaError_t run_debug_view(const void* view, cudaStream_t stream) {
  const auto& v = *static_cast<const Half*>(view);
  const cudaError_t result = compute::cuda::launch_over<Half>(v.render, change_kernel<Half>, v, stream);
  return result == cudaSuccess
             ? compute::cuda::launch_over<Half>(v.output, debug_view_kernel<Half>, v, stream)
             : result;
}
/// The next pass does this one's work.
cudaError_t nothing(const void*, cudaStream_t) {
  return cudaSuccess;
}

/// A thread for each sample, which makes the output pixels around it.
__global__ void __launch_bounds__(compute::cuda::tile_width* compute::cuda::tile_height, 4)
    reconstruct_kernel(const __grid_constant__ Half view, int, int height) {
  const int x = static_cast<int>(blockIdx.x * compute::cuda::tile_width + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * compute::cuda::tile_height + threadIdx.y);
  HalfPasses passes{view};
  if (y < height) reconstruct_around(passes, x, y);
}
cudaError_t run_reconstruct(const void* view, cudaStream_t stream) {
  const auto& v = *static_cast<const Half*>(view);
  return compute::cuda::launch_over<Half>(v.render, reconstruct_kernel, v, stream);
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
    {pass_name(Pass::warp), over_grid<Pass::warp, warp_kernel<Half>, Half>},
    {pass_name(Pass::features), over_grid<Pass::features, features_kernel<Half>, Half>},
    {pass_name(Pass::controls), over_grid<Pass::controls, controls_kernel<Half>, Half>},
    {pass_name(Pass::reconstruct), run_reconstruct},
    {pass_name(Pass::debug_view), run_debug_view}};

/// The passes beside the network, for kernels that include its first or last layers.
struct Ends {
  using View = Half;
  static NEURASTER_HD Size size(const View& view) { return view.render; }
  static NEURASTER_HD void input(const View& view, int x, int y, float* low, float* high) {
    using Values = float[compute::block_channels];
    pixel::Upscale<float, f16>{view}.feature_values(x, y, *reinterpret_cast<Values*>(low),
                                                    *reinterpret_cast<Values*>(high));
  }
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

template <>
cudaError_t run_pass(Pass pass, const Full& view, cudaStream_t stream) {
  return full_passes[static_cast<int>(pass)].run(&view, stream);
}
template <>
cudaError_t run_pass(Pass pass, const Half& view, cudaStream_t stream) {
  return half_passes[static_cast<int>(pass)].run(&view, stream);
}

cudaError_t run_squeeze(const Half& view, const compute::cuda::SqueezeArguments& arguments,
                        cudaStream_t stream) {
  return compute::cuda::run_squeeze<Ends>(view, arguments, stream);
}
cudaError_t run_head(const Half& view, const compute::cuda::HeadArguments& arguments, cudaStream_t stream) {
  return compute::cuda::run_head<Ends>(view, arguments, stream);
}

}  // namespace neural::cuda
