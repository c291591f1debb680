// Tests the whole frame with the network on an NVIDIA GPU: pictures, many frames, a full and a lost device.
// They are skipped where there is none. The simulator runs the same tests as Simulated.*

#include <fmt/core.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "app/frame/frame.h"
#include "app/frame/generators/external_generator.h"
#include "app/frame/generators/staged_generator.h"
#include "renderer/scene/scene.h"
#include "tests/support/device_frame.h"
#include "tests/support/host_function.h"
#include "which_gpu.h"

namespace {

using compute::Precision;
using core::Size;
using which_gpu::Gpu;
using which_gpu::open;

/// Sets up the frame with CUDA between Vulkan's semaphores, and the processor for when that fails.
class FrameOnGpu : public Gpu {
 protected:
  void SetUp() override {
    Gpu::SetUp();
    if (IsSkipped()) return;
    gpu::DeviceOptions wanted;
    wanted.external_memory = !staged_;
    wanted.joined_contexts = joins_;
    wanted.validation = which_gpu::validation && !joins_;
    device_ = std::make_unique<gpu::Device>(wanted);
    if (!staged_ && (!device_->external_memory() || device_->is_cpu()))
      GTEST_SKIP() << "Vulkan does not run on the GPU";
    if (joins_ && device_->external_queue().empty())
      GTEST_SKIP() << "the driver does not join CUDA's context to Vulkan's";
    settings_.upscaler = renderer::Upscaler::neural;
    settings_.shadow.resolution = 256;
    frame_ = std::make_unique<app::Frame>(*device_, scene_, settings_, Size{320, 180});
    frame_->set_generator(by_processor());
    compute::BackendOptions options{.precision = Precision::half};
    options.device_uuid = device_->info().uuid;
    options.staged = staged_;
    options.joins = device_->external_queue();
    auto backend = open(options);
    backend_ = backend.get();
    const auto make = staged_ ? app::make_staged_generator : app::make_external_generator;
    frame_->prefer_generator(make(std::move(backend), synthetic::noisy_weights()));
  }
  /// After every test all imports are destroyed and all descriptors have found their owner.
  void TearDown() override {
    if (!frame_) return;
    frame_.reset();
    EXPECT_EQ(which_gpu::imports(), 0);
    device_->expect_valid();
  }
  void draw(int frames) {
    for (int n = 0; n < frames; ++n)
      frame_->draw(settings_, {.seconds = seconds_ += 1 / 60.0, .exposure = 1.0f});
  }
  void expect_the_cpus_pictures(int frames);
  void expect_memory_comes_back();
  void expect_no_allocation_at_any_scale();
  void expect_the_cpu_after_a_loss(const char* test);
  void expect_picture() {
    const auto picture = frame_->read_picture();
    EXPECT_GT(std::set<std::byte>(picture.begin(), picture.end()).size(), 16u) << "an empty picture";
  }
  std::unique_ptr<app::Generator> by_processor() {
    return testing_support::host_function([this](const core::FrameIo& io) { host_upscaler().process(io); });
  }
  neural::Upscaler& host_upscaler() {
    if (!host_backend_) {
      host_backend_ = compute::open_backend("cpu");
      host_upscaler_ =
          std::make_unique<neural::Upscaler>(*host_backend_, synthetic::noisy_weights(), Size{641, 359});
    }
    return *host_upscaler_;
  }

