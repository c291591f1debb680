#pragma once
// What many tests need: an empty folder of their own, and the message of what an action throws.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>

#include "core/error.h"

namespace testing_support {

/// An empty folder that no other test and no other run uses.
inline std::filesystem::path scratch() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("neuraster_" + std::string(test->test_suite_name()) + "_" +
                                                   test->name() + "_" + std::to_string(getpid()));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

/// What the action's core::Error says; empty where it throws none.
inline std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const core::Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace testing_support
