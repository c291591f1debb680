#pragma once
// Whether a model's data can be drawn. What comes out of a cache file may have been written by a damaged or a
// hostile program with a right checksum.

#include "renderer/scene/mesh/model_loader.h"

namespace scene {

/// Throws core::Error where an index points outside of its list, a texture has another number of texels than
/// its size, or a place is not finite.
void check_model(const ModelData& model);

}  // namespace scene
