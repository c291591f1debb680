// The upscaler's passes as compute shaders: upscale.comp, compiled once for each pass and stored type.

#include "compute/vulkan/family.h"
#include "neural/upscale/step_view.h"
#include "spirv/upscale_clean_f16.h"
#include "spirv/upscale_clean_f32.h"
#include "spirv/upscale_controls_f16.h"
#include "spirv/upscale_controls_f32.h"
#include "spirv/upscale_debug_view_f16.h"
#include "spirv/upscale_debug_view_f32.h"
#include "spirv/upscale_features_f16.h"
#include "spirv/upscale_features_f32.h"
#include "spirv/upscale_head_f16.h"
#include "spirv/upscale_head_f32.h"
#include "spirv/upscale_neighbourhood_f16.h"
#include "spirv/upscale_neighbourhood_f32.h"
#include "spirv/upscale_reconstruct_f16.h"
#include "spirv/upscale_reconstruct_f32.h"
#include "spirv/upscale_squeeze_f16.h"
#include "spirv/upscale_squeeze_f32.h"
#include "spirv/upscale_warp_f16.h"
#include "spirv/upscale_warp_f32.h"

namespace neural::vulkan {
namespace {

using compute::vulkan::VulkanEnds;
using compute::vulkan::VulkanFamily;
using compute::vulkan::VulkanPass;

template <typename S>
compute::Size render_size(const void* view) {
  return static_cast<const StepView<float, S>*>(view)->render;
}
template <Pass pass, typename S>
VulkanPass shader(compute::vulkan::Spirv spirv) {
  return {pass_name(pass), spirv, compute::vulkan::pass_grid<pass, StepView<float, S>>};
}

const VulkanPass full_passes[pass_count] = {shader<Pass::clean, float>(upscale_clean_f32),
                                            shader<Pass::neighbourhood, float>(upscale_neighbourhood_f32),
                                            shader<Pass::warp, float>(upscale_warp_f32),
                                            shader<Pass::features, float>(upscale_features_f32),
                                            shader<Pass::controls, float>(upscale_controls_f32),
                                            shader<Pass::reconstruct, float>(upscale_reconstruct_f32),
                                            shader<Pass::debug_view, float>(upscale_debug_view_f32)};
const VulkanPass half_passes[pass_count] = {shader<Pass::clean, f16>(upscale_clean_f16),
                                            shader<Pass::neighbourhood, f16>(upscale_neighbourhood_f16),
                                            shader<Pass::warp, f16>(upscale_warp_f16),
                                            shader<Pass::features, f16>(upscale_features_f16),
                                            shader<Pass::controls, f16>(upscale_controls_f16),
                                            shader<Pass::reconstruct, f16>(upscale_reconstruct_f16),
                                            shader<Pass::debug_view, f16>(upscale_debug_view_f16)};
const VulkanEnds full_ends{upscale_squeeze_f32, upscale_head_f32, render_size<float>};
const VulkanEnds half_ends{upscale_squeeze_f16, upscale_head_f16, render_size<f16>};

const VulkanFamily full{"upscale", "f32", sizeof(StepView<float>), full_passes, &full_ends};
const VulkanFamily half{"upscale", "f16", sizeof(StepView<float, f16>), half_passes, &half_ends};
const compute::Registry<VulkanFamily>::Entry full_entry(full), half_entry(half);

}  // namespace
}  // namespace neural::vulkan
