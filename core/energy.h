#pragma once
// What the processor uses, where the system tells it: Linux counts the energy of each package (RAPL).

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace core {

/// Counts from its construction on. Not thread-safe.
class EnergyMeter {
 public:
  /// `folder` has one folder for each counter: intel-rapl:0 and so on, on AMD's processors too.
  explicit EnergyMeter(const std::filesystem::path& folder = "/sys/class/powercap");
  /// Joules of all packages since the beginning. Nothing where the system has no counters, or lets only its
  /// administrator read them. Call it once a minute at least: a counter begins anew after some thousand
  /// joules.
  std::optional<double> joules();

 private:
  struct Counter {
    std::filesystem::path file;
    std::uint64_t last = 0, range = 0;  ///< microjoules; it counts from 0 to `range`
  };
  std::vector<Counter> counters_;
  double microjoules_ = 0;
};

}  // namespace core
