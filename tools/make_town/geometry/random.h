#pragma once
// A seeded generator with distributions of our own: those of the standard library differ between versions,
// and the same seed has to give the same bytes everywhere.

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

namespace town {

/// A well-mixed 64-bit value (splitmix64, Steele 2014).
inline std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

class Rng {
 public:
  explicit Rng(std::uint64_t seed) : seed_(seed), engine_(mix(seed)) {}

  float uniform() { return static_cast<float>(engine_() >> 40) * 0x1p-24f; }
  float range(float low, float high) { return low + (high - low) * uniform(); }
  /// Both ends included.
  int integer(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(float probability) { return uniform() < probability; }
  template <typename T>
  const T& pick(std::span<const T> items) {
    return items[static_cast<std::size_t>(engine_() % items.size())];
  }
  template <typename T, std::size_t N>
  const T& pick(const T (&items)[N]) {
    return items[static_cast<std::size_t>(engine_() % N)];
  }
  /// A generator of its own for a part: what one part draws does not change the others.
  Rng fork(std::uint64_t tag) const { return Rng(mix(seed_ ^ mix(tag + 1))); }

 private:
  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace town
