#include "app/frame/failover.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/log.h"

namespace app {

/// A generator on the renderer's own device fails together with the renderer: what is said then, whoever
/// catches DeviceLost says.
void Failover::give_up(Lane& lane, const std::string& reason) {
  const std::string sentence = reason + "; the CPU takes over";
  try {
    lane.signal_for_generator();
    signal_for_failed();  // another may have failed with it, and dropping waits for all
    drop_(lane);
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error&) {
    core::log_error(sentence);
    throw;
  }
  core::log_error(sentence);
}

void Failover::give_up_water(const std::string& reason) {
  expect_generators_alive();
  water_.give_up(reason);
}

void Failover::expect_alive() {
  expect_generators_alive();
  try {
    water_.expect_alive();
  } catch (const core::Error& error) {
    water_.give_up(error.what());
  }
}

void Failover::expect_generators_alive() {
  for (Lane* lane : lanes_()) {
    if (!lane->enqueues()) continue;
    try {
      lane->generator()->expect_alive();
    } catch (const core::Error& error) {
      give_up(*lane, error.what());
    }
  }
}

void Failover::wait(VkSemaphore semaphore, std::uint64_t value) {
  // The wait is cut into short turns, because a failed device never signals.
  while (any_may_fail() && !gpu::try_wait_timeline(device_, semaphore, value, 0.5)) expect_alive();
  gpu::wait_timeline(device_, semaphore, value);
}

void Failover::settle(Lane& lane, const std::exception_ptr& failure) {
  if (!failure) return;
  if (!lane.enqueues()) std::rethrow_exception(failure);
  try {
    std::rethrow_exception(failure);
  } catch (const core::Error& error) {
    give_up(lane, error.what());
  }
}

void Failover::while_watched(const std::function<void()>& body) {
  if (!any_may_fail()) return body();
  if (!watchdog_) watchdog_ = std::make_unique<Watchdog>([this] { signal_for_failed(); });
  const Watchdog::Guard guard(*watchdog_);
  body();
}

bool Failover::any_may_fail() const {
  const auto lanes = lanes_();
  return water_.may_fail_alone() ||
         std::any_of(lanes.begin(), lanes.end(), [](const Lane* lane) { return lane->enqueues(); });
}

void Failover::give_signals(Lane& lane) {
  try {
    lane.signal_for_generator();
  } catch (const gpu::DeviceLost&) {
    // The driver itself tells whoever waits.
  }
}

/// The watchdog's thread calls this too.
void Failover::signal_for_failed() const {
  try {
    water_.expect_alive();
  } catch (const core::Error&) {
    water_.signal_for_failed();
  }
  for (Lane* lane : lanes_()) {
    if (!lane->enqueues()) continue;
    try {
      lane->generator()->expect_alive();
    } catch (const core::Error&) {
      give_signals(*lane);
    }
  }
}

void GeneratorLog::note(const Generator& generator) {
  if (std::exchange(noted_, true)) return;
  std::string now = generator.description();
  if (names_.empty() || names_.back() != now) names_.push_back(std::move(now));
}

std::string GeneratorLog::text() const {
  return names_.empty() ? "none" : fmt::format("{}", fmt::join(names_, ", then "));
}

}  // namespace app
