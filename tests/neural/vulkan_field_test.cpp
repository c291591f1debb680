// Frames of a field in Vulkan against the reference. Any device with a driver will do, lavapipe in CI;
// validation and synchronization validation are on.

#include "core/error.h"
#include "tests/support/field_pictures.h"
#include "tests/support/scratch.h"
#include "tests/support/vulkan_device_test.h"

namespace {

class VulkanField : public testing_support::VulkanDeviceTest {
 protected:
  std::unique_ptr<compute::Backend> open(compute::Precision precision) {
    return compute::open_backend("vulkan", {.precision = precision, .vulkan = app::handles_of(*device_)});
  }
};

TEST_F(VulkanField, DrawsAsTheReferenceDoes) {
  testing_support::expect_the_references_field(*open(compute::Precision::f32));
}

/// A map that grew while it was learned takes the place of the one before.
TEST_F(VulkanField, TakesOneFieldAfterAnother) {
  const auto vulkan = open(compute::Precision::f32), reference = compute::make_reference<float>();
  neural::FieldRenderer a(*reference), b(*vulkan);
  core::Random random(4);
  const auto camera = testing_support::BoxRoom::camera({48, 27}, random);
  for (const int views : {2, 30, 8}) {
    const auto field = testing_support::room_field(*reference, views);
    a.take(field);
    b.take(field);
    const auto x = testing_support::draw(*reference, a, camera),
               y = testing_support::draw(*vulkan, b, camera);
    int apart = 0;
    for (std::size_t i = 0; i < x.depth.size(); ++i)
      apart += std::abs(x.depth[i] - y.depth[i]) > 1e-4f * x.depth[i];
    EXPECT_LT(apart, 20) << views;
  }
}

TEST_F(VulkanField, LearnsNothing) {
  const auto vulkan = open(compute::Precision::f32);
  EXPECT_NE(testing_support::message_of([&] {
              neural::FieldTrainer(*vulkan, testing_support::BoxRoom::origin());
            }).find("fields are learned on the processor"),
            std::string::npos);
}

}  // namespace
