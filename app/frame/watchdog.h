#pragma once
// Guards waits on the host that might never end: a thread of its own acts when one takes too long.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace app {

class Watchdog {
 public:
  /// The watchdog's thread calls `overdue` again and again while a Guard lasts, the first time after one to
  /// two times `patience`.
  explicit Watchdog(std::function<void()> overdue,
                    std::chrono::milliseconds patience = std::chrono::milliseconds(500));
  ~Watchdog();

  /// Marks the time that is watched. Its destructor waits for a call of `overdue` that has begun.
  class Guard {
   public:
    explicit Guard(Watchdog& watchdog) : watchdog_(watchdog) { watchdog_.begin(); }
    ~Guard() { watchdog_.end(); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Watchdog& watchdog_;
  };

 private:
  void begin();
  void end();
  void work(const std::stop_token& stop);

  std::function<void()> overdue_;
  std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  bool watched_ = false;
  std::uint64_t turn_ = 0;  ///< number of the guard
  std::jthread thread_;     ///< last, because it uses all members above
};

}  // namespace app
