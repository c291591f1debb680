#include "renderer/vulkan/pipeline.h"

namespace gpu {
namespace {

UniqueShaderModule make_module(const Device& device, Spirv code) {
  VkShaderModuleCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
  info.codeSize = code.size_bytes();
  info.pCode = code.data();
  VkShaderModule module = VK_NULL_HANDLE;
  check(vkCreateShaderModule(device.handle(), &info, nullptr, &module), "cannot load a shader");
  return {device.handle(), module};
}

VkPipelineShaderStageCreateInfo stage(VkShaderStageFlagBits bit, VkShaderModule module,
                                      const VkSpecializationInfo* constants) {
  VkPipelineShaderStageCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
  info.stage = bit;
  info.module = module;
  info.pName = "main";
  info.pSpecializationInfo = constants;
  return info;
}

/// Specialization constants 0, 1, 2, ... of 32 bits each.
struct Specialization {
  std::vector<VkSpecializationMapEntry> entries;
  VkSpecializationInfo info{};
  explicit Specialization(std::span<const std::int32_t> values) {
    for (std::uint32_t i = 0; i < values.size(); ++i) entries.push_back({i, 4 * i, 4});
    info = {static_cast<std::uint32_t>(entries.size()), entries.data(), values.size_bytes(), values.data()};
  }
};

VkPipelineColorBlendAttachmentState blend_state(bool blended) {
  VkPipelineColorBlendAttachmentState state{};
  state.colorWriteMask = 0xf;
  state.blendEnable = blended;
  state.srcColorBlendFactor = state.srcAlphaBlendFactor = VK_BLEND_FACTOR_ONE;
  state.dstColorBlendFactor = state.dstAlphaBlendFactor = VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA;
  return state;
}

}  // namespace

Binding sampled(const Image& image, const UniqueSampler& sampler, VkImageLayout layout) {
  return {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, {sampler.get(), image.view(), layout}, {}};
}
Binding storage_image(const Image& image) {
  return {VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, {VK_NULL_HANDLE, image.view(), VK_IMAGE_LAYOUT_GENERAL}, {}};
}
Binding storage(const Buffer& buffer) {
  return {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, {}, {buffer.get(), 0, VK_WHOLE_SIZE}};
}
Binding uniform(const Buffer& buffer) {
  return {VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, {}, {buffer.get(), 0, VK_WHOLE_SIZE}};
}

void push(const Device& device, VkCommandBuffer commands, VkPipelineBindPoint point, VkPipelineLayout layout,
          std::span<const Binding> bindings) {
  std::vector<VkWriteDescriptorSet> writes;
  for (const Binding& binding : bindings) {
    VkWriteDescriptorSet write{};
    write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
    write.dstBinding = static_cast<std::uint32_t>(writes.size());
    write.descriptorCount = 1;
    write.descriptorType = binding.type;
    write.pImageInfo = &binding.image;
    write.pBufferInfo = &binding.buffer;
    writes.push_back(write);
  }
  device.push_descriptors(commands, point, layout, 0, static_cast<std::uint32_t>(writes.size()),
                          writes.data());
}

UniqueDescriptorSetLayout make_set_layout(const Device& device, std::span<const VkDescriptorType> types,
                                          VkShaderStageFlags stages, bool push) {
  std::vector<VkDescriptorSetLayoutBinding> bindings;
  for (const VkDescriptorType type : types) {
    bindings.push_back({static_cast<std::uint32_t>(bindings.size()), type, 1, stages, nullptr});
  }
  VkDescriptorSetLayoutCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO;
  info.flags = push ? VK_DESCRIPTOR_SET_LAYOUT_CREATE_PUSH_DESCRIPTOR_BIT_KHR : 0;
  info.bindingCount = static_cast<std::uint32_t>(bindings.size());
  info.pBindings = bindings.data();
  VkDescriptorSetLayout layout = VK_NULL_HANDLE;
  check(vkCreateDescriptorSetLayout(device.handle(), &info, nullptr, &layout),
        "cannot create a descriptor layout");
  return {device.handle(), layout};
}

UniquePipelineLayout make_layout(const Device& device, std::initializer_list<VkDescriptorSetLayout> sets,
                                 VkShaderStageFlags push_stages, std::uint32_t push_bytes) {
  const VkPushConstantRange range{push_stages, 0, push_bytes};
  VkPipelineLayoutCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
  info.setLayoutCount = static_cast<std::uint32_t>(sets.size());
  info.pSetLayouts = sets.begin();
  info.pushConstantRangeCount = push_bytes ? 1 : 0;
  info.pPushConstantRanges = &range;
  VkPipelineLayout layout = VK_NULL_HANDLE;
  check(vkCreatePipelineLayout(device.handle(), &info, nullptr, &layout), "cannot create a pipeline layout");
  return {device.handle(), layout};
}

ComputePipeline::ComputePipeline(const Device& device, Spirv code,
                                 const std::vector<VkDescriptorType>& bindings,
                                 std::uint32_t push_constant_bytes,
                                 std::initializer_list<std::int32_t> constants)
    : device_(&device), types_(bindings), push_bytes_(push_constant_bytes) {
  set_layout_ = make_set_layout(device, types_, VK_SHADER_STAGE_COMPUTE_BIT, true);
  layout_ = make_layout(device, {set_layout_.get()}, VK_SHADER_STAGE_COMPUTE_BIT, push_bytes_);
  const UniqueShaderModule module = make_module(device, code);
  const Specialization specialization({constants.begin(), constants.size()});
  VkComputePipelineCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO;
  info.stage = stage(VK_SHADER_STAGE_COMPUTE_BIT, module.get(), &specialization.info);
  info.layout = layout_.get();
  VkPipeline pipeline = VK_NULL_HANDLE;
  device.count_pipeline();
  check(vkCreateComputePipelines(device.handle(), VK_NULL_HANDLE, 1, &info, nullptr, &pipeline),
        "cannot compile a compute shader");
  pipeline_ = UniquePipeline(device.handle(), pipeline);
}

void ComputePipeline::dispatch(VkCommandBuffer commands, std::span<const Binding> bindings,
                               std::uint32_t width, std::uint32_t height, const void* constants) const {
  if (bindings.size() != types_.size()) {
    core::fail("a pass got {} resources, its shader has {}", bindings.size(), types_.size());
  }
  vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline_.get());
  push(*device_, commands, VK_PIPELINE_BIND_POINT_COMPUTE, layout_.get(), bindings);
  if (push_bytes_) {
    vkCmdPushConstants(commands, layout_.get(), VK_SHADER_STAGE_COMPUTE_BIT, 0, push_bytes_, constants);
  }
  vkCmdDispatch(commands, (width + 7) / 8, (height + 7) / 8, 1);
}

