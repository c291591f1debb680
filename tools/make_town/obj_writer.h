#pragma once
#include <filesystem>

#include "mesh.h"

namespace town {

/// One Wavefront OBJ that names town.mtl: positions to 0.1 mm, equal ones shared.
void write_obj(const std::filesystem::path& path, const Model& model);

}  // namespace town
