// libFuzzer over the OBJ reader alone, so that all of its time goes there. tools/fuzz.sh builds and runs it.

#include <cstdint>
#include <cstdlib>

#include "core/error.h"
#include "renderer/scene/scene.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto materials = fuzz::put("a.mtl", "newmtl m\nKd 1 0 0\nnewmtl n\nd 0.5\n");
  try {
    const auto file = fuzz::put("a.obj", {reinterpret_cast<const char*>(data), size});
    const scene::Scene scene = scene::load_scene(file, {.use_cache = false, .progress = {}});
    for (const scene::Chunk& c : scene.chunks)
      for (std::uint32_t i = 0; i < c.index_count; ++i)
        if (scene.indices[c.first_index + i] + static_cast<std::size_t>(c.vertex_offset) >=
            scene.vertices.size())
          std::abort();
  } catch (const core::Error&) {
  }
  return 0;
}
