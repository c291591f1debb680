#pragma once
// Spreads the pictures of a frame evenly over the time until the next one: when each is due, and a thread
// that presents it then. A frame with pictures between it and the one before hands over all of them at once.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace app {

/// When pictures are due. Nothing here waits.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  /// Begins a frame of `pictures` that are ready now, and returns when the first is due: as long after the
  /// last picture of the frame before as pictures are apart, but never later than a frame from now.
  Clock::time_point begin(Clock::time_point now, int pictures);
  /// Returns when the next picture of the frame is due.
  Clock::time_point next();
  /// How long pictures are apart, and by how much the last one of a frame is later than it would be without
  /// those between.
  double apart_ms() const { return period_ms_ / pictures_; }
  Clock::duration apart() const;
  double latency_ms() const { return period_ms_ - apart_ms(); }
  /// How long a frame is.
  double period_ms() const { return period_ms_; }
  void forget() { *this = {}; }

 private:
  double period_ms_ = 0;  ///< of frames, smoothed
  int pictures_ = 1;
  Clock::time_point began_{}, due_{};
};

/// Counts what reaches the window, and how much in a second.
class ShownRate {
 public:
  /// Takes the numbers of pictures so far: frames' own and those between.
  void count(double now_ms, std::uint64_t own, std::uint64_t between);
  double own_per_second = 0, between_per_second = 0;  ///< over the last second or so

 private:
  double since_ms_ = -1;
  std::uint64_t own_ = 0, between_ = 0;
};

/// Presents images in their order, each when it is due. Call it from one thread.
class Pacer {
 public:
  using Clock = Pace::Clock;
  /// Presents an image, and returns when it came to the screen where the display tells that.
  using Present = std::function<std::optional<Clock::time_point>()>;
  Pacer();
  ~Pacer();
  Pacer(const Pacer&) = delete;
  Pacer& operator=(const Pacer&) = delete;

  /// Calls `present` on the pacer's thread when it is due, and where the display tells, not before the image
  /// before it has stood for half of `apart`: one that came late is not run over by the next. Throws what an
  /// earlier one has thrown.
  void show(Present present, Clock::time_point due, Clock::duration apart);
  /// Presents all images without waiting for their moments, and returns when that is done. Throws as show()
  /// does.
  void drain();

 private:
  struct Due {
    Present present;
    Clock::time_point due;
    Clock::duration apart;
  };
  void work(const std::stop_token& stop);
  void rethrow();

  std::mutex mutex_;
  std::condition_variable_any wake_, done_;
  std::deque<Due> queue_;
  std::optional<Clock::time_point> shown_;  ///< when the last image came to the screen
  bool presenting_ = false, hurry_ = false;
  std::exception_ptr failure_;
  std::jthread thread_;  ///< last: it uses the others
};

}  // namespace app
