#pragma once
// One Vulkan device for a suite of tests, with the validation layer switched on. A message of the layer fails
// the test.

#include <gtest/gtest.h>

#include <memory>

#include "renderer/scene/scene.h"
#include "renderer/vulkan/device.h"

namespace testing_support {

/// `Suite` is the deriving class. Each suite has a device of its own.
template <typename Suite>
class DeviceTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    device_ = std::make_unique<gpu::Device>(gpu::DeviceOptions{.validation = true});
    courtyard_ = std::make_unique<scene::Scene>(scene::make_test_scene());
  }
  static void TearDownTestSuite() {
    courtyard_.reset();
    device_.reset();
  }
  void TearDown() override {
    EXPECT_EQ(device_->validation_messages(), 0u) << "the validation layer has complained";
  }
  inline static std::unique_ptr<gpu::Device> device_;
  inline static std::unique_ptr<scene::Scene> courtyard_;
};

}  // namespace testing_support
