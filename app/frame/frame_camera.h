#pragma once
// The camera of one frame after another: a frame's number, size, jitter, view and exposure, and what it takes
// from the frame before.

#include "app/frame/exposure_rest.h"
#include "app/frame/frame_slot.h"
#include "renderer/frame_source.h"

namespace app {

class FrameCamera {
 public:
  explicit FrameCamera(const renderer::GpuScene& scene) : scene_(scene) {}

  /// Begins the next frame in a slot that took the request and that the GPU is done with: fills slot.context
  /// and the slot's constants.
  renderer::FrameContext& begin(FrameSlot& slot, const FrameRequest& request, const gpu::Device& device,
                                renderer::Targets& targets, const renderer::Outputs& outputs,
                                const renderer::FrameSourceNeeds& needs);
  /// Whether the frame that was begun shows what the last one showed, sampled elsewhere.
  bool still(const FrameSlot& slot, const FrameRequest& request) const;
  /// The frame that was begun is on its way; the next one follows it. `comparing`: see ExposureRest.
  void end(const FrameSlot& slot, const FrameRequest& request, bool comparing);

  /// The next frame has no history.
  void reset() { reset_ = true; }
  std::uint64_t next_frame() const { return next_frame_; }
  /// Of the frame begun last.
  const core::FrameInfo& info() const { return info_; }
  /// Of the frame before it, or once it has ended of itself.
  const core::FrameInfo& previous_info() const { return previous_info_; }
  const renderer::View& previous_view() const { return previous_view_; }
  ExposureRest& exposure() { return exposure_; }

 private:
  core::FrameInfo next_info(const FrameSlot& slot, const FrameRequest& request, const renderer::View& view,
                            core::Size output) const;

  const renderer::GpuScene& scene_;
  ExposureRest exposure_;
  std::uint64_t next_frame_ = 0;
  bool reset_ = true;
  core::FrameInfo info_, previous_info_;
  renderer::View previous_view_;
  std::vector<glm::dmat4> previous_transforms_;
  renderer::RenderSettings previous_settings_;                         ///< that were asked for
  renderer::Upscaler previous_upscaler_ = renderer::Upscaler::native;  ///< that it was rendered for
  double previous_seconds_ = 0;
};

}  // namespace app
