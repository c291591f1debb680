// The cache of prepared models: it gives the same scene, sees every change, and believes nothing.

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <thread>

#include "core/checksum.h"
#include "core/file.h"
#include "renderer/scene/scene.h"
#include "renderer/scene/scene_cache.h"
#include "tests/support/scene_folder.h"

namespace {

namespace fs = std::filesystem;

using testing_support::plain_tga;
using testing_support::quad_obj;

/// A cache in memory where possible: each damaged file is written again, and flushed to disk.
class CacheTest : public testing_support::SceneFolder {
 protected:
  void SetUp() override {
    const fs::path memory = "/dev/shm";
    if (fs::exists(memory)) home_ = memory / folder_.filename();
    setenv("XDG_CACHE_HOME", home_.c_str(), 1);
  }
  void TearDown() override { fs::remove_all(home_); }
  /// The only file of the cache.
  fs::path file() const { return fs::directory_iterator(home_ / "neuraster" / "scenes")->path(); }
  fs::path home_ = folder_ / "cache";
};

TEST_F(CacheTest, CacheGivesTheSameSceneAndSeesChanges) {
  write("c.tga", plain_tga(8, 8, {200, 100, 50, 255}));
  write("m.mtl", "newmtl m\nmap_Kd c.tga\nmap_Bump missing.tga\n");
  const fs::path obj = write("q.obj", "mtllib m.mtl\n" + quad_obj);
  const auto caches = [&] {
    std::vector<fs::path> files;
    if (fs::exists(home_))
      for (const auto& entry : fs::recursive_directory_iterator(home_))
        if (entry.is_regular_file()) files.push_back(entry.path());
    return files;
  };
  const scene::Scene plain = load(obj), first = load(obj, true);
  ASSERT_EQ(caches().size(), 1u);
  const fs::path cache = caches()[0];
  fs::last_write_time(cache, fs::file_time_type::clock::now() - std::chrono::hours(1));
  const auto number = testing_support::file_number(cache);
  const auto used = fs::last_write_time(cache);
  const scene::Scene second = load(obj, true);
  EXPECT_EQ(testing_support::file_number(cache), number) << "made anew";
  EXPECT_GT(fs::last_write_time(cache), used) << "its use is not noted";
  EXPECT_EQ(plain.content_hash, first.content_hash);
  EXPECT_EQ(first.content_hash, second.content_hash);
  EXPECT_EQ(first.warnings, second.warnings);
  EXPECT_EQ(second.materials[0].name, "m");
  EXPECT_EQ(second.textures[0].texels, first.textures[0].texels);

  // Damage anywhere in the cache file is found, and the scene is made from its files again.
  const std::string good = core::read_text(cache);
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{9}, std::size_t{40}, good.size() / 2, good.size() - 1}) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    core::write_file(cache, bad);
    EXPECT_EQ(load(obj, true).content_hash, first.content_hash) << at;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, good.size() / 2}) {
    core::write_file(cache, std::string_view(good).substr(0, size));
    EXPECT_EQ(load(obj, true).content_hash, first.content_hash) << size;
  }
  EXPECT_EQ(core::read_text(cache), good);  // and written again

  // A change that keeps a file's size and time is noticed, and so is a file that was missing before.
  const auto age = fs::last_write_time(folder_ / "c.tga");
  write("c.tga", plain_tga(8, 8, {200, 100, 51, 255}));
  fs::last_write_time(folder_ / "c.tga", age);
  const scene::Scene changed = load(obj, true);
  EXPECT_NE(changed.content_hash, first.content_hash);
  write("missing.tga", plain_tga(8, 8, {128, 128, 255, 255}));
  EXPECT_EQ(load(obj, true).materials[0].normal_texture, 1);
}

/// The header of a cache file: magic, version, and the checksum of what follows.
constexpr std::size_t cache_header = 24;

