#include "app/train/scene_variety.h"

#include <algorithm>

namespace app {

using core::Random;

void swap_textures(scene::Scene& scene, double share, Random& random) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < scene.materials.size(); ++i)
    if (scene.materials[i].alpha_mode == scene::AlphaMode::opaque && random.uniform() < share)
      chosen.push_back(i);
  for (std::size_t i = 1; i < chosen.size(); ++i) {
    scene::Material &a = scene.materials[chosen[i]],
                    &b = scene.materials[chosen[static_cast<std::size_t>(random.below(static_cast<int>(i)))]];
    std::swap(a.base_color_texture, b.base_color_texture);
    std::swap(a.normal_texture, b.normal_texture);
    std::swap(a.roughness_metallic_texture, b.roughness_metallic_texture);
  }
}

void add_thrown_pieces(scene::Scene& scene, Random& random) {
  if (std::any_of(scene.models.begin(), scene.models.end(), [](const auto& model) { return model.moves(); }))
    return;
  std::vector<scene::Chunk> solid;
  for (const scene::Chunk& chunk : scene.chunks)
    if (scene.materials[chunk.material].alpha_mode != scene::AlphaMode::blend) solid.push_back(chunk);
  if (solid.empty()) return;
  for (int i = 0; i < 3; ++i) {
    scene::Chunk piece = solid[static_cast<std::size_t>(random.below(static_cast<int>(solid.size())))];
    const glm::vec3 middle = 0.5f * (piece.box_min + piece.box_max), extent = piece.box_max - piece.box_min;
    const float size =
        static_cast<float>(random.uniform(0.3, 1.5)) / std::max({extent.x, extent.y, extent.z, 1e-6f});
    const auto from = scene.indices.begin() + piece.first_index;
    const std::vector<std::uint32_t> indices(from, from + piece.index_count);
    const std::uint32_t vertex_count = *std::max_element(indices.begin(), indices.end()) + 1;
    const auto first_vertex = static_cast<std::size_t>(piece.vertex_offset);
    piece.first_index = static_cast<std::uint32_t>(scene.indices.size());
    piece.vertex_offset = static_cast<std::int32_t>(scene.vertices.size());
    piece.model = static_cast<std::uint32_t>(scene.models.size());
    piece.box_min = (piece.box_min - middle) * size;
    piece.box_max = (piece.box_max - middle) * size;
    for (std::uint32_t v = 0; v < vertex_count; ++v) {
      scene::Vertex vertex = scene.vertices[first_vertex + v];
      vertex.position = (vertex.position - middle) * size;
      scene.vertices.push_back(vertex);
    }
    scene.indices.insert(scene.indices.end(), indices.begin(), indices.end());
    scene.chunks.push_back(piece);
    scene::Model model;
    model.name = "thrown piece";
    for (const double time : {0.0, 1.0})
      model.keyframes.push_back({time, glm::vec3(0, -1e4f, 0), {1, 0, 0, 0}});
    scene.models.push_back(model);
  }
}

}  // namespace app
