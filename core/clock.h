#pragma once
// The clock that frames and their parts are measured by.

#include <chrono>

namespace core {

using Clock = std::chrono::steady_clock;

/// Wall-clock milliseconds between `start` and now.
inline double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace core
