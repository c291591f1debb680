#pragma once
// Keeps ambient grids in the user's cache folder.

#include "renderer/scene/scene.h"

namespace scene {

/// make_ambient_grid() for a scene whose content_hash is set, through the cache where `loading.use_cache` is.
/// Small grids are quicker made than read. Damaged and unwritable cache files are ignored.
AmbientGrid load_ambient_grid(const Scene& scene, const LoadOptions& loading);

}  // namespace scene
