#pragma once
// The Vulkan backend for a test, with validation on; its messages fail the test. Tests are skipped where
// there is no device that can compute.

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "compute/backend.h"
#include "compute/pixel/half.h"
#include "compute/vulkan/own_device.h"
#include "core/error.h"
#include "core/random.h"

/// The module's entry, linked into the test.
extern "C" const compute::BackendModule* neuraster_backend();

namespace testing_support {

using BackendPtr = std::unique_ptr<compute::Backend>;

inline const char* const all_products[] = {"floats", "half_stored", "halfs"};

class VulkanTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("NEURASTER_VALIDATION", "sync", 1);
    unsetenv("NEURASTER_VULKAN_PRODUCT");
    try {
      const compute::vulkan::OwnDevice any({});
    } catch (const core::Error& error) {
      GTEST_SKIP() << error.what();
    }
  }
  /// Opens a backend that computes in a product, by its name.
  static BackendPtr open(const std::string& product = "floats", compute::BackendOptions options = {}) {
    if (product != "floats") options.precision = compute::Precision::half;
    setenv("NEURASTER_VULKAN_PRODUCT", product.c_str(), 1);
    return BackendPtr(neuraster_backend()->create(options));
  }
};

/// Numbers that halfs hold exactly, so that sums and stored results alone differ.
inline std::vector<float> noise(std::size_t count, std::uint64_t seed, double scale = 1) {
  core::Random random(seed);
  std::vector<float> values(count);
  for (float& x : values)
    x = compute::pixel::from_half(compute::pixel::to_half(static_cast<float>(scale * random.normal())));
  return values;
}

/// The largest difference over the largest expected value; 1e9 where a number is missing.
inline double worst(const std::vector<float>& got, const std::vector<float>& expected) {
  if (got.size() != expected.size()) return 1e9;
  double difference = 0, largest = 1e-9;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!std::isfinite(got[i])) return 1e9;
    difference =
        std::max(difference, std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i])));
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
  }
  return difference / largest;
}

/// Memory of the backend with these values.
inline std::unique_ptr<compute::Memory> upload(compute::Backend& backend, const std::vector<float>& values) {
  auto memory = backend.allocate(values.size() * sizeof(float));
  backend.copy_in(memory->data(), values.data(), values.size() * sizeof(float));
  return memory;
}
inline std::vector<float> download(compute::Backend& backend, compute::Memory& memory, std::size_t count) {
  std::vector<float> values(count);
  backend.copy_out(values.data(), memory.data(), count * sizeof(float));
  return values;
}

}  // namespace testing_support
