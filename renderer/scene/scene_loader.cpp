// load_scene: puts the models and the rest of the scene file into one scene.

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <map>
#include <new>
#include <stdexcept>
#include <tuple>

#include "core/checksum.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/text.h"
#include "renderer/scene/ambient/ambient_cache.h"
#include "renderer/scene/mesh/model_loader.h"
#include "renderer/scene/scene.h"
#include "renderer/scene/scene_cache.h"
#include "renderer/scene/scene_file.h"
#include "renderer/scene/scene_size.h"
#include "shaders/shared.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

using TextureKey = std::tuple<TextureKind, std::uint32_t, std::uint32_t, std::uint64_t>;
using TexturePlaces = std::map<TextureKey, std::int32_t>;

constexpr std::size_t max_elements = std::numeric_limits<std::int32_t>::max();

/// Moves a model's textures into the scene and returns their indices there. Textures of equal content are
/// stored once, since models that share a material library share its images.
std::vector<std::int32_t> append_textures(Scene& scene, std::vector<Texture>&& textures,
                                          TexturePlaces& places) {
  std::vector<std::int32_t> result;
  for (Texture& texture : textures) {
    const TextureKey key{texture.kind, texture.width, texture.height, core::checksum(texture.texels)};
    const auto [place, added] = places.try_emplace(key, static_cast<std::int32_t>(scene.textures.size()));
    if (added) scene.textures.push_back(std::move(texture));
    result.push_back(place->second);
  }
  return result;
}

void append(Scene& scene, ModelData&& data, const Model& model, TexturePlaces& places) {
  if (scene.vertices.size() + data.vertices.size() > max_elements ||
      scene.indices.size() + data.indices.size() > max_elements)
    core::fail("the scene has more than 2^31 vertices or indices");
  const std::vector<std::int32_t> texture_place = append_textures(scene, std::move(data.textures), places);
  for (Material& material : data.materials)
    for (std::int32_t* texture : {&material.base_color_texture, &material.normal_texture,
                                  &material.roughness_metallic_texture, &material.emissive_texture})
      if (*texture != no_texture) *texture = texture_place[static_cast<std::size_t>(*texture)];
  for (Chunk chunk : data.chunks) {
    chunk.first_index += static_cast<std::uint32_t>(scene.indices.size());
    chunk.vertex_offset += static_cast<std::int32_t>(scene.vertices.size());
    chunk.material += static_cast<std::uint32_t>(scene.materials.size());
    chunk.model = static_cast<std::uint32_t>(scene.models.size());
    scene.chunks.push_back(chunk);
  }
  const auto move_all = [](auto& from, auto& to) {
    if (to.empty()) {
      to = std::move(from);
      return;
    }
    // One by one, because GCC 14 wrongly warns of an overflow in vector::insert.
    to.reserve(to.size() + from.size());
    for (auto& each : from) to.push_back(std::move(each));
  };
  move_all(data.vertices, scene.vertices);
  move_all(data.indices, scene.indices);
  move_all(data.materials, scene.materials);
  move_all(data.warnings, scene.warnings);
  scene.models.push_back(model);
}

/// Warns of what a frame cannot hold, because the renderer leaves it out silently.
void warn_of_limits(Scene& scene) {
  const auto moving = std::count_if(scene.models.begin(), scene.models.end(),
                                    [](const Model& model) { return model.moves(); });
  if (moving > shared::MAX_MOVING - 1)
    scene.warnings.push_back(
        fmt::format("'{}': {} models move, {} more than have motion vectors of their own",
                    scene.path.string(), moving, moving - (shared::MAX_MOVING - 1)));
  if (scene.lights.size() > shared::MAX_LIGHTS)
    scene.warnings.push_back(fmt::format("'{}': of {} lights a frame shows the nearest {}",
                                         scene.path.string(), scene.lights.size(), shared::MAX_LIGHTS));
}

}  // namespace

void measure_bounds(Scene& scene) {
  glm::vec3 low(std::numeric_limits<float>::max()), high(std::numeric_limits<float>::lowest());
  for (const Chunk& chunk : scene.chunks) {
    const glm::mat4 to_world = model_to_world(scene.models[chunk.model], 0);
    for (int corner = 0; corner < 8; ++corner) {
      const glm::vec3 p(corner & 1 ? chunk.box_max.x : chunk.box_min.x,
                        corner & 2 ? chunk.box_max.y : chunk.box_min.y,
                        corner & 4 ? chunk.box_max.z : chunk.box_min.z);
      const glm::vec3 world(to_world * glm::vec4(p, 1));
      low = glm::min(low, world);
      high = glm::max(high, world);
    }
  }
  if (!scene.chunks.empty()) {
    scene.box_min = low;
    scene.box_max = high;
  }
}

namespace {

Scene load(const fs::path& path, const LoadOptions& options) {
  const std::string extension = core::lower_case(path.extension().string());
  const bool single_model = extension == ".obj";
  SceneFile file;
  if (extension == ".toml") {
    file = read_scene_file(path);
  } else if (single_model) {
    file.name = path.stem().string();
    Model model;
    model.name = file.name;
    file.models.push_back({path, {}, model, {glm::dvec3(0)}});
  } else {
    core::fail("'{}' is neither a scene file (.toml) nor a model (.obj)", path.string());
  }
  Scene scene;
  scene.name = file.name;
  scene.path = path;
  scene.warnings = std::move(file.warnings);
  TexturePlaces places;
  std::vector<glm::dvec3> origins;
  for (std::size_t i = 0; i < file.models.size(); ++i) {
    const ModelEntry& entry = file.models[i];
    const LoadProgress part = [&](double fraction, const std::string& what) {
      if (options.progress)
        options.progress((static_cast<double>(i) + fraction) / static_cast<double>(file.models.size()), what);
    };
    ModelData data = load_model_cached(entry.path, entry.options, options, part);
    origins.push_back(data.origin);
    append(scene, std::move(data), entry.model, places);
  }
  if (const glm::dvec3 origin = find_origin(file.models, origins); origin != glm::dvec3(0)) {
    if (!single_model) file = read_scene_file(path, origin);
    for (std::size_t i = 0; i < scene.models.size(); ++i)
      scene.models[i] = placed_model(file.models[i], origins[i], origin);
  }
  scene.lights = std::move(file.lights);
  scene.sun = file.sun;
  scene.sky = file.sky;
  scene.water = file.water;
  scene.sway = file.sway;
  scene.ev = file.ev;
  scene.camera = std::move(file.camera);
  warn_of_limits(scene);
  measure_bounds(scene);
  choose_size(scene, file, single_model);
  scene.content_hash = hash_content(scene);
  scene.ambient = load_ambient_grid(scene, options);
  return scene;
}

}  // namespace

Scene load_scene(const fs::path& path, const LoadOptions& options) {
  try {
    return load(path, options);
  } catch (const std::bad_alloc&) {
    core::fail("'{}' does not fit into the memory that is left: {} MB", path.string(),
               core::available_memory() >> 20);
  } catch (const std::length_error&) {
    core::fail("'{}' does not fit into memory", path.string());
  }
}

}  // namespace scene
