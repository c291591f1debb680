#pragma once
// The view of the pass family "field": all that its passes read and write. T is float, or double for tests. S
// is the type that the grid's features are stored as: T, or f16.

#include <cstdint>

#include "compute/types.h"
#include "neural/field/pixel/constants.h"
#include "neural/names.h"

namespace neural {

/// The passes in order; each comment begins with the grid that the pass runs over.
enum class FieldPass : std::int32_t {
  render,         ///< pixels: what each sees, as a frame of the contract
  learn,          ///< rays: hits, colours, loss, and the gradients of features and weights
  move_weights,   ///< weights: one step of Adam
  move_features,  ///< levels: one step of Adam for each entry that was used, in the order of the rays
};
inline constexpr int field_pass_count = static_cast<int>(FieldPass::move_features) + 1;
/// The name in reports, panels and traces.
inline constexpr const char* pass_name(FieldPass pass) {
  constexpr const char* names[field_pass_count] = {"render", "learn", "move weights", "move features"};
  return names[static_cast<int>(pass)];
}

template <typename T, typename S = T>
struct FieldView {
#include "compute/pixel/as_fields.h"

#include "neural/field/pixel/field_view.inl"

#include "compute/pixel/as_fields_end.h"
};

/// The view of backends: floats, and features that are stored as halfs.
using StoredFieldView = FieldView<float, f16>;

/// Returns the grid that a pass runs over.
template <typename T, typename S>
constexpr Size grid_of(FieldPass pass, const FieldView<T, S>& view) {
  switch (pass) {
    case FieldPass::render:
      return view.grid;
    case FieldPass::learn:
      return {1, view.grid.width};
    case FieldPass::move_weights:
      return {pixel::field_hidden, pixel::field_weights / pixel::field_hidden};
    default:
      return {1, pixel::field_levels};
  }
}

}  // namespace neural
