#pragma once
// From what an MTL says to the metallic-roughness materials that are drawn.

#include <vector>

#include "renderer/scene/mesh/obj_loader.h"
#include "renderer/scene/scene.h"
#include "renderer/scene/texture/texture_loader.h"

namespace scene {

/// What a map scales: where it cannot be read, the material has these instead of the factors for the map.
struct FactorsWithoutMaps {
  glm::vec3 emissive{0};
  float roughness = 0, metallic = 0;
};

/// Materials whose texture fields index `requests`; equal requests are made once.
struct MaterialPlan {
  std::vector<Material> materials;
  std::vector<FactorsWithoutMaps> without_maps;
  std::vector<bool> glossy;  ///< glass and water: they reflect if they turn out to be blended
  std::vector<TextureRequest> requests;
};

MaterialPlan plan_materials(const std::vector<ObjMaterial>& from, float alpha_cutoff);

/// Puts in what the images turned out to be: alpha modes, and textures that had to be left out. Returns the
/// usable textures.
std::vector<Texture> finish_materials(MaterialPlan& plan, std::vector<LoadedTexture>&& loaded);

}  // namespace scene
