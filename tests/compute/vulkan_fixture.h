#pragma once
// The Vulkan backend for a test, with validation on; its messages fail the test. Tests are skipped where
// there is no device that can compute.

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "compute/backend.h"
#include "core/error.h"

namespace testing_support {

/// The module's entry, linked into the test with the families that it brings.
extern "C" const compute::BackendModule* neuraster_backend();

class VulkanTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("NEURASTER_VALIDATION", "sync", 1);
    unsetenv("NEURASTER_VULKAN_PRODUCT");
  }
  /// Opens a backend in a product by its name ("floats", "half_stored", "halfs"); null where the test was
  /// skipped.
  static std::unique_ptr<compute::Backend> open(const std::string& product = "floats",
                                                compute::BackendOptions options = {}) {
    if (product != "floats") {
      options.precision = compute::Precision::half;
      setenv("NEURASTER_VULKAN_PRODUCT", product.c_str(), 1);
    }
    try {
      return std::unique_ptr<compute::Backend>(neuraster_backend()->create(options));
    } catch (const core::Error& error) {
      skip(error.what());
      return nullptr;
    }
  }

 private:
  static void skip(const std::string& reason) { GTEST_SKIP() << reason; }
};

}  // namespace testing_support
