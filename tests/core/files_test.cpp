// Files as they are in the wild: links, devices, full disks, two programs at once.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "core/checksum.h"
#include "core/error.h"
#include "core/file.h"
#include "core/file_lock.h"
#include "core/interrupt.h"
#include "core/json.h"
#include "core/text.h"
#include "tests/support/scratch.h"

namespace {

namespace fs = std::filesystem;
using testing_support::message_of;
using testing_support::scratch;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::size_t count_files(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(WriteFile, FollowsALinkAndKeepsIt) {
  const fs::path folder = scratch();
  fs::create_directory(folder / "elsewhere");
  core::write_file(folder / "elsewhere/target", "old");
  fs::permissions(folder / "elsewhere/target", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("elsewhere/target", folder / "link");
  core::write_file(folder / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(core::read_text(folder / "elsewhere/target"), "new");
  EXPECT_EQ(fs::status(folder / "elsewhere/target").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(count_files(folder / "elsewhere"), 1u) << "a temporary file is left";

  fs::create_symlink("elsewhere/to_be", folder / "ahead");
  core::write_file(folder / "ahead", "first");
  EXPECT_TRUE(fs::is_symlink(folder / "ahead"));
  EXPECT_EQ(core::read_text(folder / "elsewhere/to_be"), "first");
}

TEST(WriteFile, WritesIntoWhatCannotBeReplaced) {
  const fs::path pipe = scratch() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  auto read = std::async(std::launch::async, [&] {
    char text[16] = {};
    const int fd = ::open(pipe.c_str(), O_RDONLY);
    const ssize_t n = ::read(fd, text, sizeof text);
    ::close(fd);
    return std::string(text, static_cast<std::size_t>(std::max<ssize_t>(0, n)));
  });
  core::write_file(pipe, "figures");
  EXPECT_EQ(read.get(), "figures");
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST(WriteFile, AFullDiskIsNamedWithTheUsersFile) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  const fs::path link = scratch() / "figures.json";
  fs::create_symlink("/dev/full", link);
  const std::string message = message_of([&] { core::write_file(link, "x"); });
  EXPECT_NE(message.find("cannot write '" + link.string() + "': No space left on device (make room"),
            std::string::npos)
      << message;
}

TEST(WriteFile, NoLinkInTheWayOfItsTemporaryFileIsFollowed) {
  const fs::path folder = scratch(), victim = folder / "victim";
  for (int n = 0; n < 200; ++n)
    fs::create_symlink(victim,
                       folder / (".a." + std::to_string(::getpid()) + "-" + std::to_string(n) + ".txt"));
  core::write_file(folder / "a.txt", "text");
  EXPECT_FALSE(fs::exists(victim));
  EXPECT_EQ(core::read_text(folder / "a.txt"), "text");
}

TEST(WriteFile, OfTwoWritersOfANewFileOneHasIt) {
  const fs::path folder = scratch(), file = folder / "new";
  std::vector<std::future<bool>> writers;
  writers.reserve(8);
  for (int n = 0; n < 8; ++n)
    writers.push_back(std::async(
        std::launch::async, [&file, n] { return core::write_new_file(file, bytes_of(std::to_string(n))); }));
  int winner = -1, winners = 0;
  for (int n = 0; n < 8; ++n)
    if (writers[static_cast<std::size_t>(n)].get()) winner = n, ++winners;
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(core::read_text(file), std::to_string(winner));
  EXPECT_EQ(count_files(folder), 1u);
}

TEST(WriteFile, WhatCannotBeWrittenIsFoundBeforehand) {
  const fs::path folder = scratch();
  core::expect_writable(folder / "deep/figures.json");
  core::expect_writable_folder(folder / "report");
  EXPECT_EQ(count_files(folder / "deep") + count_files(folder / "report"), 0u);
  for (const auto& path : {fs::path("/proc/neuraster.json"), folder / "deep"})
    EXPECT_NE(message_of([&] { core::expect_writable(path); }).find("cannot write '" + path.string() + "'"),
              std::string::npos)
        << path;
  core::write_file(folder / "file", "");
  EXPECT_NE(message_of([&] { core::expect_writable_folder(folder / "file"); }), "");
}

TEST(CacheFolder, WithoutAHomeItIsPrivate) {
  const char *xdg = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
  const std::string old_xdg = xdg ? xdg : "", old_home = home ? home : "";
  ::unsetenv("XDG_CACHE_HOME");
  ::unsetenv("HOME");
  const fs::path cache = core::cache_folder(), parent = cache.parent_path();
  EXPECT_EQ(core::cache_folder(), cache) << "one for the whole run";
  if (xdg) ::setenv("XDG_CACHE_HOME", old_xdg.c_str(), 1);
  if (home) ::setenv("HOME", old_home.c_str(), 1);
  ASSERT_TRUE(fs::is_directory(parent));
  EXPECT_EQ(fs::status(parent).permissions(), fs::perms::owner_all);
}

TEST(FileLock, IsHeldOnce) {
  const fs::path file = scratch() / "w.lock";
  {
    const core::FileLock held(file, "unused");
    EXPECT_EQ(message_of([&] { core::FileLock(file, "another has it"); }), "another has it");
  }
  EXPECT_FALSE(fs::exists(file));
  const core::FileLock again(file, "it was not let go");
  EXPECT_TRUE(fs::exists(file));
}

TEST(Interrupt, IsARequestThatTheWorkAsksFor) {
  const core::Interrupt interrupt;
  EXPECT_FALSE(interrupt.asked());
  ASSERT_EQ(std::raise(SIGINT), 0);
  EXPECT_TRUE(interrupt.asked());
  EXPECT_EQ(interrupt.exit_status(), 130);
}

TEST(Json, IsCheckedBeforeItIsParsed) {
  EXPECT_EQ(core::parse_json("\xef\xbb\xbf{\"a\": [1, 2]}", "x")["a"][1], 2);
  std::string deep;
  for (int n = 0; n < 50000; ++n) deep += "{\"a\":";
  EXPECT_EQ(message_of([&] { core::parse_json(deep, "f.json"); }),
            "f.json: the JSON is nested more than 100 levels deep");
  EXPECT_EQ(message_of([&] { core::parse_json("{\n\"a\": 1,\n]", "f.json"); }),
            "f.json: line 3: not valid JSON");
  EXPECT_EQ(message_of([] { core::parse_json("[1e999]", "f.json"); }),
            "f.json: not valid JSON: it has a number that is out of range");
  EXPECT_EQ(core::parse_json("\"[[[\\\"[[\"", "x"), "[[[\"[[") << "brackets in a string are none";
  EXPECT_EQ(core::json_text(nlohmann::json("caf\xe9")), "\"caf\xef\xbf\xbd\"");
}

TEST(Text, KnowsUtf8) {
  for (const char* good : {"", "a", "caf\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x92\xa1", "\xed\x9f\xbf"})
    EXPECT_TRUE(core::is_utf8(good)) << good;
  // Latin-1, cut short, longer than needed, half of a pair, beyond the last character, a lone continuation.
  for (const char* bad : {"caf\xe9", "\xe2\x82", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\x80", "\xff"})
    EXPECT_FALSE(core::is_utf8(bad)) << bad;
  EXPECT_EQ(core::printable("caf\xe9 caf\xc3\xa9"), "caf\\xe9 caf\xc3\xa9");
}

TEST(Text, CountsWhatDiffers) {
  EXPECT_EQ(core::edit_distance("render", "render"), 0u);
  EXPECT_EQ(core::edit_distance("rendr", "render"), 1u);
  EXPECT_EQ(core::edit_distance("rednder", "render"), 1u);
  EXPECT_EQ(core::edit_distance("trian", "train"), 1u) << "two letters swapped";
  EXPECT_EQ(core::edit_distance("", "train"), 5u);
  EXPECT_EQ(core::edit_distance("profile", "compare"), 6u);
}

}  // namespace
