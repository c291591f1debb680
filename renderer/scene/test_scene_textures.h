#pragma once
// Textures for the test scene, computed by code.

#include "renderer/scene/texture/image_file.h"

namespace scene {

Image stone_tiles();    ///< 512^2, the ground
Image stone_normals();  ///< 512^2, tangent space, fits stone_tiles
Image wood_planks();    ///< 256^2
Image leaf_cluster();   ///< 256^2, alpha: leaves on twigs
Image wire_fence();     ///< 128^2, alpha: diamonds of wire

}  // namespace scene
