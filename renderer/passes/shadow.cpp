#include "renderer/passes/shadow.h"

#include <algorithm>
#include <cmath>

#include "spirv/shadow_frag.h"
#include "spirv/shadow_vert.h"

namespace renderer {
namespace {

struct Push {
  glm::mat4 shadow_from_model;
  float alpha_cutoff;
};

/// How far the wanted centre may leave a cascade's before it is redrawn, as shares of its radius: as soon as
/// no other is redrawn in this frame, and at once. The map reaches at least (1 - most_slack) of its radius
/// past the wanted centre, however fast the camera is.
constexpr double slack = 0.3, most_slack = 0.6;

/// Rows: right, up, the way the light travels.
glm::dmat3 light_axes(const glm::dvec3& light) {
  const glm::dvec3 helper = std::abs(light.y) < 0.99 ? glm::dvec3(0, 1, 0) : glm::dvec3(1, 0, 0);
  const glm::dvec3 right = glm::normalize(glm::cross(helper, light));
  return glm::transpose(glm::dmat3(right, glm::cross(light, right), light));
}

}  // namespace

ShadowPass::ShadowPass(const gpu::Device& device, const GpuScene& scene, std::int32_t resolution)
    : resolution_(resolution), scene_has_motion_(scene.moving_count() > 0) {
  const auto side = static_cast<std::uint32_t>(resolution);
  const auto make = [&](const char* name, std::uint32_t texels) {
    return gpu::Image(device,
                      {.format = VK_FORMAT_D32_SFLOAT,
                       .width = texels,
                       .height = texels,
                       .layers = shared::MAX_CASCADES,
                       .usage = VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT |
                                VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT},
                      name);
  };
  still_map_ = make("still shadows", side);
  moving_map_ = make("moving shadows", scene_has_motion_ ? side : 1);
  for (std::uint32_t i = 0; i < shared::MAX_CASCADES; ++i) {
    still_views_.push_back(still_map_.layer_view(i));
    moving_views_.push_back(moving_map_.layer_view(i));
  }
  gpu::run_once(device, [&](VkCommandBuffer commands) {
    gpu::to_general(commands, {&still_map_, &moving_map_});
  });
  sampler_ = gpu::make_sampler(device, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE, 1,
                               VK_COMPARE_OP_LESS_OR_EQUAL);
  layout_ = gpu::make_layout(device, {scene.material_layout()},
                             VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, sizeof(Push));
  const auto attributes = GpuScene::vertex_attributes();
  gpu::GraphicsDesc desc{.vertex = shadow_vert,
                         .fragment = {},
                         .layout = layout_.get(),
                         .attributes = {},
                         .vertex_stride = sizeof(scene::Vertex),
                         .color_formats = {},
                         .blends = {},
                         .depth_format = VK_FORMAT_D32_SFLOAT,
                         .depth_compare = VK_COMPARE_OP_LESS_OR_EQUAL,
                         .depth_clamp = true,
                         .depth_bias = true,
                         .constants = {}};
  desc.attributes = {attributes[0], attributes[3]};
  opaque_ = gpu::make_graphics_pipeline(device, desc);
  desc.fragment = shadow_frag;
  masked_ = gpu::make_graphics_pipeline(device, desc);
}

void ShadowPass::invalidate() {
  for (Cascade& cascade : cascades_) cascade.valid = false;
}

void ShadowPass::place(Cascade& cascade, const glm::dvec3& wanted, const glm::dvec3& light) const {
  // Snapped to whole texels, so that edges stay where they are when the map moves.
  const glm::dmat3 axes = light_axes(light);
  const double texel = 2 * cascade.radius / resolution_;
  glm::dvec3 center = axes * wanted;
  center.x = std::floor(center.x / texel) * texel;
  center.y = std::floor(center.y / texel) * texel;
  // Depth clamping keeps casters that stand before the near plane.
  const double depth = 4 * cascade.radius;
  glm::dmat4 clip(0);
  for (int column = 0; column < 3; ++column) {
    clip[column] = {axes[column].x / cascade.radius, axes[column].y / cascade.radius, axes[column].z / depth,
                    0};
  }
  clip[3] = {-center.x / cascade.radius, -center.y / cascade.radius, 0.5 - center.z / depth, 1};
  cascade.clip_from_world = clip;
  cascade.center = wanted;
  cascade.valid = true;
}

void ShadowPass::record(VkCommandBuffer commands, const FrameContext& frame) {
  auto& constants = *frame.buffers.constants.as<shared::FrameConstants>();
  constants.cascade_count = 0;
  if (!frame.settings.shadow.enabled) return;
  const gpu::PassScope scope(frame.device, commands, frame.timer, "shadow");
  const scene::Scene& scene = frame.scene.cpu();
  const double extent = 1.2 * glm::length(scene.box_max - scene.box_min);
  const auto distance = static_cast<float>(
      std::min({static_cast<double>(frame.settings.shadow.distance), frame.view.far, std::max(extent, 1.0)}));
  const glm::dvec3 light = glm::normalize(glm::dvec3(scene.sun.direction));
  if (distance != distance_ || light != light_) invalidate();
  distance_ = distance;
  light_ = light;
  count_ = shared::MAX_CASCADES;
  constexpr double shares[shared::MAX_CASCADES] = {0.07, 0.27, 1.0};
  const glm::dvec3 forward = -frame.view.axes[2];
  bool redrawn = false;
  gpu::barrier(commands, gpu::Access::shader_read, gpu::Access::attachment);
  gpu::barrier(commands, gpu::Access::shader_read, gpu::Access::transfer);
  for (std::uint32_t i = 0; i < count_; ++i) {
    Cascade& cascade = cascades_[i];
    cascade.radius = shares[i] * distance;
    const glm::dvec3 wanted = frame.view.eye + forward * (0.55 * cascade.radius);
    const double left = glm::length(wanted - cascade.center) / cascade.radius;
    // One redraw a frame keeps frame times even.
    const bool redraw = !cascade.valid || left > most_slack || (left > slack && !redrawn);
    if (redraw) {
      redrawn = true;
      place(cascade, wanted, light);
      draw_still(commands, frame, i);
    }
    if (scene_has_motion_) draw_moving(commands, frame, i, redraw);
    // Camera-relative world to (u, v, depth).
    glm::dmat4 to_uv(1);
    to_uv[0][0] = to_uv[1][1] = 0.5;
    to_uv[3][0] = to_uv[3][1] = 0.5;
    constants.shadow_from_world[i] =
        glm::mat4(to_uv * cascade.clip_from_world * glm::translate(glm::dmat4(1), frame.view.eye));
    constants.cascade_texel[static_cast<int>(i)] = static_cast<float>(2 * cascade.radius / resolution_);
  }
  constants.cascade_count = count_;
  gpu::barrier(commands, gpu::Access::attachment, gpu::Access::shader_read);
}

void ShadowPass::begin_rendering(VkCommandBuffer commands, VkImageView view, bool clear) const {
  VkRenderingAttachmentInfo depth{};
  depth.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO;
  depth.imageView = view;
  depth.imageLayout = VK_IMAGE_LAYOUT_GENERAL;
  depth.loadOp = clear ? VK_ATTACHMENT_LOAD_OP_CLEAR : VK_ATTACHMENT_LOAD_OP_LOAD;
  depth.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
  depth.clearValue.depthStencil.depth = 1;
  const auto side = static_cast<std::uint32_t>(resolution_);
  VkRenderingInfo info{};
  info.sType = VK_STRUCTURE_TYPE_RENDERING_INFO;
  info.renderArea = {{0, 0}, {side, side}};
  info.layerCount = 1;
  info.pDepthAttachment = &depth;
  vkCmdBeginRendering(commands, &info);
  gpu::set_viewport(commands, side, side);
  vkCmdSetDepthBias(commands, 0, 0, 1.5f);
}

void ShadowPass::draw_still(VkCommandBuffer commands, const FrameContext& frame, std::uint32_t index) {
  begin_rendering(commands, still_views_[index].get(), true);
  draw_chunks(commands, frame, cascades_[index], false);
  vkCmdEndRendering(commands);
}

void ShadowPass::draw_moving(VkCommandBuffer commands, const FrameContext& frame, std::uint32_t index,
                             bool whole) {
  Cascade& cascade = cascades_[index];
  const auto side = static_cast<std::uint32_t>(resolution_);
  std::vector<VkRect2D> erase = std::move(cascade.moved);
  if (whole) erase = {{{0, 0}, {side, side}}};
  std::vector<VkImageCopy> copies;
  for (const VkRect2D& rect : erase) {
    if (rect.extent.width == 0 || rect.extent.height == 0) continue;
    VkImageCopy copy{};
    copy.srcSubresource = copy.dstSubresource = {VK_IMAGE_ASPECT_DEPTH_BIT, 0, index, 1};
    copy.srcOffset = copy.dstOffset = {rect.offset.x, rect.offset.y, 0};
    copy.extent = {rect.extent.width, rect.extent.height, 1};
    copies.push_back(copy);
  }
  if (!copies.empty()) {
    gpu::barrier(commands, gpu::Access::attachment, gpu::Access::transfer);
    vkCmdCopyImage(commands, still_map_.get(), VK_IMAGE_LAYOUT_GENERAL, moving_map_.get(),
                   VK_IMAGE_LAYOUT_GENERAL, static_cast<std::uint32_t>(copies.size()), copies.data());
    gpu::barrier(commands, gpu::Access::transfer, gpu::Access::attachment);
  }
  cascade.moved.clear();
  for (std::uint32_t m = 0; m < frame.transforms.size(); ++m) {
    if (!frame.scene.cpu().models[m].moves()) continue;
    glm::vec3 low, high;
    frame.scene.model_box(m, frame.transforms[m], low, high);
    const VkRect2D rect = texels_of(cascade, low, high);
    if (rect.extent.width && rect.extent.height) cascade.moved.push_back(rect);
  }
  if (cascade.moved.empty()) return;
  begin_rendering(commands, moving_views_[index].get(), false);
  draw_chunks(commands, frame, cascade, true);
  vkCmdEndRendering(commands);
}

VkRect2D ShadowPass::texels_of(const Cascade& cascade, const glm::vec3& low, const glm::vec3& high) const {
  glm::vec3 a, b;
  transform_box(glm::mat4(cascade.clip_from_world), low, high, a, b);
  if (a.z > 1) return {};
  const auto texel = [&](float clip, float add) {
    return std::clamp(
        static_cast<int>(std::floor((clip * 0.5f + 0.5f) * static_cast<float>(resolution_) + add)), 0,
        resolution_);
  };
  const int x0 = texel(a.x, -2), y0 = texel(a.y, -2), x1 = texel(b.x, 3), y1 = texel(b.y, 3);
  return {{x0, y0}, {static_cast<std::uint32_t>(x1 - x0), static_cast<std::uint32_t>(y1 - y0)}};
}

void ShadowPass::draw_chunks(VkCommandBuffer commands, const FrameContext& frame, const Cascade& cascade,
                             bool moving) const {
  const scene::Scene& scene = frame.scene.cpu();
  frame.scene.bind_vertices(commands);
  vkCmdBindIndexBuffer(commands, frame.scene.indices().get(), 0, VK_INDEX_TYPE_UINT32);
  for (const bool masked : {false, true}) {
    vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, masked ? masked_.get() : opaque_.get());
    for (const scene::Chunk& chunk : scene.chunks) {
      const scene::Material& material = scene.materials[chunk.material];
      if (material.alpha_mode == scene::AlphaMode::blend) continue;
      if ((material.alpha_mode == scene::AlphaMode::mask) != masked) continue;
      if (scene.models[chunk.model].moves() != moving) continue;
      const glm::mat4 matrix(cascade.clip_from_world * frame.transforms[chunk.model]);
      glm::vec3 low, high;
      transform_box(matrix, chunk.box_min, chunk.box_max, low, high);
      if (low.x > 1 || high.x < -1 || low.y > 1 || high.y < -1 || low.z > 1) continue;
      const Push push{matrix, material.alpha_cutoff};
      vkCmdPushConstants(commands, layout_.get(), VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT,
                         0, sizeof push, &push);
      if (masked) {
        const VkDescriptorSet set = frame.scene.material_set(chunk.material);
        vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, layout_.get(), 0, 1, &set, 0,
                                nullptr);
      }
      vkCmdDrawIndexed(commands, chunk.index_count, 1, chunk.first_index, chunk.vertex_offset, chunk.model);
    }
  }
}

}  // namespace renderer
