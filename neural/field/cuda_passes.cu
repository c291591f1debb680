// The field's frames on the GPU: the one source with one thread for each pixel.

#include "compute/cuda/family.h"
#include "compute/cuda/grid.h"
#include "neural/field/pixel/dispatch.h"

namespace neural::cuda {
namespace {

NEURASTER_GRID_KERNEL(render, pixel::run_field<FieldPass::render>, 1)

/// FieldTrainer asks for a backend on the host.
cudaError_t not_here(const void*, cudaStream_t) {
  return cudaErrorNotSupported;
}

constexpr compute::cuda::CudaPass passes[field_pass_count] = {
    {pass_name(FieldPass::render),
     compute::cuda::over_grid<FieldPass::render, render_kernel<StoredFieldView>, StoredFieldView>},
    {pass_name(FieldPass::learn), not_here},
    {pass_name(FieldPass::move_weights), not_here},
    {pass_name(FieldPass::move_features), not_here}};
const compute::cuda::CudaFamily family{"field", "f16", sizeof(StoredFieldView), passes, nullptr};
const compute::Registry<compute::cuda::CudaFamily>::Entry entry(family);

}  // namespace
}  // namespace neural::cuda
