#include "renderer/gpu_scene.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>

namespace renderer {

GpuScene::GpuScene(const gpu::Device& device, const scene::Scene& scene, float anisotropy) : scene_(&scene) {
  vertices_ = gpu::upload_buffer(device, std::as_bytes(std::span(scene.vertices)),
                                 VK_BUFFER_USAGE_VERTEX_BUFFER_BIT, "vertices");
  indices_ = gpu::upload_buffer(device, std::as_bytes(std::span(scene.indices)),
                                VK_BUFFER_USAGE_INDEX_BUFFER_BIT, "indices");
  upload_textures(device);
  make_material_sets(device);
  set_anisotropy(device, anisotropy);

  chunks_of_model_.resize(scene.models.size());
  for (std::uint32_t i = 0; i < scene.chunks.size(); ++i)
    chunks_of_model_[scene.chunks[i].model].push_back(i);
  for (const scene::Model& model : scene.models) {
    const bool counts = model.moves() && moving_count_ + 1 < shared::MAX_MOVING;
    motion_ids_.push_back(counts ? ++moving_count_ : 0);
  }
}

void GpuScene::set_anisotropy(const gpu::Device& device, float anisotropy) {
  if (anisotropy == anisotropy_) return;
  anisotropy_ = anisotropy;
  device.wait_idle();
  // Each anisotropic probe is a fetch of its own on the processor.
  const float most = device.is_cpu() ? 1.0f : device.max_anisotropy();
  sampler_ =
      gpu::make_sampler(device, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_REPEAT, std::min(anisotropy, most));
  write_material_sets(device);
}

void GpuScene::upload_textures(const gpu::Device& device) {
  const auto add = [&](VkFormat format, std::uint32_t width, std::uint32_t height, std::uint32_t levels,
                       std::span<const std::byte> texels, const char* name) {
    textures_.emplace_back(
        device,
        gpu::ImageDesc{.format = format,
                       .width = width,
                       .height = height,
                       .levels = levels,
                       .usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT},
        name);
    gpu::upload_image(device, textures_.back(), texels);
  };
  for (const scene::Texture& texture : scene_->textures) {
    const bool color = texture.kind == scene::TextureKind::color;
    add(color ? VK_FORMAT_R8G8B8A8_SRGB : VK_FORMAT_R8G8B8A8_UNORM, texture.width, texture.height,
        texture.levels, texture.texels, texture.name.c_str());
  }
  // Lavapipe crashes on an unwritten binding, so materials without a map get these.
  const std::array<std::byte, 4> white{std::byte{255}, std::byte{255}, std::byte{255}, std::byte{255}};
  const std::array<std::byte, 4> flat{std::byte{128}, std::byte{128}, std::byte{255}, std::byte{255}};
  add(VK_FORMAT_R8G8B8A8_UNORM, 1, 1, 1, white, "white");
  add(VK_FORMAT_R8G8B8A8_UNORM, 1, 1, 1, flat, "flat normal");
}

void GpuScene::make_material_sets(const gpu::Device& device) {
  const std::array<VkDescriptorType, 4> types{
      VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
      VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER};
  material_layout_ = gpu::make_set_layout(device, types, VK_SHADER_STAGE_FRAGMENT_BIT, false);
  const auto count = static_cast<std::uint32_t>(scene_->materials.size());
  if (count == 0) return;
  const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 4 * count};
  VkDescriptorPoolCreateInfo pool{};
  pool.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
  pool.maxSets = count;
  pool.poolSizeCount = 1;
  pool.pPoolSizes = &size;
  VkDescriptorPool handle = VK_NULL_HANDLE;
  gpu::check(vkCreateDescriptorPool(device.handle(), &pool, nullptr, &handle),
             "cannot create a descriptor pool");
  pool_ = gpu::UniqueDescriptorPool(device.handle(), handle);
  const std::vector<VkDescriptorSetLayout> layouts(count, material_layout_.get());
  VkDescriptorSetAllocateInfo allocate{};
  allocate.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO;
  allocate.descriptorPool = handle;
  allocate.descriptorSetCount = count;
  allocate.pSetLayouts = layouts.data();
  sets_.resize(count);
  gpu::check(vkAllocateDescriptorSets(device.handle(), &allocate, sets_.data()),
             "cannot allocate material sets");
}

