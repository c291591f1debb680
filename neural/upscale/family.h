#pragma once
// The pass family "upscale": its view is StepView, its passes are those of Pass.

#include "neural/network/run.h"
#include "neural/upscale/step_view.h"

namespace neural {

/// Returns the family for (float, float), (double, double) or (float, f16).
template <typename T, typename S>
const compute::PassFamily& upscale_family();

/// Binds the family to a backend. Throws core::Error where the backend has no version for views that store S.
template <typename T, typename S = T>
class UpscalePasses : public compute::PassesOf<Pass, StepView<T, S>> {
 public:
  explicit UpscalePasses(BackendOf<T>& backend)
      : compute::PassesOf<Pass, StepView<T, S>>(backend.passes(upscale_family<T, S>())) {}
};

}  // namespace neural
