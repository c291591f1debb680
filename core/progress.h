#pragma once
// The progress of long work on standard error: a bar on a terminal, once the work has taken two seconds;
// elsewhere, as in a log, now and then a line, once it has taken ten.

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

namespace core {

/// May be updated from any thread. The destructor clears the line.
class Progress {
 public:
  explicit Progress(std::string label);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Draws the bar, at most ten times a second, or prints a line where line_due() says so. `fraction` is how
  /// much is done, 0 to 1; `note` says what is being done.
  void update(double fraction, const std::string& note = {});
  /// Whether a line is due where there is no terminal: ten seconds after the last one if a twentieth more is
  /// done, else after a minute. `since` are seconds since the last line or the start, `more` the fraction
  /// that was done since.
  static bool line_due(double since, double more) { return since >= (more >= 0.05 ? 10 : 60); }

 private:
  using Clock = std::chrono::steady_clock;
  void print_line(double fraction, const std::string& note);
  std::string label_;
  Clock::time_point start_ = Clock::now(), drawn_{}, printed_ = start_;
  double printed_fraction_ = 0;
  bool visible_ = false, terminal_;
  std::mutex mutex_;
};

/// One progress bar for work of a known number of steps, from one thread.
class Steps {
 public:
  Steps(std::string label, std::size_t total) : bar_(std::move(label)), total_(total) {}
  void doing(std::string what) { doing_ = std::move(what); }
  void step() { bar_.update(static_cast<double>(++done_) / static_cast<double>(total_), doing_); }

 private:
  Progress bar_;
  std::size_t done_ = 0, total_;
  std::string doing_;
};

}  // namespace core
