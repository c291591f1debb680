#pragma once
// A progress bar on standard error. It is shown only on a terminal, and only once the work has taken two
// seconds.

#include <chrono>
#include <mutex>
#include <string>

namespace core {

/// May be updated from any thread. The destructor clears the line.
class Progress {
 public:
  explicit Progress(std::string label);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Draws the bar, at most ten times a second. `fraction` is how much is done, 0 to 1; `note` follows the
  /// bar.
  void update(double fraction, const std::string& note = {});

 private:
  using Clock = std::chrono::steady_clock;
  std::string label_;
  Clock::time_point start_ = Clock::now(), drawn_{};
  bool visible_ = false, terminal_;
  std::mutex mutex_;
};

}  // namespace core
