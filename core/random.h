#pragma once
// Random numbers that are the same on every machine. The distributions of the standard library are not: each
// library computes them in its own way.

#include <cmath>
#include <cstdint>
#include <numbers>

namespace core {

/// splitmix64 (G. Steele et al., "Fast Splittable Pseudorandom Number Generators", 2014). Its whole
/// state is one number, which a checkpoint stores. Not thread-safe.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t state() const { return state_; }
  std::uint64_t bits() {  ///< 64 random bits
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }  ///< [0, 1)
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  int below(int count) { return static_cast<int>(uniform() * count); }  ///< [0, count)
  double normal() {  ///< mean 0, standard deviation 1 (Box and Muller)
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::uint64_t state_;
};

}  // namespace core
