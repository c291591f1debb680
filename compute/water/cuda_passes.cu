// The water's passes on the GPU: the one source with one thread for each cell.

#include "compute/cuda/family.h"
#include "compute/cuda/grid.h"
#include "compute/water/pixel/dispatch.h"

namespace compute::water::cuda {
namespace {

using compute::cuda::CudaFamily;
using compute::cuda::CudaPass;

NEURASTER_GRID_KERNEL(wind, pixel::run_water<WaterPass::wind>, 1)
NEURASTER_GRID_KERNEL(press, pixel::run_water<WaterPass::press>, 1)
NEURASTER_GRID_KERNEL(flux, pixel::run_water<WaterPass::flux>, 1)
NEURASTER_GRID_KERNEL(level, pixel::run_water<WaterPass::level>, 1)
NEURASTER_GRID_KERNEL(surface, pixel::run_water<WaterPass::surface>, 1)

using View = WaterView<float>;

template <WaterPass pass, auto kernel>
constexpr CudaPass pass_of() {
  return {pass_name(pass), compute::cuda::over_grid<pass, kernel, View>};
}

constexpr CudaPass passes[water_pass_count] = {
    pass_of<WaterPass::wind, wind_kernel<View>>(), pass_of<WaterPass::press, press_kernel<View>>(),
    pass_of<WaterPass::flux, flux_kernel<View>>(), pass_of<WaterPass::level, level_kernel<View>>(),
    pass_of<WaterPass::surface, surface_kernel<View>>()};

const CudaFamily family{"water", "f32", sizeof(View), passes, nullptr};
const Registry<CudaFamily>::Entry entry(family);

}  // namespace
}  // namespace compute::water::cuda
