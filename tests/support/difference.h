#pragma once
// How far numbers are from those that were expected.

#include <algorithm>
#include <cmath>
#include <vector>

namespace testing_support {

/// The largest difference over the largest expected value; 1e9 where a number is missing or not finite.
inline double worst(const std::vector<float>& got, const std::vector<float>& expected) {
  if (got.size() != expected.size()) return 1e9;
  double difference = 0, largest = 1e-9;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!std::isfinite(got[i])) return 1e9;
    difference =
        std::max(difference, std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i])));
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
  }
  return difference / largest;
}

}  // namespace testing_support
