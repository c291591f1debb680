// The passes between frames as compute shaders: interpolate.comp, compiled once for each pass and stored
// type.

#include "compute/vulkan/family.h"
#include "neural/interpolate/between_view.h"
#include "spirv/interpolate_blend_f16.h"
#include "spirv/interpolate_blend_f32.h"
#include "spirv/interpolate_choose_f16.h"
#include "spirv/interpolate_choose_f32.h"
#include "spirv/interpolate_fill_f16.h"
#include "spirv/interpolate_fill_f32.h"
#include "spirv/interpolate_look_f16.h"
#include "spirv/interpolate_look_f32.h"
#include "spirv/interpolate_mixture_f16.h"
#include "spirv/interpolate_mixture_f32.h"
#include "spirv/interpolate_spread_now_f16.h"
#include "spirv/interpolate_spread_now_f32.h"
#include "spirv/interpolate_spread_past_f16.h"
#include "spirv/interpolate_spread_past_f32.h"
#include "spirv/interpolate_take_f16.h"
#include "spirv/interpolate_take_f32.h"

namespace neural::vulkan {
namespace {

using compute::vulkan::VulkanFamily;
using compute::vulkan::VulkanPass;

template <BetweenPass pass, typename S>
VulkanPass shader(compute::vulkan::Spirv spirv) {
  return {pass_name(pass), spirv, compute::vulkan::pass_grid<pass, BetweenView<float, S>>};
}

const VulkanPass full_passes[between_pass_count] = {
    shader<BetweenPass::take, float>(interpolate_take_f32),
    shader<BetweenPass::look, float>(interpolate_look_f32),
    shader<BetweenPass::spread_now, float>(interpolate_spread_now_f32),
    shader<BetweenPass::spread_past, float>(interpolate_spread_past_f32),
    shader<BetweenPass::choose, float>(interpolate_choose_f32),
    shader<BetweenPass::fill, float>(interpolate_fill_f32),
    shader<BetweenPass::blend, float>(interpolate_blend_f32),
    shader<BetweenPass::mixture, float>(interpolate_mixture_f32)};
const VulkanPass half_passes[between_pass_count] = {
    shader<BetweenPass::take, f16>(interpolate_take_f16),
    shader<BetweenPass::look, f16>(interpolate_look_f16),
    shader<BetweenPass::spread_now, f16>(interpolate_spread_now_f16),
    shader<BetweenPass::spread_past, f16>(interpolate_spread_past_f16),
    shader<BetweenPass::choose, f16>(interpolate_choose_f16),
    shader<BetweenPass::fill, f16>(interpolate_fill_f16),
    shader<BetweenPass::blend, f16>(interpolate_blend_f16),
    shader<BetweenPass::mixture, f16>(interpolate_mixture_f16)};

const VulkanFamily full{"interpolate", "f32", sizeof(BetweenView<float>), full_passes};
const VulkanFamily half{"interpolate", "f16", sizeof(BetweenView<float, f16>), half_passes};
const compute::Registry<VulkanFamily>::Entry full_entry(full), half_entry(half);

}  // namespace
}  // namespace neural::vulkan
