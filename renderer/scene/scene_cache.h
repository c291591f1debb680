#pragma once
// Opened models are kept beside the user's other caches, so that a second opening only copies memory.

#include <cstddef>
#include <cstdint>
#include <span>

#include "renderer/scene/mesh/model_loader.h"

namespace scene {

/// load_model, through the cache where `ways` says so. A cache file is used when every input file still has
/// the content (XXH3 of the bytes: 0.02 s for 80 MB, and unlike times of change it survives a checkout or a
/// copy) that it had; what is damaged, old or unwritable is passed over in silence. `progress` is that of
/// this model, not that of `ways`.
ModelData load_model_cached(const std::filesystem::path& path, const ModelOptions& options,
                            const LoadOptions& ways, const LoadProgress& progress);

/// XXH3 of a run of bytes.
std::uint64_t hash_bytes(std::span<const std::byte> bytes);

/// Of all that is drawn and of the camera's path, not of names and warnings.
std::uint64_t hash_content(const Scene& scene);

/// Fills box_min and box_max.
void measure_bounds(Scene& scene);

}  // namespace scene
