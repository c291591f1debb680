#pragma once
// The pass family "interpolate": its view is BetweenView, its passes are those of BetweenPass.

#include "compute/backend.h"
#include "neural/interpolate/between_view.h"

namespace neural {

/// Returns the family for views that store float or f16.
template <typename S>
const compute::PassFamily& interpolate_family();

/// Binds the family to a backend. Throws core::Error where the backend has no version for views that store S.
template <typename S>
class InterpolatePasses : public compute::PassesOf<BetweenPass, BetweenView<float, S>> {
 public:
  explicit InterpolatePasses(compute::Backend& backend)
      : compute::PassesOf<BetweenPass, BetweenView<float, S>>(backend.passes(interpolate_family<S>())) {}
};

}  // namespace neural
