#pragma once
// Keeps prepared models in the user's cache folder, so that loading one again only copies memory.

#include <cstddef>
#include <cstdint>
#include <span>

#include "renderer/scene/mesh/model_loader.h"

namespace scene {

/// Does what load_model does, through the cache where `loading.use_cache` is set. A cache file is used where
/// every input file has the same content as when the cache file was written. Content is compared by XXH3 of
/// the bytes, which takes 0.02 s for 80 MB and, unlike modification times, survives a checkout or a copy.
/// Damaged, outdated and unwritable cache files are ignored. `progress` is called for this model;
/// `loading.progress` is not used.
ModelData load_model_cached(const std::filesystem::path& path, const ModelOptions& options,
                            const LoadOptions& loading, const LoadProgress& progress);

/// A hash of everything that is drawn and of the camera path, but not of names and warnings.
std::uint64_t hash_content(const Scene& scene);

/// Computes the scene's box_min and box_max.
void measure_bounds(Scene& scene);

}  // namespace scene
