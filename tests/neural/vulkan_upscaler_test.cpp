// The upscaler in Vulkan against the reference: each pass by itself, and whole frames. Any device with a
// driver will do, lavapipe in CI; validation and synchronization validation are on.

#include "neural/upscale/family.h"
#include "neural/upscale/plan.h"
#include "tests/support/between_pictures.h"
#include "tests/support/step_buffers.h"
#include "tests/support/upscaler_beside_reference.h"
#include "tests/support/vulkan_device_test.h"

namespace {

using compute::Precision;
using core::Size;
using neural::Pass;
using View = neural::StepView<float>;

class VulkanUpscaler : public testing_support::VulkanDeviceTest {
 protected:
  std::unique_ptr<compute::Backend> open(Precision precision, bool fused = true) {
    return compute::open_backend(
        "vulkan", {.precision = precision, .vulkan = app::handles_of(*device_), .fused = fused});
  }
};

/// The buffers of a view of the host's, in a device's memory.
class OnDevice {
 public:
  OnDevice(compute::Backend& backend, const View& host) : backend_(backend), view(host) {
    testing_support::for_buffers(view, [&](auto*& pointer, std::size_t count, const char*) {
      memory_.push_back(backend_.allocate(count * sizeof *pointer));
      pointer = static_cast<std::remove_reference_t<decltype(pointer)>>(memory_.back()->data());
    });
  }
  void upload(View host) {
    std::size_t n = 0;
    testing_support::for_buffers(host, [&](auto* pointer, std::size_t count, const char*) {
      backend_.copy_in(memory_[n++]->data(), pointer, count * sizeof *pointer);
    });
  }
  /// Compares with what the host has.
  void expect(View host, double tolerance) {
    std::size_t n = 0;
    testing_support::for_buffers(host, [&](auto* pointer, std::size_t count, const char* name) {
      using Value = std::remove_const_t<std::remove_pointer_t<decltype(pointer)>>;
      std::vector<Value> copy(count);
      backend_.copy_out(copy.data(), memory_[n++]->data(), count * sizeof(Value));
      const auto floats = [](const Value* values, std::size_t of) {
        std::vector<float> all(of);
        for (std::size_t i = 0; i < of; ++i)
          if constexpr (std::is_same_v<Value, core::f16>)
            all[i] = compute::pixel::from_half(values[i]);
          else
            all[i] = static_cast<float>(values[i]);
        return all;
      };
      if (std::equal(copy.begin(), copy.end(), pointer)) return;  // an input may hold what is no number
      const double rounding = std::is_same_v<Value, core::f16> ? 5e-4 : 0;
      EXPECT_LT(testing_support::worst(floats(copy.data(), count), floats(pointer, count)),
                tolerance + rounding)
          << name;
    });
  }

 private:
  compute::Backend& backend_;
  std::vector<std::unique_ptr<compute::Memory>> memory_;

 public:
  View view;
};

/// Each pass with the same inputs, in the third of frames whose size changes: everything that it writes
/// within 1e-4 of the largest value; the output is rounded to halfs.
TEST_F(VulkanUpscaler, EachPassMatchesTheReference) {
  const auto vulkan = open(Precision::f32), reference = compute::make_reference<float>();
  const Size output{197, 111}, sizes[] = {{99, 56}, {99, 56}, {67, 37}};
  neural::Parameters<float> parameters(*reference, neural::upscaler_plan());
  parameters.load(synthetic::noisy_weights().values);
  neural::FrameStep<float> step(*reference, sizes[0], output, false);
  std::vector<std::unique_ptr<neural::Carry<float>>> carries;  // one a frame: no pass writes what it reads
  std::vector<core::f16> picture(4 * area(output));
  for (int n = 0; n < 3; ++n) {
    const Size render = sizes[n];
    neural::NetworkRun<float> network(*reference, neural::upscaler_plan(), parameters,
                                      neural::padded_size(render), false);
    carries.push_back(std::make_unique<neural::Carry<float>>(*reference, sizes[0], output, false));
    synthetic::Frame frame = synthetic::make_frame({}, render, output, n, false);
    frame.color[4 * 100] = 0x7e00;
    step.forward(network, frame.io(nullptr, picture.data()), n ? carries[carries.size() - 2].get() : nullptr,
                 *carries.back());
    if (n < 2) continue;
    OnDevice device(*vulkan, step.view());
    neural::UpscalePasses<float> passes(*vulkan), plain(*reference);
    for (const Pass pass :
         {Pass::clean, Pass::neighbourhood, Pass::warp, Pass::features, Pass::controls, Pass::reconstruct}) {
      SCOPED_TRACE(neural::pass_name(pass));
      device.upload(step.view());
      passes.run(pass, device.view);
      vulkan->finish();
      plain.run(pass, step.view());
      device.expect(step.view(), 1e-4);
    }
  }
}

TEST_F(VulkanUpscaler, InFloatsMatchesTheReference) {
  testing_support::expect_the_references_frames(*open(Precision::f32), 7, 80, 2e-3);
}
TEST_F(VulkanUpscaler, LayerByLayerMatchesTheReference) {
  testing_support::expect_the_references_frames(*open(Precision::f32, false), 7, 80, 2e-3);
}
/// Here passes store halfs, which have 11 bits.
TEST_F(VulkanUpscaler, InHalfsMatchesTheReference) {
  testing_support::expect_the_references_frames(*open(Precision::half), 7, 70, 2e-2);
}
TEST_F(VulkanUpscaler, DebugViewsMatchTheReference) {
  testing_support::expect_the_references_views(*open(Precision::f32));
}

TEST_F(VulkanUpscaler, PicturesBetweenMatchTheReference) {
  testing_support::expect_the_references_pictures_between(*open(Precision::f32), 60);
}
TEST_F(VulkanUpscaler, PicturesBetweenInHalfsMatchTheReference) {
  testing_support::expect_the_references_pictures_between(*open(Precision::half), 45);
}

}  // namespace
