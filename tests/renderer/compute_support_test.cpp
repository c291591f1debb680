// What the device offers a backend that computes beside the renderer: features, a queue, addresses.

#include "renderer/vulkan/compute_support.h"

#include "renderer/shared_frame.h"
#include "tests/support/gpu_fixture.h"

namespace {

TEST(Queues, OneOrTwoFamilies) {
  const auto shared = gpu::QueueChoice{1, 1, 0}.infos(), second = gpu::QueueChoice{1, 1, 1}.infos();
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].queueCount, 1u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].queueFamilyIndex, 1u);
  EXPECT_EQ(second[0].queueCount, 2u);
  const auto apart = gpu::QueueChoice{0, 2, 0}.infos();
  ASSERT_EQ(apart.size(), 2u);
  EXPECT_EQ(apart[0].queueFamilyIndex, 0u);
  EXPECT_EQ(apart[1].queueFamilyIndex, 2u);
  EXPECT_EQ(apart[1].queueCount, 1u);
}

/// Tests that look for missing barriers rely on the layer finding one.
TEST(Validation, FindsAMissingBarrier) {
  for (const bool synchronization : {false, true}) {
    const gpu::Device device({.validation = true, .synchronization = synchronization});
    const gpu::Buffer buffer(device, 64, VK_BUFFER_USAGE_TRANSFER_DST_BIT, gpu::MemoryUse::device, "twice");
    gpu::run_once(device, [&](VkCommandBuffer commands) {
      for (const std::uint32_t value : {1u, 2u}) vkCmdFillBuffer(commands, buffer.get(), 0, 64, value);
    });
    EXPECT_EQ(device.validation_messages() > 0, synchronization);
  }
}

class ComputeSupport : public testing_support::DeviceTest<ComputeSupport> {};

TEST_F(ComputeSupport, OfThisDevice) {
  const gpu::ComputeSupport& support = device_->compute();
  EXPECT_NE(device_->compute_queue(), VkQueue{});
  if (!device_->is_cpu()) GTEST_SKIP() << "what a GPU offers is not known here";
  EXPECT_EQ(support.lacks, "");
  EXPECT_TRUE(support.float16);
  EXPECT_FALSE(support.cooperative_matrix) << "never on a processor";
}

/// Each buffer of the shared frame has an address of its own, at which a shader may read 16 bytes at once.
TEST_F(ComputeSupport, SharedFramesHaveAddresses) {
  if (const auto& lacks = device_->compute().lacks; !lacks.empty())
    GTEST_SKIP() << "the device lacks " << lacks;
  const renderer::SharedFrame shared(*device_, {61, 43}, renderer::Where::same_device);
  VkDeviceAddress before = 0;
  for (std::uint64_t n = 0; n < 2; ++n)
    for (const auto member : {&renderer::SharedFrame::Slot::color, &renderer::SharedFrame::Slot::depth,
                              &renderer::SharedFrame::Slot::motion, &renderer::SharedFrame::Slot::reactive,
                              &renderer::SharedFrame::Slot::output}) {
      const VkDeviceAddress address = (shared.slot(n).*member).address();
      EXPECT_NE(address, 0u);
      EXPECT_EQ(address % 16, 0u);
      EXPECT_NE(address, before);
      before = address;
    }
}

}  // namespace
