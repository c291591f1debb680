#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "core/error.h"
#include "core/file.h"
#include "core/memory.h"
#include "core/nesting.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "tests/support/scratch.h"

namespace fs = std::filesystem;
using testing_support::message_of;
using testing_support::scratch;

namespace {

TEST(Cache, TheLeastRecentlyUsedGoFirst) {
  const fs::path folder = scratch();
  const auto put = [&](const char* name, int minutes_ago) {
    core::write_file(folder / name, std::string(100, 'x'));
    fs::last_write_time(folder / name, fs::file_time_type::clock::now() - std::chrono::minutes(minutes_ago));
  };
  put("old", 30), put("older", 40), put("new", 10), put("used", 50);
  core::trim_cache(folder, 400);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 4);
  core::touch(folder / "used");
  core::trim_cache(folder, 399);
  EXPECT_FALSE(fs::exists(folder / "older"));
  core::trim_cache(folder, 250);
  EXPECT_FALSE(fs::exists(folder / "old"));
  EXPECT_TRUE(fs::exists(folder / "new") && fs::exists(folder / "used"));
  core::trim_cache(folder / "none", 0);  // no cache yet
}

TEST(Memory, WhatTheMachineDoesNotHaveIsRefused) {
  EXPECT_GT(core::available_memory(), 16u << 20);
  EXPECT_NO_THROW(core::expect_memory(1 << 20, "a little"));
  EXPECT_EQ(message_of([] {
              core::expect_memory(std::uint64_t{1} << 50, "the moon");
            }).find("the moon needs 1073741824 MB more, but only "),
            0u);
}

TEST(File, WritesBesideAndRenames) {
  const fs::path file = scratch() / "sub" / "a.txt";
  core::write_file(file, "one");
  core::write_file(file, "two");
  EXPECT_EQ(core::read_text(file), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(file.parent_path()), {}), 1)
      << "a temporary file stayed behind";
}

/// A limit of the file's size stands in for a full disk.
TEST(File, AFailedWriteKeepsTheOldFile) {
  const fs::path file = scratch() / "a.txt";
  core::write_file(file, "old");
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &usual), 0);
  const rlimit small{1000, usual.rlim_max};
  const auto signal = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string message = message_of([&] { core::write_file(file, std::string(2000, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, signal);
  EXPECT_NE(message.find("cannot write '" + file.string() + "': "), std::string::npos) << message;
  EXPECT_EQ(core::read_text(file), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator()), 1)
      << "a temporary file stayed behind";
}

TEST(File, SaysWhatIsWrongInOneSentence) {
  const fs::path folder = scratch();
  EXPECT_NE(message_of([&] { core::read_file(folder / "none"); }).find("No such file"), std::string::npos);
  EXPECT_NE(message_of([&] { core::read_file(folder); }).find("is a directory"), std::string::npos);
  EXPECT_NE(message_of([&] { core::write_file("/dev/full/x", "a"); }).find("cannot"), std::string::npos);
}

/// Opening one would wait for ever, or read without end. Every way in refuses it.
TEST(File, RefusesWhatIsNoRegularFile) {
  const fs::path fifo = scratch() / "pipe";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  struct Irregular {
    fs::path path;
    const char* kind;
  };
  for (const Irregular& file : {Irregular{fifo, "named pipe"}, Irregular{"/dev/zero", "a device"}}) {
    const fs::path& path = file.path;
    for (const std::string& said :
         {message_of([&] { core::read_file(path); }), message_of([&] { core::read_text(path); }),
          message_of([&] { core::MappedFile{path}; }),
          message_of([&] { core::require_regular_file(path); })}) {
      EXPECT_NE(said.find(path.string()), std::string::npos) << said;
      EXPECT_NE(said.find(file.kind), std::string::npos) << said;
    }
  }
}

TEST(File, RefusesWhatIsLargerThanItsKind) {
  const fs::path file = scratch() / "sparse";
  core::write_file(file, "x");
  fs::resize_file(file, std::uintmax_t{5} << 30);  // takes no room on the disk
  const std::string said = message_of([&] { core::read_text(file); });
  EXPECT_NE(said.find("5120 MB large; at most 256 MB"), std::string::npos) << said;
  EXPECT_NE(message_of([&] { core::MappedFile(file, 100); }).find("5120 MB"), std::string::npos);
  EXPECT_NO_THROW(core::require_regular_file(file));
}

/// toml++ recurses for each part of a key and ends the program where its stack does.
TEST(Nesting, TomlIsRefusedAtTheLineWhereItIsTooDeep) {
  const auto said = [](const std::string& text) {
    try {
      core::check_toml_nesting(text, "a.toml");
      return std::string();
    } catch (const core::Error& error) {
      return std::string(error.what());
    }
  };
  const auto times = [](int n, const std::string& part) {
    std::string all;
    for (int i = 0; i < n; ++i) all += part;
    return all;
  };
  const std::string deep = times(50000, ".a");
  for (const std::string& bad :
       {"x = 1\na" + deep + " = 1", "x = '''\n'''a" + deep, "\n[a" + deep + "]", "\n[[a" + deep + "]]",
        "\nx = " + times(500, "["), "\nx = " + times(90, "{ a.a = "), "\nx = {b = 1, a" + deep + " = 1}"})
    EXPECT_NE(said(bad).find("'a.toml' line 2: "), std::string::npos) << bad.substr(0, 40) << said(bad);
  EXPECT_NE(said("[a" + times(60, ".a") + "]\nb" + times(60, ".b") + " = 1"), "") << "together";
  for (const std::string& good :
       {"a = [" + times(5000, "1.5, ") + "]\n", times(5000, "[[a.b]]\nc.d = {e.f = 1.5}\n"),
        std::string("a = \"").append(deep).append("\" # ").append(deep), "a = '''\n" + deep + "'''",
        "a = \"\\\"" + deep + "\"", times(5000, "x = [\n[1.5],\n[2.5]\n]\n")})
    EXPECT_EQ(said(good), "") << good.substr(0, 40);
}

/// Where no terminal shows a bar, a log gets a line now and then.
TEST(Progress, PrintsLinesToALog) {
  EXPECT_FALSE(core::Progress::line_due(9, 0.5)) << "short work needs none";
  EXPECT_TRUE(core::Progress::line_due(10, 0.05));
  EXPECT_FALSE(core::Progress::line_due(30, 0.02)) << "long work is not to fill the log";
  EXPECT_TRUE(core::Progress::line_due(60, 0));
}

TEST(Parallel, VisitsEachIndexOnceAndRethrows) {
  std::vector<std::atomic<int>> seen(1000);
  core::parallel_for(seen.size(), [&](std::size_t i) { ++seen[i]; });
  for (const auto& count : seen) EXPECT_EQ(count, 1);
  std::atomic<std::size_t> covered{0};
  core::parallel_ranges(777, [&](std::size_t begin, std::size_t end) { covered += end - begin; });
  EXPECT_EQ(covered, 777u);
  EXPECT_THROW(core::parallel_for(100,
                                  [](std::size_t i) {
                                    if (i == 50) throw std::runtime_error("x");
                                  }),
               std::runtime_error);
}

}  // namespace
