#pragma once
// How much a measurement was disturbed by whatever else ran on the machine.

#include <cstdint>
#include <map>

namespace app {

/// Watches this process's threads from its construction on.
class Contention {
 public:
  Contention();
  /// Share of the time since then that threads which could have run waited for a processor: 0 on an idle
  /// machine. 0 too where the kernel does not say (no /proc/PID/schedstat).
  double waited() const;

 private:
  struct Times {
    std::uint64_t ran = 0, waited = 0;  ///< nanoseconds
  };
  static std::map<int, Times> threads();
  std::map<int, Times> before_;
};

}  // namespace app