UniquePipeline make_graphics_pipeline(const Device& device, const GraphicsDesc& desc) {
  const UniqueShaderModule vertex = make_module(device, desc.vertex);
  const UniqueShaderModule fragment =
      desc.fragment.empty() ? UniqueShaderModule() : make_module(device, desc.fragment);
  const Specialization specialization(desc.constants);
  std::vector<VkPipelineShaderStageCreateInfo> stages{
      stage(VK_SHADER_STAGE_VERTEX_BIT, vertex.get(), nullptr)};
  if (fragment) stages.push_back(stage(VK_SHADER_STAGE_FRAGMENT_BIT, fragment.get(), &specialization.info));

  const VkVertexInputBindingDescription binding{0, desc.vertex_stride, VK_VERTEX_INPUT_RATE_VERTEX};
  VkPipelineVertexInputStateCreateInfo input{};
  input.sType = VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO;
  input.vertexBindingDescriptionCount = 1;
  input.pVertexBindingDescriptions = &binding;
  input.vertexAttributeDescriptionCount = static_cast<std::uint32_t>(desc.attributes.size());
  input.pVertexAttributeDescriptions = desc.attributes.data();
  VkPipelineInputAssemblyStateCreateInfo assembly{};
  assembly.sType = VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO;
  assembly.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST;
  VkPipelineViewportStateCreateInfo viewport{};
  viewport.sType = VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO;
  viewport.viewportCount = viewport.scissorCount = 1;
  VkPipelineRasterizationStateCreateInfo raster{};
  raster.sType = VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO;
  raster.depthClampEnable = desc.depth_clamp;
  raster.cullMode = desc.cull;
  // The projection flips y, as does clip space, where y points down. So counter-clockwise faces stay
  // counter-clockwise.
  raster.frontFace = VK_FRONT_FACE_COUNTER_CLOCKWISE;
  raster.depthBiasEnable = desc.depth_bias;
  raster.lineWidth = 1;
  VkPipelineMultisampleStateCreateInfo samples{};
  samples.sType = VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO;
  samples.rasterizationSamples = VK_SAMPLE_COUNT_1_BIT;
  VkPipelineDepthStencilStateCreateInfo depth{};
  depth.sType = VK_STRUCTURE_TYPE_PIPELINE_DEPTH_STENCIL_STATE_CREATE_INFO;
  depth.depthTestEnable = desc.depth_format != VK_FORMAT_UNDEFINED;
  depth.depthWriteEnable = desc.depth_write;
  depth.depthCompareOp = desc.depth_compare;
  std::vector<VkPipelineColorBlendAttachmentState> attachments;
  for (std::size_t i = 0; i < desc.color_formats.size(); ++i) {
    attachments.push_back(blend_state(desc.blended));
  }
  VkPipelineColorBlendStateCreateInfo blend{};
  blend.sType = VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO;
  blend.attachmentCount = static_cast<std::uint32_t>(attachments.size());
  blend.pAttachments = attachments.data();
  std::vector<VkDynamicState> dynamics{VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR};
  if (desc.depth_bias) dynamics.push_back(VK_DYNAMIC_STATE_DEPTH_BIAS);
  VkPipelineDynamicStateCreateInfo dynamic{};
  dynamic.sType = VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO;
  dynamic.dynamicStateCount = static_cast<std::uint32_t>(dynamics.size());
  dynamic.pDynamicStates = dynamics.data();
  VkPipelineRenderingCreateInfo rendering{};
  rendering.sType = VK_STRUCTURE_TYPE_PIPELINE_RENDERING_CREATE_INFO;
  rendering.colorAttachmentCount = static_cast<std::uint32_t>(desc.color_formats.size());
  rendering.pColorAttachmentFormats = desc.color_formats.data();
  rendering.depthAttachmentFormat = desc.depth_format;

  VkGraphicsPipelineCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO;
  info.pNext = &rendering;
  info.stageCount = static_cast<std::uint32_t>(stages.size());
  info.pStages = stages.data();
  info.pVertexInputState = &input;
  info.pInputAssemblyState = &assembly;
  info.pViewportState = &viewport;
  info.pRasterizationState = &raster;
  info.pMultisampleState = &samples;
  info.pDepthStencilState = &depth;
  info.pColorBlendState = &blend;
  info.pDynamicState = &dynamic;
  info.layout = desc.layout;
  VkPipeline pipeline = VK_NULL_HANDLE;
  device.count_pipeline();
  check(vkCreateGraphicsPipelines(device.handle(), VK_NULL_HANDLE, 1, &info, nullptr, &pipeline),
        "cannot compile a graphics pipeline");
  return {device.handle(), pipeline};
}

void set_viewport(VkCommandBuffer commands, std::uint32_t width, std::uint32_t height) {
  const VkViewport viewport{0, 0, static_cast<float>(width), static_cast<float>(height), 0, 1};
  const VkRect2D scissor{{0, 0}, {width, height}};
  vkCmdSetViewport(commands, 0, 1, &viewport);
  vkCmdSetScissor(commands, 0, 1, &scissor);
}

}  // namespace gpu
