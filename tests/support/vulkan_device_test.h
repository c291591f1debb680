#pragma once
// A renderer's device for a test of the Vulkan backend, with validation and synchronization validation on;
// their messages fail the test. Tests are skipped where there is no device that can compute.

#include <gtest/gtest.h>

#include <memory>

#include "app/open/backends.h"
#include "core/error.h"
#include "renderer/vulkan/device.h"

namespace testing_support {

class VulkanDeviceTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      device_ =
          std::make_unique<gpu::Device>(gpu::DeviceOptions{.validation = true, .synchronization = true});
      static_cast<void>(app::handles_of(*device_));
    } catch (const core::Error& error) {
      GTEST_SKIP() << error.what();
    }
  }
  void TearDown() override {
    if (device_) device_->expect_valid();  // throws, which fails the test
  }
  std::unique_ptr<gpu::Device> device_;
};

}  // namespace testing_support
