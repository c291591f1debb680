#pragma once
// For tests that read files: a folder to write them to, and minimal OBJ files and images.

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/file.h"
#include "renderer/scene/scene.h"
#include "tests/support/scratch.h"

namespace testing_support {
namespace fs = std::filesystem;

/// A test with a folder of its own and a cache in it.
class SceneFolder : public testing::Test {
 protected:
  void SetUp() override { setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1); }

  fs::path write(const std::string& name, std::string_view text) {
    core::write_file(folder_ / name, text);
    return folder_ / name;
  }
  scene::Scene load(const fs::path& path, bool use_cache = false) {
    return scene::load_scene(path, {.use_cache = use_cache, .progress = {}});
  }

  const fs::path folder_ = scratch();
};

/// An uncompressed TGA: rgba texels, top row first.
inline std::string tga(int width, int height, const std::vector<std::array<int, 4>>& texels) {
  std::string file(18, '\0');
  file[2] = 2;
  file[12] = static_cast<char>(width);
  file[14] = static_cast<char>(height);
  file[16] = 32;
  file[17] = 0x28;  // top down, 8 bits of alpha
  for (const auto& t : texels)
    for (const int c : {2, 1, 0, 3}) file.push_back(static_cast<char>(t[static_cast<std::size_t>(c)]));
  return file;
}

inline std::string plain_tga(int width, int height, std::array<int, 4> texel) {
  return tga(width, height, std::vector<std::array<int, 4>>(static_cast<std::size_t>(width * height), texel));
}

inline const std::string quad_obj =
    "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n"
    "usemtl m\nf 1/1 2/2 3/3 4/4\n";

/// The position of vertex i of a chunk.
inline glm::vec3 corner(const scene::Scene& s, const scene::Chunk& chunk, std::uint32_t i) {
  return s.vertices[s.indices[chunk.first_index + i] + static_cast<std::uint32_t>(chunk.vertex_offset)]
      .position;
}

}  // namespace testing_support
