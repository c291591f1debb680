#pragma once
// The camera from frame to frame: number, size, jitter, view and exposure, and what a frame takes from the
// previous one.

#include "app/frame/exposure_rest.h"
#include "app/frame/frame_slot.h"
#include "renderer/frame_source.h"

namespace app {

/// Returns the render size of a frame.
core::Size render_size_of(const renderer::RenderSettings& settings, const FrameRequest& request,
                          core::Size output);

class FrameCamera {
 public:
  explicit FrameCamera(const renderer::GpuScene& scene) : scene_(scene) {}

  /// Begins the next frame in a slot that took the request and that the GPU is done with. Fills slot.context
  /// and the slot's constants. `water` is the frame's; null where there is none.
  renderer::FrameContext& begin(FrameSlot& slot, const FrameRequest& request, const gpu::Device& device,
                                renderer::Targets& targets, const renderer::Outputs& outputs,
                                const renderer::FrameSourceNeeds& needs, const renderer::WaterSurface* water);
  /// Returns whether the current frame shows the same as the last one, with other sample positions.
  bool still(const FrameSlot& slot, const FrameRequest& request) const;
  /// Call it after submission; the next frame follows this one. For `comparing` see ExposureRest.
  void end(const FrameSlot& slot, const FrameRequest& request, bool comparing);

  /// Makes the next frame start without a history.
  void reset() { reset_ = true; }
  std::uint64_t next_frame() const { return next_frame_; }
  /// Returns the numbers of the frame begun last.
  const core::FrameInfo& info() const { return info_; }
  /// Returns the numbers of the frame before it; after end() those of the frame itself.
  const core::FrameInfo& previous_info() const { return previous_info_; }
  const renderer::View& previous_view() const { return previous_view_; }
  ExposureRest& exposure() { return exposure_; }

  /// Returns the view at a moment between the frame before (0) and this one (1), after begin(): on the
  /// scene's path where the camera follows it, else between the two.
  renderer::View view_between(const FrameSlot& slot, double time) const;

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
  renderer::RenderSettings previous_settings_;                         ///< requested settings
  renderer::Upscaler previous_upscaler_ = renderer::Upscaler::native;  ///< upscaler that it was rendered for
  double previous_seconds_ = 0;
  bool follows_path_ = false, followed_path_ = false;  ///< this frame's camera and the previous one's
};

}  // namespace app
