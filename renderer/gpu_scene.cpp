#include "renderer/gpu_scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <set>

namespace renderer {
namespace {

struct BlendedTriangle {
  float distance2;  // distance of its centre from the eye, squared
  std::uint32_t model, material;
  std::uint32_t vertices[3];
};

void add_triangles(const scene::Scene& scene, const scene::Chunk& chunk, const glm::mat4& to_eye,
                   std::vector<BlendedTriangle>& triangles) {
  const std::uint32_t* index = scene.indices.data() + chunk.first_index;
  for (std::uint32_t i = 0; i < chunk.index_count; i += 3) {
    BlendedTriangle triangle{0, chunk.model, chunk.material, {}};
    glm::vec3 sum(0);
    for (std::uint32_t corner = 0; corner < 3; ++corner) {
      const std::uint32_t vertex = index[i + corner] + static_cast<std::uint32_t>(chunk.vertex_offset);
      triangle.vertices[corner] = vertex;
      sum += scene.vertices[vertex].position;
    }
    const glm::vec3 centre = to_eye * glm::vec4(sum / 3.0f, 1);
    triangle.distance2 = glm::dot(centre, centre);
    triangles.push_back(triangle);
  }
}

/// Takes the triangles from number `first` on that are a puddle's, or lie flat at the level of the simulated
/// water: they are a draw of their own.
void take_simulated(const scene::Scene& scene, const glm::dmat4& transform, std::size_t first,
                    std::vector<BlendedTriangle>& triangles, DrawLists& lists) {
  const float off = 0.02f * scene.metre, level = scene.water.center.y;
  const auto flat = [&](const BlendedTriangle& triangle) {
    if (scene.materials[triangle.material].water == scene::WaterKind::puddle) return true;
    return std::all_of(std::begin(triangle.vertices), std::end(triangle.vertices), [&](std::uint32_t vertex) {
      const glm::vec3 place = transform * glm::dvec4(scene.vertices[vertex].position, 1);
      return std::abs(place.y - level) < off;
    });
  };
  const auto begin = triangles.begin() + static_cast<std::ptrdiff_t>(first);
  const auto taken = std::stable_partition(begin, triangles.end(), [&](const auto& t) { return !flat(t); });
  if (taken == triangles.end()) return;
  lists.water.push_back({static_cast<std::uint32_t>(lists.blended_indices.size()),
                         static_cast<std::uint32_t>(3 * (triangles.end() - taken)), 0, taken->model,
                         taken->material});
  for (auto triangle = taken; triangle != triangles.end(); ++triangle)
    lists.blended_indices.insert(lists.blended_indices.end(), triangle->vertices, triangle->vertices + 3);
  triangles.erase(taken, triangles.end());
}

/// Sorts the farthest first. Neighbours of one model and material become one draw call.
void sort_blended(std::vector<BlendedTriangle>& triangles, DrawLists& lists) {
  std::stable_sort(
      triangles.begin(), triangles.end(),
      [](const BlendedTriangle& a, const BlendedTriangle& b) { return a.distance2 > b.distance2; });
  for (const BlendedTriangle& triangle : triangles) {
    std::vector<Draw>& draws = lists.blended;
    if (draws.empty() || draws.back().model != triangle.model || draws.back().material != triangle.material)
      draws.push_back({static_cast<std::uint32_t>(lists.blended_indices.size()), 0, 0, triangle.model,
                       triangle.material});
    lists.blended_indices.insert(lists.blended_indices.end(), triangle.vertices, triangle.vertices + 3);
    draws.back().index_count += 3;
  }
}

}  // namespace

GpuScene::GpuScene(const gpu::Device& device, const scene::Scene& scene, float anisotropy)
    : scene_(&scene), sky_(scene) {
  vertices_ = gpu::upload_buffer(device, std::as_bytes(std::span(scene.vertices)),
                                 VK_BUFFER_USAGE_VERTEX_BUFFER_BIT, "vertices");
  indices_ = gpu::upload_buffer(device, std::as_bytes(std::span(scene.indices)),
                                VK_BUFFER_USAGE_INDEX_BUFFER_BIT, "indices");
  upload_textures(device);
  upload_ambient(device);
  make_material_sets(device);
  set_anisotropy(device, anisotropy);

  chunks_of_model_.resize(scene.models.size());
  for (std::uint32_t i = 0; i < scene.chunks.size(); ++i) {
    const scene::Chunk& chunk = scene.chunks[i];
    chunks_of_model_[chunk.model].push_back(i);
    if (scene.materials[chunk.material].alpha_mode == scene::AlphaMode::blend)
      blended_index_count_ += chunk.index_count;
  }
  for (const scene::Model& model : scene.models) {
    const bool counts = model.moves() && moving_count_ + 1 < shared::SWAYING;
    motion_ids_.push_back(counts ? ++moving_count_ : 0);
  }
}

void GpuScene::set_anisotropy(const gpu::Device& device, float anisotropy) {
  if (anisotropy == anisotropy_) return;
  anisotropy_ = anisotropy;
  device.wait_idle();
  // On a processor each anisotropic probe is a fetch of its own.
  const float most = device.is_cpu() ? 1.0f : device.max_anisotropy();
  sampler_ =
      gpu::make_sampler(device, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_REPEAT, std::min(anisotropy, most));
  clamped_ = gpu::make_sampler(device, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE,
                               std::min(anisotropy, most));
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

void GpuScene::upload_ambient(const gpu::Device& device) {
  const scene::AmbientGrid& grid = scene_->ambient;
  const std::vector<std::array<std::uint8_t, 4>> open{scene::stored(scene::open_light())};
  const auto& light = grid.empty() ? open : grid.light;
  const glm::uvec3 cells(grid.empty() ? glm::ivec3(1) : grid.cells);
  ambient_ = gpu::Image(device,
                        {.format = VK_FORMAT_R8G8B8A8_UNORM,
                         .width = cells.x,
                         .height = cells.y,
                         .depth = cells.z,
                         .usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT},
                        "ambient grid");
  gpu::upload_image(device, ambient_, std::as_bytes(std::span(light)));
  ambient_sampler_ = gpu::make_sampler(device, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE);
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
      images[i] = {material.clamp ? clamped_.get() : sampler_.get(), textures_[texture].view(),
                   VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
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
         (material.emissive_texture >= 0 ? 8u : 0u) | (material.double_sided ? 16u : 0u) |
         (material.vertex_colors ? 32u : 0u);
}

std::vector<std::uint32_t> GpuScene::variants(bool blended) const {
  std::set<std::uint32_t> seen;
  for (std::uint32_t m = 0; m < scene_->materials.size(); ++m) {
    if ((scene_->materials[m].alpha_mode == scene::AlphaMode::blend) == blended) seen.insert(variant(m));
  }
  return {seen.begin(), seen.end()};
}

static_assert(static_cast<int>(scene::WaterKind::open) == shared::WATER_OPEN &&
              static_cast<int>(scene::WaterKind::puddle) == shared::WATER_PUDDLE);

shared::MaterialConstants GpuScene::constants(std::uint32_t index) const {
  const scene::Material& m = scene_->materials[index];
  return {glm::vec4(m.base_color, m.opacity),
          m.emissive,
          m.roughness,
          m.metallic,
          m.specular,
          m.alpha_cutoff,
          static_cast<std::int32_t>(m.water),
          m.sways && scene_->sway > 0 ? 1u : 0u};
}

void GpuScene::bind_vertices(VkCommandBuffer commands) const {
  const VkBuffer buffer = vertices_.get();
  const VkDeviceSize offset = 0;
  vkCmdBindVertexBuffers(commands, 0, 1, &buffer, &offset);
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

DrawLists GpuScene::visible(const View& view, std::span<const glm::dmat4> transforms, bool culling,
                            bool simulated) const {
  const Frustum frustum(view.clip_from_world(), view.far);
  const glm::dmat4 to_eye = glm::translate(glm::dmat4(1), -view.eye);
  std::vector<glm::mat4> relative;
  for (const glm::dmat4& transform : transforms) relative.emplace_back(to_eye * transform);
  struct Opaque {
    bool masked;
    float distance;  // of the nearest corner
    Draw draw;
  };
  std::vector<Opaque> opaque;
  std::vector<BlendedTriangle> blended;
  DrawLists lists;
  for (const scene::Chunk& chunk : scene_->chunks) {
    if (!scene_->models[chunk.model].seen) continue;
    glm::vec3 low, high;
    transform_box(relative[chunk.model], chunk.box_min, chunk.box_max, low, high);
    if (culling && !frustum.intersects(low, high)) continue;
    const scene::Material& material = scene_->materials[chunk.material];
    const scene::AlphaMode mode = material.alpha_mode;
    if (mode == scene::AlphaMode::blend) {
      const bool water = simulated && material.water != scene::WaterKind::none;
      const std::size_t before = blended.size();
      add_triangles(*scene_, chunk, relative[chunk.model], blended);
      if (water) take_simulated(*scene_, transforms[chunk.model], before, blended, lists);
    } else {
      const float distance = glm::length(glm::clamp(glm::vec3(0), low, high));
      opaque.push_back(
          {mode == scene::AlphaMode::mask,
           distance,
           {chunk.first_index, chunk.index_count, chunk.vertex_offset, chunk.model, chunk.material}});
    }
  }
  std::stable_sort(opaque.begin(), opaque.end(), [&](const Opaque& a, const Opaque& b) {
    return std::make_pair(a.masked, a.distance) < std::make_pair(b.masked, b.distance);
  });
  for (const Opaque& o : opaque) lists.opaque.push_back(o.draw);
  sort_blended(blended, lists);
  return lists;
}

std::vector<VkVertexInputAttributeDescription> GpuScene::vertex_attributes() {
  return {{0, 0, VK_FORMAT_R32G32B32_SFLOAT, offsetof(scene::Vertex, position)},
          {1, 0, VK_FORMAT_R16G16_SNORM, offsetof(scene::Vertex, normal)},
          {2, 0, VK_FORMAT_R8G8B8A8_SNORM, offsetof(scene::Vertex, tangent)},
          {3, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(scene::Vertex, uv)},
          {4, 0, VK_FORMAT_R8G8B8A8_UNORM, offsetof(scene::Vertex, color)}};
}

}  // namespace renderer
