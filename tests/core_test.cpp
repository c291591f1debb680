#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>

#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"

namespace fs = std::filesystem;

namespace {

fs::path scratch() {
  const fs::path folder = fs::path(testing::TempDir()) / ("neuraster_core_test_" + std::to_string(getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const core::Error& error) {
    return error.what();
  }
  return {};
}

TEST(File, WritesBesideAndRenames) {
  const fs::path file = scratch() / "sub" / "a.txt";
  core::write_file(file, "one");
  core::write_file(file, "two");
  EXPECT_EQ(core::read_text(file), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(file.parent_path()), {}), 1)
      << "a temporary file stayed behind";
}

TEST(File, AFailedWriteKeepsTheOldFile) {
  const fs::path file = scratch() / "a.txt";
  core::write_file(file, "old");
  EXPECT_THROW(core::write_file_with(file, [](const fs::path&) { throw std::runtime_error("disk full"); }),
               std::runtime_error);
  EXPECT_EQ(core::read_text(file), "old");
}

TEST(File, SaysWhatIsWrongInOneSentence) {
  const fs::path folder = scratch();
  EXPECT_NE(message_of([&] { core::read_file(folder / "none"); }).find("No such file"), std::string::npos);
  EXPECT_NE(message_of([&] { core::read_file(folder); }).find("is a directory"), std::string::npos);
  EXPECT_NE(message_of([&] { core::write_file("/dev/full/x", "a"); }).find("cannot"), std::string::npos);
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
