#pragma once
// The pass family "water": its view is WaterView, its passes are those of WaterPass.

#include "compute/backend.h"
#include "compute/water/water_view.h"

namespace compute::water {

/// Returns the family for views of float or double.
template <typename T>
const PassFamily& water_family();

/// Binds the family to a backend. Throws core::Error where the backend has no version of it.
template <typename T>
class WaterPasses : public PassesOf<WaterPass, WaterView<T>> {
 public:
  explicit WaterPasses(BackendOf<T>& backend)
      : PassesOf<WaterPass, WaterView<T>>(backend.passes(water_family<T>())) {}
};

}  // namespace compute::water
