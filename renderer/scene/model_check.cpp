#include "renderer/scene/model_check.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.h"
#include "renderer/scene/texture/mipmaps.h"

namespace scene {
namespace {

void require(bool valid, const char* what) {
  if (!valid) core::fail("the model's {} are damaged", what);
}

bool finite(const glm::vec3& v) {
  return std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z);
}

void check_chunk(const ModelData& model, const Chunk& chunk) {
  require(chunk.material < model.materials.size() && chunk.model == 0, "chunks");
  require(chunk.index_count > 0 && chunk.index_count % 3 == 0 && chunk.first_index <= model.indices.size() &&
              chunk.index_count <= model.indices.size() - chunk.first_index,
          "chunks");
  require(chunk.vertex_offset >= 0 && finite(chunk.box_min) && finite(chunk.box_max), "chunks");
  const auto first = model.indices.begin() + chunk.first_index;
  const std::uint64_t largest = *std::max_element(first, first + chunk.index_count);
  require(largest + static_cast<std::uint64_t>(chunk.vertex_offset) < model.vertices.size(), "indices");
}

void check_material(const ModelData& model, const Material& material) {
  for (const std::int32_t texture : {material.base_color_texture, material.normal_texture,
                                     material.roughness_metallic_texture, material.emissive_texture})
    require(
        texture == no_texture || (texture >= 0 && static_cast<std::size_t>(texture) < model.textures.size()),
        "materials");
  require(material.alpha_mode <= AlphaMode::blend, "materials");
  require(material.water >= WaterKind::none && material.water <= WaterKind::puddle, "materials");
  require(finite(material.base_color) && finite(material.emissive), "materials");
  for (const float factor :
       {material.opacity, material.roughness, material.metallic, material.specular, material.alpha_cutoff})
    require(factor >= 0 && factor <= 1, "materials");
}

void check_texture(const Texture& texture) {
  constexpr std::uint32_t largest_side = 16384;
  require(texture.width >= 1 && texture.height >= 1 &&
              std::max(texture.width, texture.height) <= largest_side &&
              texture.levels ==
                  static_cast<std::uint32_t>(std::bit_width(std::max(texture.width, texture.height))),
          "textures");
  require(texture.kind <= TextureKind::linear, "textures");
  require(texture.texels.size() == mip_offset(texture.width, texture.height, texture.levels), "textures");
}

}  // namespace

void check_model(const ModelData& model) {
  for (const Chunk& chunk : model.chunks) check_chunk(model, chunk);
  for (const Material& material : model.materials) check_material(model, material);
  for (const Texture& texture : model.textures) check_texture(texture);
  for (const Vertex& vertex : model.vertices)
    require(finite(vertex.position) && std::isfinite(vertex.uv.x + vertex.uv.y), "vertices");
  require(std::isfinite(model.origin.x + model.origin.y + model.origin.z), "vertices");
  require(!model.chunks.empty(), "chunks");
}

}  // namespace scene
