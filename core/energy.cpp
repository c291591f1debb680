#include "core/energy.h"

#include <fstream>
#include <string>

namespace core {
namespace fs = std::filesystem;
namespace {

std::optional<std::uint64_t> number_in(const fs::path& file) {
  std::ifstream in(file);
  std::uint64_t value = 0;
  if (in >> value) return value;
  return {};
}

/// A package has the whole of its processor; the zones inside it would be counted twice.
bool is_package(const fs::path& folder) {
  std::ifstream in(folder / "name");
  std::string name;
  return in >> name && name.starts_with("package");
}

}  // namespace

EnergyMeter::EnergyMeter(const fs::path& folder) {
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
    if (!is_package(entry.path())) continue;
    const auto now = number_in(entry.path() / "energy_uj"),
               range = number_in(entry.path() / "max_energy_range_uj");
    if (now && range) counters_.push_back({entry.path() / "energy_uj", *now, *range});
  }
}

std::optional<double> EnergyMeter::joules() {
  if (counters_.empty()) return {};
  for (Counter& counter : counters_) {
    const auto now = number_in(counter.file);
    if (!now) return {};
    const std::uint64_t used =
        *now >= counter.last ? *now - counter.last : counter.range - counter.last + *now;
    microjoules_ += static_cast<double>(used);
    counter.last = *now;
  }
  return 1e-6 * microjoules_;
}

}  // namespace core
