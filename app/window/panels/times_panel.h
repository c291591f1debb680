#pragma once
// How long frames and their passes take.

#include <array>
#include <cstddef>
#include <map>
#include <string>

#include "app/window/panels/facts.h"

namespace app {

/// The last 15 times of a pass, and their median.
class RecentTimes {
 public:
  void add(double ms) { ms_[count_++ % ms_.size()] = ms; }
  double median() const;

 private:
  std::array<double, 15> ms_{};
  std::size_t count_ = 0;
};

/// What a pass does, in a sentence; empty for a name that is not known.
std::string describe_pass(const std::string& name);

class TimesPanel {
 public:
  /// Call it for each frame, whether the panel is drawn or not.
  void add(const FrameFacts& facts);
  double median_ms() const;

  /// Draws the panel at the right edge between the heights. Returns its edges.
  Corners draw(const FrameFacts& facts, float top, float bottom, const MarkControl& mark);
  bool cut() const { return cut_; }  ///< not all passes fit

 private:
  double percentile(double share) const;

  std::array<float, 240> frame_ms_{};
  std::size_t frames_ = 0;
  std::map<std::string, RecentTimes, std::less<>> recent_ms_;
  bool cut_ = false;
};

}  // namespace app
