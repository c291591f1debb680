#pragma once
// What every fuzzer of scenes asks of one that loads.

#include <cstdlib>
#include <filesystem>

#include "core/error.h"
#include "renderer/scene/scene.h"

namespace fuzz {

/// Loads a scene, which may be refused with a core::Error. What loads has no index beyond its vertices.
inline void load_scene(const std::filesystem::path& file) {
  try {
    const scene::Scene scene = scene::load_scene(file, {.use_cache = false, .progress = {}});
    for (const scene::Chunk& c : scene.chunks)
      for (std::uint32_t i = 0; i < c.index_count; ++i)
        if (scene.indices[c.first_index + i] + static_cast<std::size_t>(c.vertex_offset) >=
            scene.vertices.size())
          std::abort();
  } catch (const core::Error&) {
  }
}

}  // namespace fuzz
