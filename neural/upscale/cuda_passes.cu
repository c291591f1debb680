// The upscaler's passes on the GPU: the CPU's own functions with one thread for each pixel.

#include "neural/upscale/cuda_passes.h"

#include "compute/cuda/fused/network_ends.h"
#include "compute/cuda/grid.h"
#include "neural/upscale/pixel/dispatch.h"

namespace neural::cuda {
namespace {

NEURASTER_GRID_KERNEL(clean, pixel::clean<float>)
NEURASTER_GRID_KERNEL(neighbourhood, pixel::neighbourhood<float>)
NEURASTER_GRID_KERNEL(history, pixel::history<float>)
NEURASTER_GRID_KERNEL(warp, pixel::warp<float>)
NEURASTER_GRID_KERNEL(features, pixel::features<float>)
NEURASTER_GRID_KERNEL(controls, pixel::controls<float>)
NEURASTER_GRID_KERNEL(reconstruct, pixel::reconstruct<float>)
NEURASTER_GRID_KERNEL(debug_view, pixel::debug_view<float>)
NEURASTER_GRID_KERNEL(history_backward, pixel::history_backward<float>)
NEURASTER_GRID_KERNEL(warp_backward, pixel::warp_backward<float>)
NEURASTER_GRID_KERNEL(features_backward, pixel::features_backward<float>)
NEURASTER_GRID_KERNEL(controls_backward, pixel::controls_backward<float>)
NEURASTER_GRID_KERNEL(reconstruct_backward, pixel::reconstruct_backward<float>)

template <Pass pass, auto kernel, typename View>
cudaError_t over_grid(const void* view, cudaStream_t stream) {
  const View& v = *static_cast<const View*>(view);
  return compute::cuda::launch_over<View>(pixel::grid_of(pass, v), kernel, v, stream);
}

using Full = StepView<float>;
using Half = StepView<float, f16>;

constexpr compute::cuda::CudaPass full_passes[pass_count] = {
    {pass_name(Pass::clean), over_grid<Pass::clean, clean_kernel<Full>, Full>},
    {pass_name(Pass::neighbourhood), over_grid<Pass::neighbourhood, neighbourhood_kernel<Full>, Full>},
    {pass_name(Pass::history), over_grid<Pass::history, history_kernel<Full>, Full>,
     over_grid<Pass::history, history_backward_kernel<Full>, Full>},
    {pass_name(Pass::warp), over_grid<Pass::warp, warp_kernel<Full>, Full>,
     over_grid<Pass::warp, warp_backward_kernel<Full>, Full>},
    {pass_name(Pass::features), over_grid<Pass::features, features_kernel<Full>, Full>,
     over_grid<Pass::features, features_backward_kernel<Full>, Full>},
    {pass_name(Pass::controls), over_grid<Pass::controls, controls_kernel<Full>, Full>,
     over_grid<Pass::controls, controls_backward_kernel<Full>, Full>},
    {pass_name(Pass::reconstruct), over_grid<Pass::reconstruct, reconstruct_kernel<Full>, Full>,
     over_grid<Pass::reconstruct, reconstruct_backward_kernel<Full>, Full>},
    {pass_name(Pass::debug_view), over_grid<Pass::debug_view, debug_view_kernel<Full>, Full>}};

constexpr compute::cuda::CudaPass half_passes[pass_count] = {
    {pass_name(Pass::clean), over_grid<Pass::clean, clean_kernel<Half>, Half>},
    {pass_name(Pass::neighbourhood), over_grid<Pass::neighbourhood, neighbourhood_kernel<Half>, Half>},
    {pass_name(Pass::history), over_grid<Pass::history, history_kernel<Half>, Half>},
    {pass_name(Pass::warp), over_grid<Pass::warp, warp_kernel<Half>, Half>},
    {pass_name(Pass::features), over_grid<Pass::features, features_kernel<Half>, Half>},
    {pass_name(Pass::controls), over_grid<Pass::controls, controls_kernel<Half>, Half>},
    {pass_name(Pass::reconstruct), over_grid<Pass::reconstruct, reconstruct_kernel<Half>, Half>},
    {pass_name(Pass::debug_view), over_grid<Pass::debug_view, debug_view_kernel<Half>, Half>}};

/// The passes beside the network, for kernels that include its first or last layers.
struct Ends {
  using View = Half;
  static NEURASTER_HD Size size(const View& view) { return view.render; }
  static NEURASTER_HD void input(const View& view, int x, int y, float* low, float* high) {
    pixel::feature_values<float>(view, x, y, low, high);
  }
  static NEURASTER_HD void output(const View& view, int x, int y, const float* low, const float* high) {
    pixel::controls_from<float>(view, x, y, low, high);
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
