// The frame with a generator that runs beside it, as CUDA does: here a thread that waits for `rendered` and
// signals `generated`, so that order, overlap and every failure run on a machine without an NVIDIA GPU.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <glm/gtc/packing.hpp>
#include <mutex>
#include <thread>

#include "app/frame/frame.h"
#include "renderer/scene/scene.h"
#include "tests/support/host_function.h"
#include "tests/support/thread_generator.h"

namespace {

using renderer::Upscaler;

using testing_support::draw_view;
using testing_support::Faults;
using testing_support::generate;
using testing_support::ThreadGenerator;

/// On the renderer's own queue, as Vulkan compute will be: at scale 1 the output is the colour, and where
/// there is a history its upper half is.
class CopyGenerator final : public app::Generator {
 public:
  explicit CopyGenerator(const gpu::Device& device)
      : device_(device), commands_{gpu::CommandBuffer(device), gpu::CommandBuffer(device)} {}
  ~CopyGenerator() override { device_.wait_idle(); }
  std::string description() const override { return "a copy"; }
  renderer::Where where() const override { return renderer::Where::same_device; }
  void attach(const renderer::SharedFrame& shared, core::Size) override { shared_ = &shared; }
  void detach() override {
    device_.wait_idle();
    shared_ = nullptr;
  }
  HostTimes generate(const core::FrameInfo& info, core::Size, const core::Between&) override {
    const std::uint64_t n = info.frame_index;
    const auto bytes = VkDeviceSize{8} * static_cast<VkDeviceSize>(info.output.width * info.output.height);
    const VkDeviceSize half = info.reset ? 0 : bytes / 16 * 8;
    const VkCommandBuffer commands = commands_[n % 2].begin();
    const VkBuffer output = shared_->slot(n).output.get();
    const VkBufferCopy rest{half, half, bytes - half}, upper{0, 0, half};
    vkCmdCopyBuffer(commands, shared_->slot(n).color.get(), output, 1, &rest);
    if (half) vkCmdCopyBuffer(commands, shared_->slot(n + 1).output.get(), output, 1, &upper);
    commands_[n % 2].end();
    gpu::submit(device_, commands, std::array{gpu::SemaphoreValue{shared_->rendered(), n + 1}},
                std::array{gpu::SemaphoreValue{shared_->generated(), n + 1}});
    return {};
  }
  void draw(neural::DebugView, core::f16*) override { core::fail("a copy has nothing to show"); }

  /// The same on the host.
  static void copy(const core::FrameIo& io) {
    const int values = 4 * io.info.output.width * io.info.output.height, half = values / 8 * 4;
    std::copy_n(io.color, values, io.output);
    if (!io.info.reset) std::copy_n(io.history, half, io.output);
  }

 private:
  const gpu::Device& device_;
  gpu::CommandBuffer commands_[2];
  const renderer::SharedFrame* shared_ = nullptr;
};

class HandOff : public testing::Test {
 protected:
  void SetUp() override {
    settings_.upscaler = Upscaler::neural;
    settings_.shadow.resolution = 256;
    settings_.bloom.enabled = false;
    frame_ = std::make_unique<app::Frame>(device_, scene_, settings_, size_);
    by_host_ = std::make_unique<app::Frame>(device_, scene_, settings_, size_);
    for (app::Frame* frame : {frame_.get(), by_host_.get()}) frame->set_generator(loop());
  }
  void TearDown() override {
    EXPECT_EQ(device_.validation_messages(), 0u) << "the validation layer has complained";
  }
  static std::unique_ptr<app::Generator> loop() {
    const auto newest = std::make_shared<core::FrameIo>();
    return testing_support::host_function(
        [newest](const core::FrameIo& io) { generate(*newest = io); },
        [newest](neural::DebugView view, core::f16* rgba) { draw_view(*newest, view, rgba); }, "a loop");
  }
  void use_thread() { frame_->prefer_generator(std::make_unique<ThreadGenerator>(device_, faults_)); }
  /// Draws the same frames with both; the pictures at the end have all of the history in them.
  void draw(int frames, bool both = true) {
    for (int n = 0; n < frames; ++n) {
      app::FrameRequest request{.seconds = seconds_, .exposure = 1.0f};
      request.comparison.buffer = shown_;
      seconds_ += 1 / 30.0;
      frame_->draw(settings_, request);
      if (both) by_host_->draw(settings_, request);
    }
  }
  bool same_picture() { return frame_->read_picture() == by_host_->read_picture(); }

