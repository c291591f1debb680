// The passes between frames on the GPU: the one source with one thread for each pixel.

#include "compute/cuda/family.h"
#include "compute/cuda/grid.h"
#include "neural/interpolate/pixel/dispatch.h"

namespace neural::cuda {
namespace {

NEURASTER_GRID_KERNEL(take, pixel::run_between<BetweenPass::take>, 1)
NEURASTER_GRID_KERNEL(look, pixel::run_between<BetweenPass::look>, 1)
NEURASTER_GRID_KERNEL(spread_now, pixel::run_between<BetweenPass::spread_now>, 1)
NEURASTER_GRID_KERNEL(spread_past, pixel::run_between<BetweenPass::spread_past>, 1)
NEURASTER_GRID_KERNEL(choose, pixel::run_between<BetweenPass::choose>, 1)
NEURASTER_GRID_KERNEL(fill, pixel::run_between<BetweenPass::fill>, 1)
NEURASTER_GRID_KERNEL(blend, pixel::run_between<BetweenPass::blend>, 1)
NEURASTER_GRID_KERNEL(mixture, pixel::run_between<BetweenPass::mixture>, 1)

template <BetweenPass pass, auto kernel, typename View>
constexpr compute::cuda::CudaPass pass_of() {
  return {pass_name(pass), compute::cuda::over_grid<pass, kernel, View>};
}

template <typename View>
constexpr compute::cuda::CudaPass passes[between_pass_count] = {
    pass_of<BetweenPass::take, take_kernel<View>, View>(),
    pass_of<BetweenPass::look, look_kernel<View>, View>(),
    pass_of<BetweenPass::spread_now, spread_now_kernel<View>, View>(),
    pass_of<BetweenPass::spread_past, spread_past_kernel<View>, View>(),
    pass_of<BetweenPass::choose, choose_kernel<View>, View>(),
    pass_of<BetweenPass::fill, fill_kernel<View>, View>(),
    pass_of<BetweenPass::blend, blend_kernel<View>, View>(),
    pass_of<BetweenPass::mixture, mixture_kernel<View>, View>()};

using Full = BetweenView<float>;
using Half = BetweenView<float, f16>;
const compute::cuda::CudaFamily full{"interpolate", "f32", sizeof(Full), passes<Full>, nullptr};
const compute::cuda::CudaFamily half{"interpolate", "f16", sizeof(Half), passes<Half>, nullptr};
const compute::Registry<compute::cuda::CudaFamily>::Entry full_entry(full), half_entry(half);

}  // namespace
}  // namespace neural::cuda
