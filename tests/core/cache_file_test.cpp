#include "core/cache_file.h"

#include <gtest/gtest.h>

#include <cstring>

#include "core/error.h"
#include "core/file.h"
#include "tests/support/scratch.h"

namespace {

constexpr core::CacheKind kind{"NRTEST01", 3};

/// What a read gives; "nothing" where there is nothing of use.
std::string content_of(const std::filesystem::path& file, const core::CacheKind& of = kind) {
  std::string text;
  const bool there = core::read_cache_file(file, of, [&](std::span<const std::byte> content) {
    text.assign(reinterpret_cast<const char*>(content.data()), content.size());
    return true;
  });
  return there ? text : "nothing";
}

TEST(CacheFile, ComesBackWholeOrNotAtAll) {
  const std::filesystem::path file = testing_support::scratch() / "a.bin";
  EXPECT_EQ(content_of(file), "nothing");
  std::vector<std::byte> bytes(core::cache_header_bytes + 5);
  std::memcpy(&bytes[core::cache_header_bytes], "whole", 5);
  core::write_cache_file(file, kind, bytes, 1 << 20);
  EXPECT_EQ(content_of(file), "whole");
  EXPECT_EQ(content_of(file, {"NRTEST01", 4}), "nothing") << "of another version";
  EXPECT_EQ(content_of(file, {"NRTEST02", 3}), "nothing") << "of another kind";
  EXPECT_FALSE(core::read_cache_file(file, kind, [](auto) { return false; })) << "of no use";
  EXPECT_FALSE(core::read_cache_file(file, kind, [](auto) -> bool { throw core::Error("damaged"); }));
  for (const std::size_t size : {bytes.size() - 1, core::cache_header_bytes, std::size_t{7}}) {
    std::filesystem::resize_file(file, size);
    EXPECT_EQ(content_of(file), "nothing") << size;
  }
  // Where nothing can be written, nothing is said.
  EXPECT_NO_THROW(core::write_cache_file(file / "inside of a file", kind, bytes, 1));
}

}  // namespace
