#pragma once
// The sky of a field.

#include <vector>

#include "neural/field/learned_view.h"

namespace neural {

/// The sky of views as a table over directions, [512][512][4] in Y; what no view saw is filled from around
/// it. Below the horizon it is what surfaces there usually look like, where no view saw the sky and around it
/// few did.
class SkyFusion {
 public:
  SkyFusion();
  /// Goes on from a table.
  explicit SkyFusion(const std::vector<float>& table);
  void add(const LearnedView& view);
  std::vector<float> table() const;
  std::size_t bytes() const { return (sums_.size() + ground_.size()) * sizeof(double); }

 private:
  std::vector<double> sums_;    ///< [512][512][4] colour and weight
  std::vector<double> ground_;  ///< the same of surfaces below the horizon
};

}  // namespace neural