TEST_F(CacheTest, EveryBitOfTheCacheIsNoticed) {
  write("c.tga", plain_tga(4, 4, {200, 100, 50, 255}));
  write("m.mtl", "newmtl m\nmap_Kd c.tga\n");
  const fs::path obj = write("q.obj", "mtllib m.mtl\n" + quad_obj);
  const std::uint64_t right = load(obj, true).content_hash;
  const fs::path cache = file();
  const std::string good = core::read_text(cache);
  unsigned seed = 1;
  for (int n = 0; n < 200; ++n) {
    seed = seed * 1664525u + 1013904223u;
    std::string bad = good;
    const std::size_t bit = (seed >> 4) % (8 * good.size());
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    std::ofstream(cache, std::ios::binary) << bad;
    ASSERT_EQ(load(obj, true).content_hash, right) << "bit " << bit;
    ASSERT_EQ(core::read_text(cache), good) << "bit " << bit << " was not noticed";
  }
}

/// A checksum says that nothing has changed, not that it was right.
TEST_F(CacheTest, ACacheWithARightChecksumAndWrongContentIsMadeAnew) {
  write("m.mtl", "newmtl m\n");
  const fs::path obj = write("q.obj", "mtllib m.mtl\n" + quad_obj);
  const std::uint64_t right = load(obj, true).content_hash;
  const fs::path cache = file();
  const std::string good = core::read_text(cache);
  std::size_t noticed = 0;
  for (std::size_t at = cache_header; at < good.size(); at += 3) {
    std::string bad = good;
    bad[at] = '\x7f';
    const std::uint64_t sum = core::checksum(std::as_bytes(std::span(bad)).subspan(cache_header));
    std::memcpy(bad.data() + 16, &sum, sizeof sum);
    std::ofstream(cache, std::ios::binary) << bad;
    const scene::Scene s = load(obj, true);
    noticed += s.content_hash == right;
    for (const scene::Chunk& c : s.chunks)
      for (std::uint32_t i = 0; i < c.index_count; ++i)
        ASSERT_LT(s.indices.at(c.first_index + i) + static_cast<std::size_t>(c.vertex_offset),
                  s.vertices.size())
            << at;
  }
  EXPECT_GT(noticed, good.size() / 6) << "colours and positions may have any value";
}

TEST_F(CacheTest, WhatIsEditedWhileItIsLoadedIsNotKept) {
  write("m.mtl", "newmtl m\nKd 1 0 0\n");
  const fs::path obj = write("quad.obj", "mtllib m.mtl\n" + quad_obj);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // file times go in steps of some milliseconds
  const auto edit = [&](double, const std::string& what) {
    if (what != "geometry") return;  // the materials have been read
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    write("m.mtl", "newmtl m\nKd 0 1 0\n");
  };
  EXPECT_EQ(scene::load_scene(obj, {.use_cache = true, .progress = edit}).materials[0].base_color.y, 0);
  EXPECT_EQ(load(obj, true).materials[0].base_color.y, 1) << "the cache holds what was read before the edit";
}

TEST_F(CacheTest, TheCacheKeepsToItsLimit) {
  write("m.mtl", "newmtl m\n");
  const auto open = [&](const char* name, std::uintmax_t limit) {
    const fs::path obj = write(name, "mtllib m.mtl\n" + quad_obj);
    scene::load_scene(obj, {.use_cache = true, .cache_limit = limit, .progress = {}});
    std::set<fs::path> kept;
    for (const auto& entry : fs::recursive_directory_iterator(home_))
      if (entry.is_regular_file()) kept.insert(entry.path());
    return kept;
  };
  const auto first = open("a.obj", 1 << 30);
  ASSERT_EQ(first.size(), 1u);
  const std::uintmax_t size = fs::file_size(*first.begin());
  fs::last_write_time(*first.begin(), fs::file_time_type::clock::now() - std::chrono::hours(1));
  EXPECT_EQ(open("b.obj", 2 * size).size(), 2u);
  const auto third = open("c.obj", 2 * size);
  EXPECT_EQ(third.size(), 2u);
  EXPECT_FALSE(third.contains(*first.begin())) << "not the oldest one has gone";
}

}  // namespace
