// The water's passes as compute shaders: water.comp, compiled once for each pass.

#include "compute/vulkan/family.h"
#include "compute/water/water_view.h"
#include "spirv/water_flux.h"
#include "spirv/water_level.h"
#include "spirv/water_press.h"
#include "spirv/water_surface.h"
#include "spirv/water_wind.h"

namespace compute::water {
namespace {

using vulkan::VulkanFamily;
using vulkan::VulkanPass;
using View = WaterView<float>;

template <WaterPass pass>
VulkanPass shader(vulkan::Spirv spirv) {
  return {pass_name(pass), spirv, vulkan::pass_grid<pass, View>};
}

const VulkanPass passes[water_pass_count] = {
    shader<WaterPass::wind>(water_wind), shader<WaterPass::press>(water_press),
    shader<WaterPass::flux>(water_flux), shader<WaterPass::level>(water_level),
    shader<WaterPass::surface>(water_surface)};
const VulkanFamily family{"water", "f32", sizeof(View), passes};
const Registry<VulkanFamily>::Entry entry(family);

}  // namespace
}  // namespace compute::water
