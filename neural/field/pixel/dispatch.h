#pragma once
// The family's passes as a table of host loops.

#include <array>

#include "compute/pixel/host_loops.h"
#include "neural/field/pixel/field.h"
#ifndef __CUDACC__
#include "neural/field/pixel/rows.h"
#endif

namespace neural::pixel {
inline namespace NEURASTER_ISA {

/// Runs one pixel (or ray, or weight, or level) of a pass. A GPU's thread calls it.
template <FieldPass pass, typename T, typename S>
NEURASTER_HD void run_field(const FieldView<T, S>& view, int x, int y) {
  FieldPasses<T, S> passes{view};
  if constexpr (pass == FieldPass::render) passes.render(x, y);
  if constexpr (pass == FieldPass::learn) passes.learn(y);
  if constexpr (pass == FieldPass::move_weights) passes.move_weight(y * field_hidden + x);
  if constexpr (pass == FieldPass::move_features) passes.move_level(y);
}

#ifndef __CUDACC__  // no kernel reads the table
template <FieldPass pass, typename T, typename S, bool tuned>
constexpr compute::HostPass field_host_pass() {
  using View = FieldView<T, S>;
  if constexpr (tuned && pass == FieldPass::render) return {pass_name(pass), tile_rows<View>, render_tile<S>};
  if constexpr (tuned && pass == FieldPass::learn) return {pass_name(pass), chunk_rows<View>, learn_chunk<S>};
  if constexpr (tuned && pass == FieldPass::move_features)
    return {pass_name(pass), grid_rows<pass, View>, move_level_ahead<S>};
  return {pass_name(pass), grid_rows<pass, View>, run_each<pass, View, run_field<pass, T, S>>};
}

template <typename T, typename S, bool tuned>
inline constexpr std::array<compute::HostPass, field_pass_count> field_host_passes = {
    field_host_pass<FieldPass::render, T, S, tuned>(), field_host_pass<FieldPass::learn, T, S, tuned>(),
    field_host_pass<FieldPass::move_weights, T, S, tuned>(),
    field_host_pass<FieldPass::move_features, T, S, tuned>()};
#endif

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
