#include "renderer/passes/scene/mesh_pipelines.h"

namespace renderer {
namespace {

constexpr VkShaderStageFlags push_stages = VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT;

}  // namespace

MeshPipelines::MeshPipelines(const gpu::Device& device, const GpuScene& scene,
                             const std::vector<VkDescriptorType>& bindings, gpu::GraphicsDesc desc,
                             bool blended) {
  frame_layout_ =
      gpu::make_set_layout(device, bindings, VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, true);
  layout_ = gpu::make_layout(device, {frame_layout_.get(), scene.material_layout()}, push_stages,
                             sizeof(shared::DrawConstants));
  desc.layout = layout_.get();
  desc.depth_format = VK_FORMAT_D32_SFLOAT;
  desc.attributes = GpuScene::vertex_attributes();
  desc.vertex_stride = sizeof(scene::Vertex);
  for (const std::uint32_t variant : scene.variants(blended)) {
    desc.cull = variant & 16 ? VK_CULL_MODE_NONE : VK_CULL_MODE_BACK_BIT;
    desc.constants.clear();
    for (int bit = 0; bit < 6; ++bit) desc.constants.push_back(static_cast<std::int32_t>(variant >> bit & 1));
    desc.constants.push_back(scene.sky().atmosphere());
    pipelines_.emplace(variant, gpu::make_graphics_pipeline(device, desc));
  }
}

void MeshPipelines::draw(VkCommandBuffer commands, const FrameContext& frame,
                         const std::vector<gpu::Binding>& bindings, const gpu::Buffer& indices,
                         std::span<const Draw> draws) const {
  constexpr auto graphics = VK_PIPELINE_BIND_POINT_GRAPHICS;
  const GpuScene& scene = frame.scene;
  gpu::set_viewport(commands, frame.width(), frame.height());
  gpu::push(frame.device, commands, graphics, layout_.get(), bindings);
  scene.bind_vertices(commands);
  vkCmdBindIndexBuffer(commands, indices.get(), 0, VK_INDEX_TYPE_UINT32);
  constexpr std::uint32_t none = ~0u;
  std::uint32_t variant = none, material = none, model = none;
  for (const Draw& draw : draws) {
    if (scene.variant(draw.material) != variant) {
      variant = scene.variant(draw.material);
      vkCmdBindPipeline(commands, graphics, pipelines_.at(variant).get());
    }
    if (draw.material != material) {
      material = draw.material;
      const VkDescriptorSet set = scene.material_set(material);
      vkCmdBindDescriptorSets(commands, graphics, layout_.get(), 1, 1, &set, 0, nullptr);
      const shared::MaterialConstants constants = scene.constants(material);
      vkCmdPushConstants(commands, layout_.get(), push_stages, offsetof(shared::DrawConstants, material),
                         sizeof constants, &constants);
    }
    if (draw.model != model) {
      model = draw.model;
      vkCmdPushConstants(commands, layout_.get(), push_stages, offsetof(shared::DrawConstants, object),
                         sizeof(shared::ObjectConstants), &frame.objects[model]);
    }
    vkCmdDrawIndexed(commands, draw.index_count, 1, draw.first_index, draw.vertex_offset, 0);
  }
}

VkRenderingAttachmentInfo attachment(const gpu::Image& image, VkAttachmentLoadOp load) {
  VkRenderingAttachmentInfo info{};
  info.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO;
  info.imageView = image.view();
  info.imageLayout = VK_IMAGE_LAYOUT_GENERAL;
  info.loadOp = load;
  info.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
  return info;
}

void begin_rendering(VkCommandBuffer commands, const FrameContext& frame,
                     std::initializer_list<VkRenderingAttachmentInfo> colors,
                     const VkRenderingAttachmentInfo& depth) {
  VkRenderingInfo info{};
  info.sType = VK_STRUCTURE_TYPE_RENDERING_INFO;
  info.renderArea = {{0, 0}, {frame.width(), frame.height()}};
  info.layerCount = 1;
  info.colorAttachmentCount = static_cast<std::uint32_t>(colors.size());
  info.pColorAttachments = colors.begin();
  info.pDepthAttachment = &depth;
  vkCmdBeginRendering(commands, &info);
}

}  // namespace renderer
