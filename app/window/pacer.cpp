#include "app/window/pacer.h"

#include <algorithm>
#include <utility>

namespace app {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

Pace::Clock::duration ticks(double ms) {
  return std::chrono::duration_cast<Pace::Clock::duration>(Milliseconds(ms));
}

}  // namespace

Pace::Clock::time_point Pace::begin(Clock::time_point now, int pictures) {
  constexpr double share_of_newest = 0.2, longest_ms = 500;  // a pause is no frame
  if (began_ != Clock::time_point{}) {
    const double ms = std::min(Milliseconds(now - began_).count(), longest_ms);
    period_ms_ = period_ms_ > 0 ? period_ms_ + share_of_newest * (ms - period_ms_) : ms;
  }
  began_ = now;
  pictures_ = std::max(pictures, 1);
  if (due_ != Clock::time_point{}) due_ += apart();
  due_ = std::clamp(due_, now, now + ticks(period_ms_));
  return due_;
}

Pace::Clock::time_point Pace::next() {
  return due_ += apart();
}

Pace::Clock::duration Pace::apart() const {
  return ticks(apart_ms());
}

void ShownRate::count(double now_ms, std::uint64_t own, std::uint64_t between) {
  constexpr double window_ms = 1000;
  const double ms = now_ms - since_ms_;
  if (since_ms_ >= 0 && ms < window_ms) return;
  if (since_ms_ >= 0) {
    own_per_second = 1000 * static_cast<double>(own - own_) / ms;
    between_per_second = 1000 * static_cast<double>(between - between_) / ms;
  }
  since_ms_ = now_ms;
  own_ = own;
  between_ = between;
}

Pacer::Pacer() : thread_([this](const std::stop_token& stop) { work(stop); }) {}

Pacer::~Pacer() {
  try {
    drain();
  } catch (...) {  // whoever showed the image would have got it; the window closes
  }
}

void Pacer::show(Present present, Clock::time_point due, Clock::duration apart) {
  const std::lock_guard lock(mutex_);
  rethrow();
  queue_.push_back({std::move(present), due, apart});
  wake_.notify_all();
}

void Pacer::drain() {
  std::unique_lock lock(mutex_);
  hurry_ = true;
  wake_.notify_all();
  done_.wait(lock, [this] { return queue_.empty() && !presenting_; });
  hurry_ = false;
  rethrow();
}

void Pacer::rethrow() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Pacer::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [this] { return !queue_.empty(); })) {
    auto due = queue_.front().due;
    if (shown_) due = std::max(due, *shown_ + queue_.front().apart / 2);
    wake_.wait_until(lock, stop, due, [this] { return hurry_; });
    const Due next = std::move(queue_.front());
    queue_.pop_front();
    presenting_ = true;
    lock.unlock();
    std::exception_ptr failure;
    std::optional<Clock::time_point> shown;
    try {
      shown = next.present();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure) failure_ = failure;
    shown_ = shown;
    presenting_ = false;
    done_.notify_all();
  }
}

}  // namespace app