  std::unique_ptr<gpu::Device> device_;
  scene::Scene scene_ = scene::make_test_scene();
  renderer::RenderSettings settings_;
  std::unique_ptr<compute::Backend> host_backend_;
  std::unique_ptr<neural::Upscaler> host_upscaler_;
  std::unique_ptr<app::Frame> frame_;
  compute::Backend* backend_ = nullptr;  ///< the frame's, while it generates on the device
  double seconds_ = 0;
  bool joins_ = false, staged_ = false;
};

class FrameInJoinedContexts : public FrameOnGpu {
 protected:
  FrameInJoinedContexts() { joins_ = true; }
};

/// A GPU that shares nothing with Vulkan's, which the simulator makes another one; a real GPU copies all the
/// same.
class FrameThroughCopies : public FrameOnGpu {
 protected:
  FrameThroughCopies() {
    staged_ = true;
    setenv("NEURASTER_SIMULATED_APART", "1", 1);
  }
  ~FrameThroughCopies() override { unsetenv("NEURASTER_SIMULATED_APART"); }
};

/// Draws in both orders, and after a resize.
TEST_F(FrameInJoinedContexts, ShowAPicture) {
  EXPECT_NE(backend_->description().find("joined with Vulkan"), std::string::npos) << backend_->description();
  for (const bool overlap : {false, true}) {
    settings_.overlap = overlap;
    frame_->resize(overlap ? Size{320, 180} : Size{641, 359});
    draw(100);
    frame_->finish();
    EXPECT_TRUE(frame_->generates_on_device());
    expect_picture();
  }
}

/// Draws the same frames on the processor, with other orders, sizes and scales, and with the untrained
/// network.
void FrameOnGpu::expect_the_cpus_pictures(int frames) {
  const Size sizes[] = {{96, 54}, {61, 43}};
  app::Frame by_host(*device_, scene_, settings_, sizes[0]);
  by_host.set_generator(by_processor());
  for (int n = 0; n < frames; ++n) {
    if (n % 12 == 0) frame_->resize(sizes[n / 12]), by_host.resize(sizes[n / 12]);
    settings_.scale = n % 8 < 4 ? 2.0f : 1.5f;
    settings_.overlap = n % 6 < 3;
    const app::FrameRequest request{.seconds = seconds_ += 1 / 60.0, .exposure = 1.0f};
    frame_->draw(settings_, request);
    by_host.draw(settings_, request);
    const auto a = frame_->read_picture(), b = by_host.read_picture();
    ASSERT_EQ(a.size(), b.size());
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      sum += std::pow(std::to_integer<int>(a[i]) - std::to_integer<int>(b[i]), 2);
    EXPECT_LT(sum / static_cast<double>(a.size()), 0.1) << n;  // 58 dB
  }
}
TEST_F(FrameOnGpu, ThePicturesAreTheCpus) {
  expect_the_cpus_pictures(24);
}
TEST_F(FrameThroughCopies, ThePicturesAreTheCpus) {
  EXPECT_TRUE(backend_->description().ends_with("through copies)")) << backend_->description();
  expect_the_cpus_pictures(15);
  EXPECT_TRUE(frame_->generates_on_device());
}

/// Changes size, scale and order many times; memory and descriptors come back.
void FrameOnGpu::expect_memory_comes_back() {
  constexpr int stay = which_gpu::hand_offs / 20;  // at one size
  std::size_t left = 0;
  std::ptrdiff_t descriptors = 0;
  for (int n = 0; n < which_gpu::hand_offs; ++n) {
    if (n % stay == 0) frame_->resize(which_gpu::sizes[n / stay % 3]);
    settings_.scale = 1.5f + 0.5f * static_cast<float>(n * 5 / stay % 4);
    settings_.overlap = n * 2 / stay % 2;
    draw(1);
    // Compares at the first of the sizes, after one turn of all of them and again later.
    if (n == 3 * stay + stay / 5 || n == 18 * stay + stay / 5) {
      frame_->finish();
      const std::size_t now = compute::cuda::memory_left().first;
      if (left) {
        EXPECT_NEAR(static_cast<double>(now), static_cast<double>(left), 64.0 * (1 << 20));
        EXPECT_EQ(which_gpu::open_descriptors(), descriptors);
      }
      left = now;
      descriptors = which_gpu::open_descriptors();
    }
  }
  frame_->finish();
  EXPECT_TRUE(frame_->generates_on_device());
  expect_picture();
}
TEST_F(FrameOnGpu, ManyFramesLeaveTheMemoryAsItWas) {
  expect_memory_comes_back();
}
TEST_F(FrameThroughCopies, ManyFramesLeaveTheMemoryAsItWas) {
  expect_memory_comes_back();
}

/// Dynamic resolution: what may come is known from the first frame on, and no later one allocates anything.
void FrameOnGpu::expect_no_allocation_at_any_scale() {
  frame_->resize({96, 54});
  std::size_t on_gpu = 0;
  std::uint64_t in_vulkan = 0;
  for (int n = 0; n < 12; ++n) {
    settings_.overlap = n >= 6;
    app::FrameRequest request{.seconds = seconds_ += 1 / 60.0, .exposure = 1.0f};
    request.scale = 1.5f + 0.25f * static_cast<float>(n * 5 % 7);
    request.finest_scale = 1.5f;
    frame_->draw(settings_, request);
    if (n == 1) on_gpu = which_gpu::allocations(), in_vulkan = device_->made().allocations;
    if (n < 1) continue;
    EXPECT_EQ(which_gpu::allocations(), on_gpu) << n;
    EXPECT_EQ(device_->made().allocations, in_vulkan) << n;
    EXPECT_LE(frame_->generator_memory().value_or(0), frame_->generator_budget()) << n;
  }
  EXPECT_GT(frame_->generator_budget(), 0u);
  EXPECT_TRUE(frame_->generates_on_device());
}
TEST_F(FrameOnGpu, NoFrameAllocatesAtAnyScale) {
  expect_no_allocation_at_any_scale();
}
TEST_F(FrameThroughCopies, NoFrameAllocatesAtAnyScale) {
  expect_no_allocation_at_any_scale();
}

/// The GPU is full when the window is made larger.
TEST_F(FrameOnGpu, AFailedAllocationLeavesTheCpuInCharge) {
  draw(5);
  const auto measure = [&](Size size) {
    frame_->resize(size);
    frame_->finish();
    return std::pair{compute::cuda::memory_left().first, frame_->generator_memory().value_or(0)};
  };
  const auto [large_left, large_upscaler] = measure({3840, 2160});
  const auto [left, upscaler] = measure({320, 180});
  fmt::print("the upscaler takes {} MiB at 4K\n", large_upscaler >> 20);
  // This leaves room for the renderer at 4K, and for half of the upscaler beside it.
  const std::size_t more = large_upscaler - upscaler, kept = left - large_left - more / 2;
  ASSERT_GT(more, std::size_t{256} << 20);
  const compute::cuda::Stream stream = compute::cuda::make_stream();
  const compute::cuda::DeviceMemory full(left - kept, stream.get());
  EXPECT_TRUE(frame_->generates_on_device());
  EXPECT_NO_THROW(frame_->resize({3840, 2160}));
  EXPECT_FALSE(frame_->generates_on_device());
  EXPECT_NO_THROW(frame_->resize({320, 180}));
  draw(5);
  expect_picture();
}

/// A kernel that reads unmapped memory destroys the whole context, so this runs in a process of its own.
void FrameOnGpu::expect_the_cpu_after_a_loss(const char* test) {
  if (!std::getenv("NEURASTER_INSIDE")) {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    const std::string command = "NEURASTER_INSIDE=1 " + self + " --gtest_filter=" + test;
    EXPECT_EQ(std::system(command.c_str()), 0);
    return;
  }
  draw(5);
  neural::StepView<float> nowhere;
  nowhere.render = nowhere.output = {64, 64};
  neural::UpscalePasses<float>(*backend_).run(neural::Pass::clean, nowhere);
  for (int n = 0; n < 10; ++n) EXPECT_NO_THROW(draw(1));
  EXPECT_FALSE(frame_->generates_on_device());
  expect_picture();
}
TEST_F(FrameOnGpu, ALostDeviceLeavesTheCpuInCharge) {
  expect_the_cpu_after_a_loss("FrameOnGpu.ALostDeviceLeavesTheCpuInCharge");
}
TEST_F(FrameThroughCopies, ALostDeviceLeavesTheCpuInCharge) {
  expect_the_cpu_after_a_loss("FrameThroughCopies.ALostDeviceLeavesTheCpuInCharge");
}

}  // namespace
