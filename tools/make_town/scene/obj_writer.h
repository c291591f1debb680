#pragma once
#include <filesystem>

#include "tools/make_town/geometry/mesh.h"

namespace town {

/// folder/NAME.obj and NAME.mtl: positions to 0.1 mm, equal ones shared; only the materials that it uses, so
/// that a lantern does not load the textures of the whole town.
void write_obj(const std::filesystem::path& folder, const Model& model);

}  // namespace town
