#include "compute/vulkan/pipeline.h"

namespace compute::vulkan {

Pipelines::Pipelines(const Device& device) : device_(device) {
  const Api& api = device.api();
  VkDescriptorSetLayoutBinding bindings[2]{};
  for (std::uint32_t i = 0; i < 2; ++i) {
    bindings[i].binding = i;
    bindings[i].descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC;
    bindings[i].descriptorCount = 1;
    bindings[i].stageFlags = VK_SHADER_STAGE_COMPUTE_BIT;
  }
  VkDescriptorSetLayoutCreateInfo set{};
  set.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO;
  set.bindingCount = 2;
  set.pBindings = bindings;
  VkDescriptorSetLayout set_layout = VK_NULL_HANDLE;
  check(api.CreateDescriptorSetLayout(device.handle(), &set, nullptr, &set_layout), "cannot lay out a view");
  set_layout_ = {api, device.handle(), set_layout};
  const VkPushConstantRange push{VK_SHADER_STAGE_COMPUTE_BIT, 0, push_bytes};
  VkPipelineLayoutCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
  create.setLayoutCount = 1;
  create.pSetLayouts = &set_layout;
  create.pushConstantRangeCount = 1;
  create.pPushConstantRanges = &push;
  VkPipelineLayout layout = VK_NULL_HANDLE;
  check(api.CreatePipelineLayout(device.handle(), &create, nullptr, &layout), "cannot lay out a pipeline");
  layout_ = {api, device.handle(), layout};
}

VkPipeline Pipelines::get(Spirv spirv, std::initializer_list<std::int32_t> constants) {
  auto& pipeline = made_[{spirv.data(), constants}];
  if (!pipeline.get()) pipeline = make(spirv, constants);
  return pipeline.get();
}

Pipeline Pipelines::make(Spirv spirv, std::span<const std::int32_t> constants) const {
  const Api& api = device_.api();
  VkShaderModuleCreateInfo code{};
  code.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
  code.codeSize = spirv.size_bytes();
  code.pCode = spirv.data();
  VkShaderModule handle = VK_NULL_HANDLE;
  check(api.CreateShaderModule(device_.handle(), &code, nullptr, &handle), "cannot load a shader");
  const Owned<VkShaderModule, &Api::DestroyShaderModule> module(api, device_.handle(), handle);
  std::vector<VkSpecializationMapEntry> entries;
  for (std::uint32_t i = 0; i < constants.size(); ++i)
    entries.push_back({i, i * std::uint32_t{sizeof(std::int32_t)}, sizeof(std::int32_t)});
  VkSpecializationInfo special{};
  special.mapEntryCount = static_cast<std::uint32_t>(entries.size());
  special.pMapEntries = entries.data();
  special.dataSize = constants.size_bytes();
  special.pData = constants.data();
  VkComputePipelineCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO;
  create.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
  create.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
  create.stage.module = module.get();
  create.stage.pName = "main";
  create.stage.pSpecializationInfo = &special;
  create.layout = layout_.get();
  VkPipeline pipeline = VK_NULL_HANDLE;
  check(api.CreateComputePipelines(device_.handle(), VK_NULL_HANDLE, 1, &create, nullptr, &pipeline),
        "cannot compile a shader for the GPU");
  return {api, device_.handle(), pipeline};
}

}  // namespace compute::vulkan
