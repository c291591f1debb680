// What the upscaler takes of a GPU's memory, and when. The simulator counts allocations; its kernels do
// nothing here, so that frames of 4K cost nothing.

#include <fmt/core.h>

#include "../which_gpu.h"
#include "compute/interop.h"
#include "neural/interpolate/interpolator.h"
#include "runtime.h"
#include "tests/support/device_frame.h"

namespace {

using compute::Precision;
using core::Size;

class GpuMemory : public which_gpu::Gpu {
 protected:
  GpuMemory() { simulator::compute(false); }
  ~GpuMemory() override { simulator::compute(true); }

  /// A frame at this scale in the memory of `inputs_` and `outputs_`, which holds any.
  core::FrameIo frame(double scale, Size output, bool reset) {
    core::FrameIo io;
    io.info.output = io.history_size = output;
    io.info.render = {static_cast<int>(output.width / scale), static_cast<int>(output.height / scale)};
    io.info.frame_index = n_++;
    io.info.reset = reset;
    io.info.exposure = 1;
    auto* first = static_cast<char*>(inputs_->data());
    io.color = reinterpret_cast<core::f16*>(first);
    io.depth = reinterpret_cast<float*>(first + 8 * core::area(output));
    io.motion = reinterpret_cast<core::f16*>(first + 12 * core::area(output));
    io.reactive = reinterpret_cast<std::uint8_t*>(first + 16 * core::area(output));
    auto* pictures = static_cast<core::f16*>(outputs_->data());
    io.history = pictures;
    io.output = pictures + 4 * core::area(output);
    return io;
  }
  static constexpr Size uhd{3840, 2160}, hd{1920, 1080};
  const std::unique_ptr<compute::Backend> cuda_ = which_gpu::open({.precision = Precision::half});
  const std::unique_ptr<compute::Memory> inputs_ = cuda_->allocate(17 * core::area(uhd)),
                                         outputs_ = cuda_->allocate(16 * core::area(uhd));
  const std::uint64_t others_ = cuda_->interop()->allocated();
  std::uint64_t taken() const { return cuda_->interop()->allocated() - others_; }
  int n_ = 0;
};

TEST_F(GpuMemory, KeepsItsBudget) {
  const std::pair<Size, Size> sizes[] = {
      {hd, uhd},        {{1280, 720}, uhd},         {uhd, uhd},
      {{960, 540}, hd}, {{853, 480}, {2560, 1440}}, {{99, 56}, {197, 111}}};
  for (const auto& [render, output] : sizes) {
    const neural::Upscaler upscaler(*cuda_, synthetic::noisy_weights(), output, render);
    fmt::print("{}x{} to {}x{}: {:.0f} MB\n", render.width, render.height, output.width, output.height,
               static_cast<double>(taken()) / 1e6);
    EXPECT_LE(taken(), neural::memory_budget(render, output)) << render.width;
    EXPECT_GT(taken() + (4 << 20), neural::memory_budget(render, output) / 100 * 98) << "no more than needed";
  }
  for (const auto& [render, output] : sizes) {
    const neural::Interpolator interpolator(*cuda_, output, render);
    EXPECT_LE(taken(), neural::between_budget(render, output)) << render.width;
    EXPECT_GT(taken() + (4 << 20), neural::between_budget(render, output) / 100 * 98)
        << "no more than needed";
  }
  EXPECT_LE(neural::memory_budget(hd, uhd), 450u * 1000 * 1000) << "1080p to 4K";
}

/// Dynamic resolution at 4K, from scale 2 to 3 and back, with cuts.
TEST_F(GpuMemory, NoFrameAllocates) {
  neural::Upscaler upscaler(*cuda_, synthetic::noisy_weights(), uhd, hd);
  const std::size_t before = simulator::allocations();
  for (int n = 0; n < 60; ++n) upscaler.process(frame(2 + (n < 30 ? n : 60 - n) / 30.0, uhd, n % 17 == 0));
  EXPECT_EQ(simulator::allocations(), before);
  EXPECT_THROW(upscaler.process(frame(1.9, uhd, false)), core::Error) << "there is no room for it";
}

/// Between frames room follows the scale in use, and small changes cost nothing.
TEST_F(GpuMemory, RoomFollowsTheScaleInUse) {
  neural::Upscaler upscaler(*cuda_, synthetic::noisy_weights(), uhd, hd);
  const std::uint64_t at_two = taken();
  for (const double scale : {2.0, 2.5, 2.8, 2.1})
    EXPECT_FALSE(upscaler.make_room(frame(scale, uhd, false).info.render));
  EXPECT_TRUE(upscaler.make_room({1280 * 9 / 10, 720 * 9 / 10})) << "less than half is enough";
  EXPECT_LT(taken(), at_two);
  EXPECT_TRUE(upscaler.make_room(hd));
  EXPECT_FALSE(upscaler.make_room({2100, 1180})) << "what grows takes an eighth more";
  EXPECT_TRUE(upscaler.make_room(uhd));
  EXPECT_EQ(upscaler.room(), uhd) << "never more than the output";
  EXPECT_GT(taken(), at_two);
  upscaler.process(frame(1, uhd, true));
  EXPECT_FALSE(upscaler.make_room(hd)) << "the next frame still reads the last one's state";
  upscaler.process(frame(2, uhd, false));
  EXPECT_TRUE(upscaler.make_room(hd));
  EXPECT_EQ(taken(), at_two);
}

}  // namespace
