// libFuzzer over everything that parses a scene: the first byte chooses between an OBJ, an MTL, a scene file
// and an image. Errors are expected, crashes and sanitizer reports are not.
//   tools/fuzz.sh builds and runs it.

#include <cstdint>
#include <string_view>

#include "tests/fuzz/fuzz_file.h"
#include "tests/fuzz/fuzz_scene.h"

namespace {

/// Files that lead to the one that is fuzzed.
void put_others() {
  fuzz::put("good.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
  fuzz::put("with.obj", "mtllib fuzz.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl m\nf 1 2 3\n");
  fuzz::put("pic.obj", "mtllib pic.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl m\nf 1 2 3\n");
  fuzz::put("pic.mtl", "newmtl m\nmap_Kd fuzz.img\n");
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
  static const bool others = (put_others(), true);
  if (!others) return 0;
  fuzz::put(way.written, text);
  fuzz::load_scene(fuzz::folder() / way.opened);
  return 0;
}
