#pragma once
// What is known of each surfel while views are fused: a hash table of small records, since there are
// millions.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

namespace neural {

/// The means of the points of one surfel, in 44 bytes.
class SurfelSums {
 public:
  void begin(std::uint64_t key) {
    key_low_ = static_cast<std::uint32_t>(key);
    key_high_ = static_cast<std::uint8_t>(key >> 32);
  }
  std::uint64_t key() const { return key_low_ | std::uint64_t{key_high_} << 32; }
  float count() const { return count_; }
  /// `place` is from the voxel's middle, in voxels; `color` in Y.
  void add(const float normal[3], const float place[3], const float color[3], float weight) {
    count_ += weight;
    const float share = weight / count_;
    for (std::size_t a = 0; a < 3; ++a) {
      draw(normal_[a], normal[a] * one, share);
      draw(place_[a], place[a] * one, share);
      draw(color_[a], color[a] * color_one - one, share);
    }
  }
  std::array<float, 3> normal() const { return mean_of(normal_); }
  std::array<float, 3> place() const { return mean_of(place_); }
  float color(std::size_t c) const { return (static_cast<float>(color_[c]) + one) / color_one; }
  /// Above 0: a surface was seen in the cell; below: it was seen through.
  int cell(int i) const { return cells_[i]; }
  void judge(int cell, int points) {
    constexpr int most = 60;
    cells_[cell] = static_cast<std::int8_t>(std::clamp(cells_[cell] + points, -most, most));
  }

 private:
  static constexpr float one = 32767, color_one = 21845;  // colours go to 3
  static std::array<float, 3> mean_of(const std::int16_t (&steps)[3]) {
    std::array<float, 3> mean{};
    for (std::size_t a = 0; a < 3; ++a) mean[a] = static_cast<float>(steps[a]) / one;
    return mean;
  }
  static void draw(std::int16_t& mean, float value, float share) {
    const float now = static_cast<float>(mean);
    mean = static_cast<std::int16_t>(std::lrint(std::clamp(now + (value - now) * share, -one, one)));
  }
  std::uint32_t key_low_ = 0;
  float count_ = 0;
  std::int16_t normal_[3] = {0, 0, 0}, place_[3] = {0, 0, 0}, color_[3] = {0, 0, 0};
  std::uint8_t key_high_ = 0;
  std::int8_t cells_[16] = {};
};

/// Surfels by their keys. They are numbered, and never move.
class SurfelTable {
 public:
  /// The one with a key, which is added where it is missing.
  SurfelSums& at(std::uint64_t key) {
    if (4 * (count_ + 1) > 3 * slots_.size()) grow();
    std::size_t i = slot_of(key);
    while (slots_[i] != 0) {
      SurfelSums& sums = (*this)[slots_[i] - 1];
      if (sums.key() == key) return sums;
      i = (i + 1) & (slots_.size() - 1);
    }
    if (count_ % chunk == 0) chunks_.push_back(std::make_unique<SurfelSums[]>(chunk));
    slots_[i] = static_cast<std::uint32_t>(++count_);
    SurfelSums& sums = (*this)[count_ - 1];
    sums.begin(key);
    return sums;
  }
  std::size_t size() const { return count_; }
  SurfelSums& operator[](std::size_t n) { return chunks_[n / chunk][n % chunk]; }
  const SurfelSums& operator[](std::size_t n) const { return chunks_[n / chunk][n % chunk]; }
  std::size_t bytes() const {
    return slots_.size() * sizeof(slots_[0]) + chunks_.size() * chunk * sizeof(SurfelSums);
  }

 private:
  static constexpr std::size_t chunk = std::size_t{1} << 16;
  std::size_t slot_of(std::uint64_t key) const {
    key *= 0x9e3779b97f4a7c15u;
    return (key ^ (key >> 29)) & (slots_.size() - 1);
  }
  void grow() {
    slots_.assign(std::max<std::size_t>(chunk, 2 * slots_.size()), 0);
    for (std::size_t n = 0; n < count_; ++n) {
      std::size_t i = slot_of((*this)[n].key());
      while (slots_[i] != 0) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = static_cast<std::uint32_t>(n + 1);
    }
  }
  std::vector<std::uint32_t> slots_;  ///< the number + 1, or 0 where it is empty; a power of two of them
  std::vector<std::unique_ptr<SurfelSums[]>> chunks_;
  std::size_t count_ = 0;
};

}  // namespace neural