  gpu::Device device_{{.validation = true}};
  scene::Scene scene_ = scene::make_test_scene();
  renderer::RenderSettings settings_;
  core::Size size_{62, 38};
  app::BufferView shown_ = app::BufferView::picture;
  Faults faults_;
  std::unique_ptr<app::Frame> frame_, by_host_;
  double seconds_ = 0;
};

TEST_F(HandOff, SerialOrder) {
  use_thread();
  for (int n = 0; n < 20; ++n) {
    draw(1);
    ASSERT_TRUE(same_picture()) << n;
  }
  EXPECT_TRUE(frame_->generates_on_device());
  EXPECT_EQ(frame_->times().rendered, 0) << "the host waited in the frame";
  EXPECT_EQ(frame_->generated_by(), "a thread");
  EXPECT_EQ(frame_->generator_memory(), 5u << 20);
  EXPECT_EQ(by_host_->generator_memory(), std::nullopt);
  EXPECT_EQ(by_host_->generated_by(), "a loop");
}

TEST_F(HandOff, OverlappedOrderAndBackAgain) {
  use_thread();
  for (int round = 0; round < 6; ++round) {
    settings_.overlap = round % 2 == 0;
    draw(30);
    ASSERT_TRUE(same_picture()) << round;
  }
}

/// A generator on the renderer's own device: the same two semaphores, and nothing is exported or mapped.
TEST_F(HandOff, TheRenderersOwnDeviceGenerates) {
  settings_.scale = 1;
  frame_->prefer_generator(std::make_unique<CopyGenerator>(device_));
  by_host_->set_generator(testing_support::host_function(CopyGenerator::copy));
  for (const bool overlap : {false, true}) {
    settings_.overlap = overlap;
    for (const core::Size size : {core::Size{40, 30}, core::Size{62, 38}}) {
      frame_->resize(size);
      by_host_->resize(size);
      draw(7);
      ASSERT_TRUE(same_picture()) << size.width;
    }
  }
  EXPECT_TRUE(frame_->generates_on_device());
  EXPECT_FALSE(frame_->watchable());
  EXPECT_EQ(frame_->generated_by(), "a copy");
  const core::FrameIo io = frame_->read_contract();
  EXPECT_EQ(std::memcmp(io.output + 4 * 62 * 37, io.color + 4 * 62 * 37, 8 * 62), 0) << "read back by a copy";
  frame_->drop_generator();
  by_host_->set_generator(loop());
  draw(3);
  EXPECT_TRUE(same_picture());
}

TEST_F(HandOff, ScaleAndSizeChange) {
  use_thread();
  for (const bool overlap : {false, true}) {
    settings_.overlap = overlap;
    for (const core::Size size : {core::Size{40, 30}, core::Size{90, 51}, core::Size{62, 38}}) {
      frame_->resize(size);
      by_host_->resize(size);
      for (const double scale : {1.5, 3.0, 2.0}) {
        settings_.scale = static_cast<float>(scale);
        draw(4);
        ASSERT_TRUE(same_picture()) << size.width << " " << scale;
      }
    }
  }
}

TEST_F(HandOff, TheGeneratorIsChangedAtRunTime) {
  std::string names;
  for (int round = 0; round < 4; ++round) {
    names += round == 0 ? "a thread" : round % 2 == 0 ? ", then a thread" : ", then a loop";
    if (round % 2 == 0)
      use_thread();
    else
      frame_->drop_generator();
    by_host_->drop_history();
    draw(5);
    ASSERT_TRUE(same_picture()) << round;
  }
  EXPECT_EQ(frame_->generated_by(), names);
  frame_->set_generator(testing_support::host_function(generate, nullptr, "another loop"));
  draw(1);
  EXPECT_EQ(frame_->generated_by(), names + ", then another loop");
}

TEST_F(HandOff, AFailedLaunchLeavesTheCpuInCharge) {
  for (const bool overlap : {false, true}) {
    SetUp();
    settings_.overlap = overlap;
    faults_.throw_at = 5;
    use_thread();
    EXPECT_NO_THROW(draw(5 + 1));
    EXPECT_FALSE(frame_->generates_on_device());
    draw(1);  // resets, as the other does now
    EXPECT_EQ(frame_->generated_by(), "a thread, then a loop") << "a report would name one alone";
    by_host_->drop_history();
    frame_->drop_history();
    draw(6);
    EXPECT_TRUE(same_picture());
  }
}

TEST_F(HandOff, ADeadDeviceLeavesTheCpuInCharge) {
  for (const bool overlap : {false, true}) {
    SetUp();
    settings_.overlap = overlap;
    faults_ = {.die_at = 4};
    use_thread();
    // Alone: the other frame would queue up behind what hangs, and so does lavapipe's reading of timestamps.
    for (int n = 0; n < 10; ++n) {
      EXPECT_NO_THROW(draw(1, false));
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    // The other one's turn: jitter follows the number of frames, cached shadows their times.
    for (int n = 10; n > 0; --n)
      by_host_->draw(settings_, {.seconds = seconds_ - n / 30.0, .exposure = 1.0f});
    EXPECT_FALSE(frame_->generates_on_device());
    by_host_->drop_history();
    frame_->drop_history();
    draw(6);
    EXPECT_TRUE(same_picture());
  }
}

TEST_F(HandOff, WhatTheDeviceThinksIsShown) {
  use_thread();
  for (const bool overlap : {false, true}) {
    settings_.overlap = overlap;
    std::vector<std::vector<std::byte>> seen;
    for (const app::BufferView view : {app::BufferView::warped_history, app::BufferView::blend_weight,
                                       app::BufferView::instability, app::BufferView::picture}) {
      shown_ = view;
      draw(3);
      ASSERT_TRUE(same_picture()) << static_cast<int>(view);
      seen.push_back(frame_->read_picture());
    }
    EXPECT_NE(seen[1], seen[2]);
    EXPECT_NE(seen[1], seen[3]);
  }
  EXPECT_TRUE(frame_->generates_on_device());
  EXPECT_EQ(frame_->generated_by(), "a thread");
}

TEST_F(HandOff, AViewThatFailsLeavesTheCpuInCharge) {
  use_thread();
  shown_ = app::BufferView::blend_weight;
  draw(3);
  faults_.fail_view = true;
  EXPECT_NO_THROW(draw(1));
  EXPECT_FALSE(frame_->generates_on_device());
  by_host_->drop_history();
  frame_->drop_history();
  draw(3);
  EXPECT_TRUE(same_picture());
}

TEST_F(HandOff, AFailedAllocationAtAResize) {
  use_thread();
  draw(3);
  faults_.fail_attach = true;
  EXPECT_NO_THROW(frame_->resize({80, 44}));
  by_host_->resize({80, 44});
  EXPECT_FALSE(frame_->generates_on_device());
  draw(4);
  EXPECT_TRUE(same_picture());
  EXPECT_THROW(use_thread(), core::Error);
  by_host_->drop_history();
  draw(4);
  EXPECT_TRUE(same_picture());
}

/// A guard that ends in time is left alone, one that lasts is told again and again, and its end waits.
TEST(Watchdog, ActsOnWhatLasts) {
  using std::chrono::milliseconds;
  std::atomic<int> calls = 0, inside = 0;
  app::Watchdog watchdog(
      [&] {
        ++inside;
        std::this_thread::sleep_for(milliseconds(5));
        --inside;
        ++calls;
      },
      milliseconds(40));
  for (int n = 0; n < 50; ++n) const app::Watchdog::Guard guard(watchdog);
  EXPECT_EQ(calls, 0);
  std::this_thread::sleep_for(milliseconds(80));
  EXPECT_EQ(calls, 0) << "nothing was watched";
  {
    const app::Watchdog::Guard guard(watchdog);
    while (calls < 3) std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_EQ(inside, 0);
  const int until_then = calls;
  std::this_thread::sleep_for(milliseconds(80));
  EXPECT_EQ(calls, until_then);
}

/// Asked for, but not offered, and never beside the layer that does not know the extension: the device opens
/// all the same.
TEST(JoinedContexts, AreLeftOutWhereTheyCannotBe) {
  for (const bool validation : {true, false}) {
    const gpu::Device device({.validation = validation, .external_memory = true, .joined_contexts = true});
    if (validation || device.is_cpu()) {
      EXPECT_TRUE(device.external_queue().empty());
    }
    device.expect_valid();
  }
}

}  // namespace
