// libFuzzer over everything that parses a scene: the first byte chooses between an OBJ, an MTL, a scene file
// and an image. Errors are expected, crashes and sanitizer reports are not.
//   CC=clang CXX=clang++ cmake -B build/fuzz -G Ninja -DNEURASTER_FUZZ=ON && ninja -C build/fuzz scene_fuzz
//   build/fuzz/scene_fuzz -max_total_time=300 build/fuzz/corpus

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "core/error.h"
#include "renderer/scene/scene.h"

namespace {

namespace fs = std::filesystem;

void put(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

const fs::path& folder() {
  static const fs::path path = [] {
    // In memory where possible: millions of small files.
    const fs::path base = fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path();
    const fs::path made = base / ("neuraster_fuzz_" + std::to_string(::getpid()));
    fs::create_directories(made);
    put(made / "good.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
    put(made / "with.obj", "mtllib fuzz.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl m\nf 1 2 3\n");
    put(made / "pic.obj", "mtllib pic.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl m\nf 1 2 3\n");
    put(made / "pic.mtl", "newmtl m\nmap_Kd fuzz.img\n");
    return made;
  }();
  return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  struct Way {
    const char *written, *opened;
  };
  constexpr Way ways[] = {{"fuzz.obj", "fuzz.obj"},
                          {"fuzz.mtl", "with.obj"},
                          {"fuzz.toml", "fuzz.toml"},
                          {"fuzz.img", "pic.obj"}};
  const Way& way = ways[data[0] % 4];
  put(folder() / way.written, text);
  try {
    const scene::Scene scene = scene::load_scene(folder() / way.opened, {.use_cache = false, .progress = {}});
    for (const scene::Chunk& c : scene.chunks)
      for (std::uint32_t i = 0; i < c.index_count; ++i)
        if (scene.indices[c.first_index + i] + static_cast<std::size_t>(c.vertex_offset) >=
            scene.vertices.size())
          std::abort();
  } catch (const core::Error&) {
  }
  return 0;
}
