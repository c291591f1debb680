#pragma once
// The Vulkan backend's own code for a test, linked into it.

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "compute/backend.h"
#include "compute/pixel/half.h"
#include "core/random.h"
#include "tests/support/difference.h"
#include "tests/support/vulkan_device_test.h"

/// The module's entry, linked into the test.
extern "C" const compute::BackendModule* neuraster_backend();

namespace testing_support {

using BackendPtr = std::unique_ptr<compute::Backend>;

inline const char* const all_products[] = {"floats", "half_stored", "halfs"};

class VulkanTest : public VulkanDeviceTest {
 protected:
  /// Opens a backend that computes in a product, by its name.
  BackendPtr open(const std::string& product = "floats", compute::BackendOptions options = {}) {
    if (product != "floats") options.precision = compute::Precision::half;
    if (!options.vulkan) options.vulkan = app::handles_of(*device_);
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
