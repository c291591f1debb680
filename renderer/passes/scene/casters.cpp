#include "renderer/passes/scene/casters.h"

#include "spirv/shadow_frag.h"
#include "spirv/shadow_vert.h"

namespace renderer {

Casters::Casters(const gpu::Device& device, const GpuScene& scene, bool clamped)
    : layout_(gpu::make_layout(device, {scene.material_layout()},
                               VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT,
                               sizeof(shared::ShadowConstants))) {
  const auto attributes = GpuScene::vertex_attributes();
  gpu::GraphicsDesc desc{.vertex = shadow_vert,
                         .fragment = {},
                         .layout = layout_.get(),
                         .attributes = {attributes[0], attributes[3]},
                         .vertex_stride = sizeof(scene::Vertex),
                         .color_formats = {},
                         .depth_format = VK_FORMAT_D32_SFLOAT,
                         .depth_compare = VK_COMPARE_OP_LESS_OR_EQUAL,
                         .depth_clamp = clamped,
                         .depth_bias = true,
                         .constants = {}};
  opaque_ = gpu::make_graphics_pipeline(device, desc);
  desc.fragment = shadow_frag;
  masked_ = gpu::make_graphics_pipeline(device, desc);
}

void Casters::box_of(const FrameContext& frame, const glm::dmat4& clip_from_world, const scene::Chunk& chunk,
                     glm::vec3& low, glm::vec3& high) {
  transform_box(glm::mat4(clip_from_world * frame.transforms[chunk.model]), chunk.box_min, chunk.box_max, low,
                high);
}

std::vector<CasterPiece> Casters::within(const FrameContext& frame, const glm::dmat4& clip_from_world,
                                         bool moving) {
  const scene::Scene& scene = frame.scene.cpu();
  std::vector<CasterPiece> found;
  for (const bool masked : {false, true})
    for (std::uint32_t c = 0; c < scene.chunks.size(); ++c) {
      const scene::Chunk& chunk = scene.chunks[c];
      const scene::AlphaMode mode = scene.materials[chunk.material].alpha_mode;
      if (mode == scene::AlphaMode::blend || (mode == scene::AlphaMode::mask) != masked) continue;
      const scene::Model& model = scene.models[chunk.model];
      if (!model.casts || model.moves() != moving) continue;
      glm::vec3 low, high;
      box_of(frame, clip_from_world, chunk, low, high);
      if (low.x > 1 || high.x < -1 || low.y > 1 || high.y < -1 || low.z > 1) continue;
      found.push_back({c, chunk.first_index, chunk.index_count});
    }
  return found;
}

void Casters::begin(VkCommandBuffer commands, VkImageView view, const VkRect2D& part, bool clear) {
  VkRenderingAttachmentInfo depth{};
  depth.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO;
  depth.imageView = view;
  depth.imageLayout = VK_IMAGE_LAYOUT_GENERAL;
  depth.loadOp = clear ? VK_ATTACHMENT_LOAD_OP_CLEAR : VK_ATTACHMENT_LOAD_OP_LOAD;
  depth.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
  depth.clearValue.depthStencil.depth = 1;
  VkRenderingInfo info{};
  info.sType = VK_STRUCTURE_TYPE_RENDERING_INFO;
  info.renderArea = part;
  info.layerCount = 1;
  info.pDepthAttachment = &depth;
  vkCmdBeginRendering(commands, &info);
  const VkViewport viewport{static_cast<float>(part.offset.x),
                            static_cast<float>(part.offset.y),
                            static_cast<float>(part.extent.width),
                            static_cast<float>(part.extent.height),
                            0,
                            1};
  vkCmdSetViewport(commands, 0, 1, &viewport);
  vkCmdSetScissor(commands, 0, 1, &part);
  vkCmdSetDepthBias(commands, 0, 0, 1.5f);
}

void Casters::draw(VkCommandBuffer commands, const FrameContext& frame, const glm::dmat4& clip_from_world,
                   std::span<const CasterPiece> pieces) const {
  const scene::Scene& scene = frame.scene.cpu();
  frame.scene.bind_vertices(commands);
  vkCmdBindIndexBuffer(commands, frame.scene.indices().get(), 0, VK_INDEX_TYPE_UINT32);
  VkPipeline bound = VK_NULL_HANDLE;
  for (const CasterPiece& piece : pieces) {
    const scene::Chunk& chunk = scene.chunks[piece.chunk];
    const scene::Material& material = scene.materials[chunk.material];
    const bool masked = material.alpha_mode == scene::AlphaMode::mask;
    const VkPipeline pipeline = masked ? masked_.get() : opaque_.get();
    if (pipeline != bound) vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, pipeline);
    bound = pipeline;
    const shared::ShadowConstants push{
        .shadow_from_model = glm::mat4(clip_from_world * frame.transforms[chunk.model]),
        .alpha_cutoff = material.alpha_cutoff};
    vkCmdPushConstants(commands, layout_.get(), VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, 0,
                       sizeof push, &push);
    if (masked) {
      const VkDescriptorSet set = frame.scene.material_set(chunk.material);
      vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, layout_.get(), 0, 1, &set, 0,
                              nullptr);
    }
    vkCmdDrawIndexed(commands, piece.index_count, 1, piece.first_index, chunk.vertex_offset, chunk.model);
  }
}

}  // namespace renderer
