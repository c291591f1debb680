#include "app/frame/water/frame_water.h"

#include <utility>

#include "core/error.h"
#include "core/log.h"

namespace app {

void FrameWater::set_backend(OpenWaterBackend open) {
  water_.reset();
  open_ = std::move(open);
}

void FrameWater::open(int cells) {
  if (water_) device_.wait_idle();
  water_.reset();
  WaterBackend backend;
  try {
    backend = open_();
  } catch (const core::Error& error) {
    core::log_debug(error.what());
    backend = open_water_on_host();
  }
  water_ = std::make_unique<LivingWater>(device_, scene_, std::move(backend), cells);
}

const renderer::WaterSurface* FrameWater::advance(std::uint64_t n, const FrameRequest& request,
                                                  const renderer::WaterSettings& settings) {
  if (!(scene_.water.size > 0) || !settings.simulated) return nullptr;
  if (!water_ || water_->cells() != settings.cells) open(settings.cells);
  water_->advance(n, request.seconds, settings, request.poke);
  return &water_->surface(n);
}

void FrameWater::expect_alive() const {
  if (water_) water_->expect_alive();
}

void FrameWater::signal_for_failed() const {
  if (water_) water_->signal_for_backend();
}

void FrameWater::give_up(const std::string& reason) {
  core::log_error(reason + "; the CPU computes the water");
  signal_for_failed();
  device_.wait_idle();
  set_backend(open_water_on_host);
}

void FrameWater::sync(std::vector<gpu::SemaphoreValue>& waits) const {
  if (water_) water_->sync(waits);
}

void FrameWater::wait() const {
  std::vector<gpu::SemaphoreValue> waits;
  sync(waits);
  for (const gpu::SemaphoreValue& value : waits) gpu::wait_timeline(device_, value.semaphore, value.value);
}

}  // namespace app
