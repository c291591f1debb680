#pragma once
// The clock that frames and their parts are measured by.

#include <chrono>

namespace core {

using Clock = std::chrono::steady_clock;

/// Wall-clock seconds between `start` and now.
inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}
/// Wall-clock milliseconds between `start` and now.
inline double milliseconds_since(Clock::time_point start) {
  return 1e3 * seconds_since(start);
}

}  // namespace core
