#pragma once
// Turns the materials of an MTL file into the metallic-roughness materials that are drawn.

#include <vector>

#include "renderer/scene/mesh/obj_loader.h"
#include "renderer/scene/scene.h"
#include "renderer/scene/texture/texture_loader.h"

namespace scene {

/// The factors of a material whose maps cannot be read. Where a map can be read, the material's own factors
/// scale it.
struct FactorsWithoutMaps {
  glm::vec3 emissive{0};
  float roughness = 0, metallic = 0;
};

/// Materials whose texture fields are indices into `requests`. Equal requests appear once.
struct MaterialPlan {
  std::vector<Material> materials;
  std::vector<FactorsWithoutMaps> without_maps;
  std::vector<bool> glossy;  ///< glass and water, which reflect where they turn out to be blended
  std::vector<TextureRequest> requests;
};

/// Chooses each material's factors and the textures that it needs. `alpha_cutoff` is for alpha-tested
/// materials.
MaterialPlan plan_materials(const std::vector<ObjMaterial>& from, float alpha_cutoff);

/// Completes the materials once the images are loaded: sets alpha modes, and removes textures that cannot be
/// used. loaded[i] belongs to plan.requests[i]. Returns the usable textures; the materials then index these.
std::vector<Texture> finish_materials(MaterialPlan& plan, std::vector<LoadedTexture>&& loaded);

}  // namespace scene
