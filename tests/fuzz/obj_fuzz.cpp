// libFuzzer over the OBJ reader alone, so that all of its time goes there. tools/fuzz.sh builds and runs it.

#include <cstdint>

#include "tests/fuzz/fuzz_file.h"
#include "tests/fuzz/fuzz_scene.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto materials = fuzz::put("a.mtl", "newmtl m\nKd 1 0 0\nnewmtl n\nd 0.5\n");
  fuzz::load_scene(fuzz::put("a.obj", {reinterpret_cast<const char*>(data), size}));
  return 0;
}