void GpuScene::write_material_sets(const gpu::Device& device) const {
  const std::size_t white = textures_.size() - 2, flat = textures_.size() - 1;
  for (std::size_t m = 0; m < sets_.size(); ++m) {
    const scene::Material& material = scene_->materials[m];
    const std::int32_t maps[4] = {material.base_color_texture, material.normal_texture,
                                  material.roughness_metallic_texture, material.emissive_texture};
    VkDescriptorImageInfo images[4];
    VkWriteDescriptorSet writes[4];
    for (std::uint32_t i = 0; i < 4; ++i) {
      const std::size_t texture = maps[i] >= 0 ? static_cast<std::size_t>(maps[i]) : i == 1 ? flat : white;
      images[i] = {sampler_.get(), textures_[texture].view(), VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
      writes[i] = {};
      writes[i].sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
      writes[i].dstSet = sets_[m];
      writes[i].dstBinding = i;
      writes[i].descriptorCount = 1;
      writes[i].descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
      writes[i].pImageInfo = &images[i];
    }
    vkUpdateDescriptorSets(device.handle(), 4, writes, 0, nullptr);
  }
}

std::uint32_t GpuScene::variant(std::uint32_t index) const {
  const scene::Material& material = scene_->materials[index];
  return (material.alpha_mode == scene::AlphaMode::mask ? 1u : 0u) |
         (material.normal_texture >= 0 ? 2u : 0u) | (material.roughness_metallic_texture >= 0 ? 4u : 0u) |
         (material.emissive_texture >= 0 ? 8u : 0u) | (material.double_sided ? 16u : 0u);
}

std::vector<std::uint32_t> GpuScene::variants(bool blended) const {
  std::set<std::uint32_t> seen;
  for (std::uint32_t m = 0; m < scene_->materials.size(); ++m) {
    if ((scene_->materials[m].alpha_mode == scene::AlphaMode::blend) == blended) seen.insert(variant(m));
  }
  return {seen.begin(), seen.end()};
}

shared::MaterialConstants GpuScene::constants(std::uint32_t index) const {
  const scene::Material& m = scene_->materials[index];
  return {glm::vec4(m.base_color, m.opacity),
          m.emissive,
          m.roughness,
          m.metallic,
          m.specular,
          m.alpha_cutoff,
          m.water ? 1u : 0u};
}

void GpuScene::bind_geometry(VkCommandBuffer commands) const {
  const VkBuffer buffer = vertices_.get();
  const VkDeviceSize offset = 0;
  vkCmdBindVertexBuffers(commands, 0, 1, &buffer, &offset);
  vkCmdBindIndexBuffer(commands, indices_.get(), 0, VK_INDEX_TYPE_UINT32);
}

void GpuScene::draw(VkCommandBuffer commands, const scene::Chunk& chunk) const {
  vkCmdDrawIndexed(commands, chunk.index_count, 1, chunk.first_index, chunk.vertex_offset, chunk.model);
}

std::vector<glm::dmat4> GpuScene::transforms(double seconds) const {
  std::vector<glm::dmat4> result;
  for (const scene::Model& model : scene_->models) result.emplace_back(scene::model_to_world(model, seconds));
  return result;
}

void GpuScene::model_box(std::uint32_t model, const glm::dmat4& transform, glm::vec3& low,
                         glm::vec3& high) const {
  low = glm::vec3(1e30f);
  high = glm::vec3(-1e30f);
  for (const std::uint32_t chunk : chunks_of_model_[model]) {
    glm::vec3 a, b;
    transform_box(glm::mat4(transform), scene_->chunks[chunk].box_min, scene_->chunks[chunk].box_max, a, b);
    low = glm::min(low, a);
    high = glm::max(high, b);
  }
}

DrawLists GpuScene::visible(const View& view, std::span<const glm::dmat4> transforms, bool culling) const {
  const Frustum frustum(view.clip_from_world(), view.far);
  const glm::dmat4 to_eye = glm::translate(glm::dmat4(1), -view.eye);
  std::vector<glm::mat4> relative;
  for (const glm::dmat4& transform : transforms) relative.emplace_back(to_eye * transform);
  DrawLists lists;
  for (std::uint32_t i = 0; i < scene_->chunks.size(); ++i) {
    const scene::Chunk& chunk = scene_->chunks[i];
    glm::vec3 low, high;
    transform_box(relative[chunk.model], chunk.box_min, chunk.box_max, low, high);
    if (culling && !frustum.intersects(low, high)) continue;
    const bool blended = scene_->materials[chunk.material].alpha_mode == scene::AlphaMode::blend;
    // Glass sorts by its middle, opaque chunks by their nearest corner.
    const glm::vec3 point = blended ? 0.5f * (low + high) : glm::clamp(glm::vec3(0), low, high);
    (blended ? lists.blended : lists.opaque).push_back({i, glm::length(point)});
  }
  const auto masked = [&](const Draw& d) {
    return scene_->materials[scene_->chunks[d.chunk].material].alpha_mode == scene::AlphaMode::mask;
  };
  std::stable_sort(lists.opaque.begin(), lists.opaque.end(), [&](const Draw& a, const Draw& b) {
    return std::make_pair(masked(a), a.distance) < std::make_pair(masked(b), b.distance);
  });
  std::stable_sort(lists.blended.begin(), lists.blended.end(),
                   [](const Draw& a, const Draw& b) { return a.distance > b.distance; });
  return lists;
}

std::vector<VkVertexInputAttributeDescription> GpuScene::vertex_attributes() {
  return {{0, 0, VK_FORMAT_R32G32B32_SFLOAT, offsetof(scene::Vertex, position)},
          {1, 0, VK_FORMAT_R16G16_SNORM, offsetof(scene::Vertex, normal)},
          {2, 0, VK_FORMAT_R8G8B8A8_SNORM, offsetof(scene::Vertex, tangent)},
          {3, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(scene::Vertex, uv)}};
}

}  // namespace renderer
