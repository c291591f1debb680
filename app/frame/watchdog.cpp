#include "app/frame/watchdog.h"

namespace app {

Watchdog::Watchdog(std::function<void()> overdue, std::chrono::milliseconds patience)
    : overdue_(std::move(overdue)),
      patience_(patience),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

Watchdog::~Watchdog() {
  thread_.request_stop();
  thread_.join();
}

void Watchdog::begin() {
  const std::lock_guard lock(mutex_);
  watched_ = true;
  ++turn_;
}

void Watchdog::end() {
  const std::lock_guard lock(mutex_);
  watched_ = false;
}

/// The thread polls and is never woken: a frame's guards cost only a lock each, and an overlong guard is
/// noticed within twice the patience.
void Watchdog::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  std::uint64_t seen = 0;
  while (!stop.stop_requested()) {
    stopped_.wait_for(lock, stop, patience_, [] { return false; });
    if (stop.stop_requested()) return;
    if (watched_ && turn_ == seen) overdue_();
    seen = turn_;
  }
}

}  // namespace app
