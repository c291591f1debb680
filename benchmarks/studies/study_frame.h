#pragma once
// A frame on the GPU, for the studies of the passes around the network, and copies of its buffers.

#include <type_traits>
#include <vector>

#include "compute/cuda/runtime.h"
#include "neural/upscale/pixel/upscale.h"
#include "tests/support/device_frame.h"
#include "tests/support/step_buffers.h"

namespace study {

/// The view that the GPU generates with: passes store halfs.
using View = neural::StepView<float, core::f16>;

using testing_support::for_buffers;

/// A view of host copies.
struct HostFrame {
  explicit HostFrame(const View& device) : view(device) {
    for_buffers(view, [&](auto*& pointer, std::size_t count, const char*) {
      copies.emplace_back(count * sizeof *pointer);
      compute::cuda::check(
          cudaMemcpy(copies.back().data(), pointer, copies.back().size(), cudaMemcpyDeviceToHost),
          "cannot copy");
      pointer = reinterpret_cast<std::remove_reference_t<decltype(pointer)>>(copies.back().data());
    });
  }
  View view;
  std::vector<std::vector<std::byte>> copies;
};

/// The buffers of a frame with a history, as our own kernels leave them.
class ThirdFrame {
 public:
  ThirdFrame(core::Size render, core::Size output)
      : backend_(compute::open_backend("cuda", {.precision = compute::Precision::half}, study::modules)),
        upscaler_(*backend_, synthetic::noisy_weights(), output),
        frames_(*backend_, output) {
    for (int n = 0; n < 3; ++n)
      upscaler_.process(frames_.io(synthetic::make_frame({}, render, output, n, false)));
    // Our own kernels keep features and head in registers, and controls in shared memory but for pictures of
    // them.
    const auto picture = backend_->allocate(4 * area(output) * sizeof(core::f16));
    upscaler_.draw(neural::DebugView::kernel_shape, static_cast<core::f16*>(picture->data()));
    backend_->finish();
    view_ = upscaler_.view<core::f16>();
    // Controls lie where the network works, and the history where the output is kept; here each has its own.
    keep(view_.controls, neural::control_channels * area(view_.render));
    keep(view_.past, 4 * area(view_.past_output));
    std::vector<float> head(area(view_.padded) * neural::feature_channels);
    for (std::size_t i = 0; i < head.size(); ++i) head[i] = static_cast<float>(i * 7919 % 101) / 50 - 1;
    const std::size_t bytes = head.size() * sizeof(float);
    features_ = backend_->allocate(bytes), head_ = backend_->allocate(bytes);
    view_.features = static_cast<float*>(features_->data());
    view_.head = static_cast<const float*>(head_->data());
    backend_->copy_in(head_->data(), head.data(), bytes);
    finish_as_pixels_would();
    backend_->finish();
  }
  const View& view() const { return view_; }

 private:
  /// Makes some kernels as sharp as controls can, which the shipped Pass::reconstruct leaves to the code of
  /// one pixel.
  void finish_as_pixels_would() {
    using compute::pixel::to_half;
    const HostFrame host(view_);
    neural::pixel::Upscale<float, core::f16> passes{host.view};
    for (int y = 0; y < view_.render.height; ++y)
      for (int x = 0; x < view_.render.width; ++x) {
        const int i = passes.index(view_.render, x, y);
        if (i % 7 != 0) continue;
        core::f16* controls = host.view.controls + neural::control_channels * i;
        controls[neural::pixel::kernel_l0] = controls[neural::pixel::kernel_l2] = to_half(8.1f);
        controls[neural::pixel::kernel_l1] = to_half(2.7f);
      }
    backend_->copy_in(view_.controls, host.view.controls,
                      neural::control_channels * area(view_.render) * sizeof(core::f16));
  }
  template <typename Half>
  void keep(Half*& pointer, std::size_t count) {
    kept_.push_back(backend_->allocate(count * sizeof(core::f16)));
    backend_->copy(kept_.back()->data(), pointer, count * sizeof(core::f16));
    backend_->finish();
    pointer = static_cast<core::f16*>(kept_.back()->data());
  }

  std::unique_ptr<compute::Backend> backend_;
  std::vector<std::unique_ptr<compute::Memory>> kept_;
  neural::Upscaler upscaler_;
  synthetic::DeviceFrames frames_;
  std::unique_ptr<compute::Memory> features_, head_;
  View view_;
};

}  // namespace study
