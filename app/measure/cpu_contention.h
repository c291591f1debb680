#pragma once
// Tells how much other programs on the machine disturbed a measurement.

#include <cstdint>
#include <map>

namespace app {

/// Observes the threads of this process from its construction on.
class Contention {
 public:
  Contention();
  /// The share of time since the construction in which threads were ready to run but waited for a processor:
  /// 0 to 1, and 0 on an idle machine. Also 0 where the kernel does not report it (no /proc/PID/schedstat).
  double waited() const;

 private:
  struct Times {
    std::uint64_t ran = 0, waited = 0;  ///< nanoseconds
  };
  static std::map<int, Times> threads();
  std::map<int, Times> before_;
};

}  // namespace app
