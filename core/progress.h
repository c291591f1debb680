#pragma once
// A progress bar on standard error, shown only on a terminal and only after two seconds.

#include <chrono>
#include <mutex>
#include <string>

namespace core {

/// Thread-safe. update(0..1) draws at most ten times a second; the destructor clears the line.
class Progress {
 public:
  explicit Progress(std::string label);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void update(double fraction, const std::string& note = {});

 private:
  using Clock = std::chrono::steady_clock;
  std::string label_;
  Clock::time_point start_ = Clock::now(), drawn_{};
  bool visible_ = false, terminal_;
  std::mutex mutex_;
};

}  // namespace core
