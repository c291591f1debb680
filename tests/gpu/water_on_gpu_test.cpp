// The water of a frame on an NVIDIA GPU, in the memory that Vulkan draws from. Skipped where there is none;
// the simulator runs the same tests as Simulated.*

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "app/frame/frame.h"
#include "compute/interop.h"
#include "neural/upscale/family.h"
#include "neural/upscale/step_view.h"
#include "tests/support/pond.h"
#include "tests/support/scratch.h"
#include "which_gpu.h"

namespace {

using core::Size;

class WaterOnGpu : public which_gpu::Gpu {
 protected:
  void SetUp() override {
    Gpu::SetUp();
    if (IsSkipped()) return;
    gpu::DeviceOptions wanted;
    wanted.external_memory = true;
    wanted.validation = which_gpu::validation;
    device_ = std::make_unique<gpu::Device>(wanted);
    if (!device_->external_memory() || device_->is_cpu()) GTEST_SKIP() << "Vulkan does not run on the GPU";
    scene_ = scene::load_scene(testing_support::write_pond(folder_), {.use_cache = false, .progress = {}});
    settings_.upscaler = renderer::Upscaler::bilinear;
    settings_.shadow.resolution = 256;
    settings_.water.cells = 64;
    frame_ = std::make_unique<app::Frame>(*device_, scene_, settings_, size);
    frame_->set_water_backend([this] {
      compute::BackendOptions options;
      options.device_uuid = device_->info().uuid;
      auto backend = which_gpu::open(options);
      backend_ = backend.get();
      return app::WaterBackend{std::move(backend), renderer::Where::external};
    });
  }
  /// After every test all imports are destroyed and all descriptors have found their owner.
  void TearDown() override {
    if (!frame_) return;
    frame_.reset();
    EXPECT_EQ(which_gpu::imports(), 0);
    device_->expect_valid();
  }
  std::vector<std::byte> draw(app::Frame& frame, double from, int frames) const {
    for (int n = 0; n < frames; ++n) frame.draw(settings_, {.seconds = from + n / 30.0, .exposure = 1.0f});
    return frame.read_picture();
  }

  static constexpr Size size{128, 72};
  const std::filesystem::path folder_ = testing_support::scratch();
  std::unique_ptr<gpu::Device> device_;
  scene::Scene scene_;
  renderer::RenderSettings settings_;
  std::unique_ptr<app::Frame> frame_;
  compute::Backend* backend_ = nullptr;  ///< the water's
};

TEST_F(WaterOnGpu, ThePicturesAreTheCpus) {
  app::Frame host(*device_, scene_, settings_, size);
  for (const bool overlap : {false, true}) {
    settings_.overlap = overlap;
    const auto a = draw(*frame_, overlap ? 6.0 : 1.0, 5), b = draw(host, overlap ? 6.0 : 1.0, 5);
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      sum += std::abs(std::to_integer<int>(a[i]) - std::to_integer<int>(b[i]));
    EXPECT_LT(sum / static_cast<double>(a.size()), 0.05);
  }
  ASSERT_NE(backend_, nullptr);
  EXPECT_EQ(frame_->water()->description(), backend_->description());
  EXPECT_TRUE(frame_->water()->may_fail_alone());
  // Other cells are other memory.
  settings_.water.cells = 128;
  draw(*frame_, 2, 2);
  EXPECT_TRUE(frame_->water()->may_fail_alone());
}

/// A kernel that reads unmapped memory destroys the whole context, so this runs in a process of its own.
TEST_F(WaterOnGpu, ALostDeviceLeavesTheCpuInCharge) {
  if (!std::getenv("NEURASTER_INSIDE")) {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    const std::string command =
        "NEURASTER_INSIDE=1 " + self + " --gtest_filter=WaterOnGpu.ALostDeviceLeavesTheCpuInCharge";
    EXPECT_EQ(std::system(command.c_str()), 0);
    return;
  }
  draw(*frame_, 1, 3);
  neural::StepView<float> nowhere;
  nowhere.render = nowhere.output = {64, 64};
  try {
    neural::UpscalePasses<float>(*backend_).run(neural::Pass::clean, nowhere);
  } catch (const core::Error&) {
    // It may be told at once, or to the next call.
  }
  for (int n = 0; n < 6; ++n) EXPECT_NO_THROW(draw(*frame_, 1.2 + n / 30.0, 1));
  EXPECT_FALSE(frame_->water()->may_fail_alone());
}

}  // namespace
