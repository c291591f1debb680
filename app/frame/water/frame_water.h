#pragma once
// The water of a frame, where its scene has a place for it and its settings want it simulated.

#include "app/frame/frame_request.h"
#include "app/frame/water/living_water.h"

namespace app {

/// The thread that draws calls all functions.
class FrameWater {
 public:
  FrameWater(const gpu::Device& device, const scene::Scene& scene) : device_(device), scene_(scene) {}

  /// Has it computed elsewhere; the device must be idle. It is opened by the next frame, and where it cannot
  /// be, the host computes.
  void set_backend(OpenWaterBackend open);
  /// Steps the water to frame n. Returns its surface; null where there is none. Throws core::Error.
  const renderer::WaterSurface* advance(std::uint64_t n, const FrameRequest& request,
                                        const renderer::WaterSettings& settings);
  /// Whether what computes it may fail while the renderer's device goes on.
  bool may_fail_alone() const { return water_ && water_->may_fail_alone(); }
  /// Throws core::Error where that has failed.
  void expect_alive() const;
  /// Gives the signals that then will not come. Another thread may call it and expect_alive() while nothing
  /// else is called.
  void signal_for_failed() const;
  /// The host computes from now on; the user is told the reason.
  void give_up(const std::string& reason);
  /// Adds what the rendering of that frame has to wait for, or waits for it here.
  void sync(std::vector<gpu::SemaphoreValue>& waits) const;
  void wait() const;
  /// Null before the first frame that has water.
  const LivingWater* water() const { return water_.get(); }

 private:
  void open(int cells);

  const gpu::Device& device_;
  const scene::Scene& scene_;
  OpenWaterBackend open_ = open_water_on_host;
  std::unique_ptr<LivingWater> water_;
};

}  // namespace app
