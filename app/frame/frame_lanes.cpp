// The two sides of a frame: who generates them, what happens when one fails, and when the right one is there.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/frame/frame.h"
#include "core/log.h"

namespace app {

void Frame::set_host_upscaler(HostUpscaler upscaler) {
  left_.set_host_upscaler(std::move(upscaler));
  generator_noted_ = false;
}

/// Descriptions are texts: asked for where the generator changes, not in each frame.
void Frame::note_generator(Lane::By by) {
  if (by == Lane::By::none || std::exchange(generator_noted_, true)) return;
  std::string now = left_.describe(by);
  if (generators_.empty() || generators_.back() != now) generators_.push_back(std::move(now));
}

std::string Frame::generated_by() const {
  return generators_.empty() ? "none" : fmt::format("{}", fmt::join(generators_, ", then "));
}

std::optional<std::uint64_t> Frame::generator_memory() {
  for (Lane* lane : lanes())
    if (lane->device_upscaler()) return lane->device_upscaler()->memory();
  return std::nullopt;
}

void Frame::set_device_upscaler(std::unique_ptr<DeviceUpscaler> upscaler) {
  set_device_upscaler(left_, std::move(upscaler));
}

void Frame::set_device_upscaler(Lane& lane, std::unique_ptr<DeviceUpscaler> upscaler) {
  if (pending_) composite_pending(nullptr);
  device_.wait_idle();
  readback_.reset();
  forget_slots();
  reset_ = true;
  generator_noted_ = false;
  lane.set_device_upscaler(std::move(upscaler), next_frame_);
}

/// The GPU's other API has failed: its signals will not come, so the host gives them, and the host's upscaler
/// takes over.
void Frame::give_up_device_upscaler(Lane& lane, const std::string& reason) {
  core::log_error(reason + "; the CPU takes over");
  lane.signal_for_device();
  set_device_upscaler(lane, nullptr);
}

/// On the watchdog's thread, while the frame's own is in the driver.
void Frame::signal_for_dead_devices() {
  for (Lane* lane : lanes()) {
    if (!lane->device_upscaler()) continue;
    try {
      lane->device_upscaler()->expect_alive();
    } catch (const core::Error&) {
      lane->signal_for_device();
    }
  }
}

void Frame::while_watched(const std::function<void()>& body) {
  if (!any_on_device()) return body();
  if (!watchdog_) watchdog_ = std::make_unique<Watchdog>([this] { signal_for_dead_devices(); });
  const Watchdog::Guard guard(*watchdog_);
  body();
}

bool Frame::any_on_device() {
  const auto all = lanes();
  return std::any_of(all.begin(), all.end(), [](Lane* lane) { return lane->device_upscaler(); });
}

std::vector<Lane*> Frame::lanes() {
  if (!comparison_) return {&left_};
  return {&left_, &comparison_->right()};
}

void Frame::wait_composited(std::uint64_t value) {
  // In short turns: a failed device would never signal.
  while (any_on_device() && !gpu::try_wait_timeline(device_, composited_.get(), value, 0.5))
    expect_generator();
  gpu::wait_timeline(device_, composited_.get(), value);
}

void Frame::expect_generator() {
  for (Lane* lane : lanes()) {
    if (!lane->device_upscaler()) continue;
    try {
      lane->device_upscaler()->expect_alive();
    } catch (const core::Error& error) {
      give_up_device_upscaler(*lane, error.what());
    }
  }
}

/// A device's upscaler that failed is given up, and the host's takes over; everything else the caller hears.
void Frame::fail_with(const std::exception_ptr& left, const std::exception_ptr& right) {
  const auto handle = [&](Lane& lane, const std::exception_ptr& failure) {
    if (!failure) return;
    if (!lane.device_upscaler()) std::rethrow_exception(failure);
    try {
      std::rethrow_exception(failure);
    } catch (const core::Error& error) {
      give_up_device_upscaler(lane, error.what());
    }
  };
  handle(left_, left);
  if (!right) return;
  try {
    handle(comparison_->right(), right);
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    throw RightLaneFailed(error.what());
  }
}

/// Makes what the look needs and drops what it does not.
void Frame::prepare_comparison(const ComparisonSettings& comparison) {
  const bool wants_split = comparison.compare || comparison.magnifier;
  const bool right_fits =
      comparison_ ? comparison.compare && comparison.right == right_ : !comparison.compare;
  if (right_fits && wants_split == (split_ != nullptr)) return;
  if (!right_fits) drop_comparison();
  if (pending_) composite_pending(nullptr);
  device_.wait_idle();
  shown_ = &left_.outputs().picture;
  split_.reset();
  if (wants_split) split_ = std::make_unique<renderer::ViewSplitPass>(device_, targets_->size);
  if (right_fits || !comparison.compare) return;
  comparison_ = std::make_unique<LiveComparison>(device_, gpu_scene_, targets_->size, next_frame_);
  right_ = comparison.right;
  if (give_right_generator_) give_right_generator_(comparison_->right(), right_, next_frame_);
}

void Frame::drop_comparison() {
  if (pending_) composite_pending(nullptr);
  device_.wait_idle();
  shown_ = &left_.outputs().picture;
  comparison_.reset();
}

void Frame::set_right_generator(GiveGenerator give) {
  drop_comparison();
  give_right_generator_ = std::move(give);
}

std::optional<ComparisonState> Frame::comparison() const {
  if (!comparison_) return std::nullopt;
  return comparison_->state();
}

}  // namespace app
