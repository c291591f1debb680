#pragma once
// Helpers for many tests: an empty folder, the identity of a file, and the message of an exception.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"

namespace testing_support {
namespace fs = std::filesystem;

/// Makes an empty folder for this process. It is deleted when the process ends, unless a test has failed.
inline fs::path scratch(const std::string& name) {
  struct Folders {
    std::vector<fs::path> made;
    ~Folders() {
      std::error_code error;
      if (testing::UnitTest::GetInstance()->Passed())
        for (const fs::path& folder : made) fs::remove_all(folder, error);
    }
  };
  testing::UnitTest::GetInstance();  // made before `folders`, so that it is there when they go
  static Folders folders;
  const fs::path folder =
      fs::path(testing::TempDir()) / ("neuraster_" + name + "_" + std::to_string(getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder);
  folders.made.push_back(folder);
  return folder;
}

/// The same, named after the running test.
inline fs::path scratch() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "_" + test->name();
  std::replace(name.begin(), name.end(), '/', '_');
  return scratch(name);
}

/// The identity of a file. A file that core::write_file writes again has another one, even with the same
/// content, since the new file replaces the old one when it is complete.
inline ino_t file_number(const fs::path& file) {
  struct stat info {};
  EXPECT_EQ(::stat(file.c_str(), &info), 0) << file;
  return info.st_ino;
}

/// The message of the core::Error that the action throws; empty where it throws none.
inline std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const core::Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace testing_support
