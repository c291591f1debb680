#include "renderer/scene/mesh/model_loader.h"

#include <algorithm>
#include <mutex>

#include "core/error.h"
#include "core/parallel.h"
#include "renderer/scene/mesh/geometry.h"
#include "renderer/scene/mesh/materials.h"
#include "renderer/scene/mesh/obj_loader.h"
#include "renderer/scene/texture/texture_loader.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

/// Drops the materials that no face uses, since many models may share one material library.
void keep_used_materials(ObjFile& file) {
  constexpr std::uint32_t unused = ~0u;
  std::vector<std::uint32_t> place(file.materials.size(), unused);
  std::vector<ObjMaterial> used;
  for (ObjFace& face : file.faces) {
    std::uint32_t& index = place[face.material];
    if (index == unused) {
      index = static_cast<std::uint32_t>(used.size());
      used.push_back(file.materials[face.material]);
    }
    face.material = index;
  }
  if (!used.empty()) file.materials = std::move(used);
}

/// Culls back faces where that is safe: not for cards and sheets, nor for transparent materials.
void choose_sides(std::vector<Material>& materials, const std::vector<bool>& both,
                  const std::vector<bool>& open) {
  for (std::size_t m = 0; m < materials.size(); ++m)
    materials[m].double_sided = both[m] || open[m] || materials[m].alpha_mode != AlphaMode::opaque;
}

}  // namespace

ModelData load_model(const fs::path& path, const ModelOptions& options, const LoadProgress& progress) {
  std::mutex mutex;
  const auto report = [&](double fraction, const std::string& what) {
    if (!progress) return;
    const std::lock_guard lock(mutex);
    progress(fraction, what);
  };
  report(0, path.filename().string());
  ModelData model;
  ObjFile file = load_obj(path);
  model.warnings = std::move(file.warnings);
  model.inputs.push_back(path);
  for (const fs::path& library : file.material_files) model.inputs.push_back(library);

  model.origin = options.z_up ? glm::dvec3(file.origin.x, file.origin.z, -file.origin.y) : file.origin;
  keep_used_materials(file);
  MaterialPlan plan = plan_materials(file.materials, options.alpha_cutoff);
  for (const TextureRequest& request : plan.requests)
    for (const fs::path& input : {request.first, request.second})
      if (!input.empty()) model.inputs.push_back(input);
  std::sort(model.inputs.begin(), model.inputs.end());
  model.inputs.erase(std::unique(model.inputs.begin(), model.inputs.end()), model.inputs.end());
  std::vector<LoadedTexture> loaded(plan.requests.size());
  std::size_t done = 0;
  core::parallel_for(loaded.size(), [&](std::size_t i) {
    loaded[i] = load_texture(plan.requests[i]);
    if (!progress) return;
    const std::lock_guard lock(mutex);
    ++done;
    progress(0.3 + 0.5 * static_cast<double>(done) / static_cast<double>(loaded.size()),
             loaded[i].texture.name);
  });
  for (const LoadedTexture& one : loaded)
    model.warnings.insert(model.warnings.end(), one.warnings.begin(), one.warnings.end());
  model.textures = finish_materials(plan, std::move(loaded));
  model.materials = std::move(plan.materials);
  for (Material& material : model.materials) material.vertex_colors = !file.colors.empty();

  report(0.8, "geometry");
  Triangles triangles = make_triangles(file, options.z_up, model.warnings);
  if (triangles.size() == 0) core::fail("'{}' has no triangle with an area", path.string());
  match_winding_to_normals(triangles);
  const std::vector<bool> both = turn_inside_out_parts(triangles, model.materials.size());
  generate_normals(triangles);
  choose_sides(model.materials, both, find_open_materials(triangles, model.materials.size()));
  Geometry geometry = make_geometry(triangles, model.materials.size());
  model.vertices = std::move(geometry.vertices);
  model.indices = std::move(geometry.indices);
  model.chunks = std::move(geometry.chunks);
  report(1, path.filename().string());
  return model;
}

}  // namespace scene
