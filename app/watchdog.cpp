#include "app/watchdog.h"

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
  changed_.notify_all();
}

void Watchdog::end() {
  const std::lock_guard lock(mutex_);
  watched_ = false;
  changed_.notify_all();
}

void Watchdog::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return watched_; })) {
    if (changed_.wait_for(lock, stop, patience_, [this] { return !watched_; })) continue;
    if (stop.stop_requested()) return;
    overdue_();
  }
}

}  // namespace app
