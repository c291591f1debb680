#pragma once
// The pass family "field": its view is FieldView, its passes are those of FieldPass.

#include "compute/backend.h"
#include "neural/field/field_view.h"

namespace neural {

/// Returns the family that computes in T and stores features as S: float with f16 (devices), float, or double
/// (tests).
template <typename T, typename S>
const compute::PassFamily& field_family();

/// Binds the family to a backend. Throws core::Error where the backend has no version for the view.
template <typename T, typename S>
class FieldPassesOn : public compute::PassesOf<FieldPass, FieldView<T, S>> {
 public:
  explicit FieldPassesOn(compute::BackendOf<T>& backend)
      : compute::PassesOf<FieldPass, FieldView<T, S>>(backend.passes(field_family<T, S>())) {}
};

}  // namespace neural
