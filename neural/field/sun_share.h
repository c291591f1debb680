#pragma once
// How much of the light is the sun's, measured in shadows that come and go.

#include <array>
#include <cstddef>
#include <vector>

#include "neural/field/learned_view.h"
#include "neural/field/movers.h"

namespace neural {

/// One thread at a time may use it.
class SunShare {
 public:
  /// `known` has the sun's direction, and its share where that was measured before.
  explicit SunShare(const FieldSun& known = {}) : known_(known) {}
  /// Takes a view with what roams, and the same one without: where only the light differs there is a shadow.
  void add(const LearnedView& view, const LearnedView& without);
  /// The median of what was measured; what is known where few pixels showed it.
  FieldSun sun() const;

 private:
  FieldSun known_;
  std::array<std::vector<float>, 3> measured_;  ///< of a pixel: the sun's share, as in FieldSun
  std::size_t seen_ = 0;
};

}  // namespace neural
