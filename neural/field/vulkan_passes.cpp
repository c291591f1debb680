// The field's frames as a compute shader: field.comp. No field is learned in Vulkan.

#include "compute/vulkan/family.h"
#include "neural/field/field_view.h"
#include "spirv/field_render.h"

namespace neural::vulkan {
namespace {

using compute::vulkan::VulkanFamily;
using compute::vulkan::VulkanPass;

const VulkanPass passes[field_pass_count] = {
    {pass_name(FieldPass::render), field_render,
     compute::vulkan::pass_grid<FieldPass::render, StoredFieldView>},
    {pass_name(FieldPass::learn), {}},  // FieldTrainer asks for a backend on the host
    {pass_name(FieldPass::move_weights), {}},
    {pass_name(FieldPass::move_features), {}}};
const VulkanFamily family{"field", "f16", sizeof(StoredFieldView), passes};
const compute::Registry<VulkanFamily>::Entry entry(family);

}  // namespace
}  // namespace neural::vulkan
