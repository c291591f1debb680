#pragma once
// The view of the pass family "upscale": plain pointers to everything that the passes of one frame read and
// write. They are host pointers for a CPU backend and device pointers for a CUDA one. T is float, or double
// where gradients are checked. S is the type that passes store: T, or f16 on a GPU that generates in halfs,
// where a frame's cost is its bytes.
//
// "Working colour" is YCoCg of the compressed colour x / (1 + max rgb): it is linear to average, bounded, and
// has brightness on an axis of its own. Four-vectors are [height][width][4].

#include <cstdint>

#include "compute/types.h"
#include "neural/names.h"
#include "neural/upscale/pixel/constants.h"

namespace neural {

/// Views that can be shown instead of the picture: see debug_view() in pixel/debug_view.inl.
enum class DebugView : std::int32_t {
  warped_history = pixel::shows_warped_history,
  disocclusion = pixel::shows_disocclusion,
  blend_weight = pixel::shows_blend_weight,
  history_clamp = pixel::shows_history_clamp,
  kernel_shape = pixel::shows_kernel_shape,
  instability = pixel::shows_instability,
};

/// The passes of one frame in order; each comment begins with the grid that the pass runs over.
enum class Pass : std::int32_t {
  clean,          ///< render: cleaned working colour, depth and motion
  neighbourhood,  ///< render: local mean and deviation, depth edges, dilated motion, disocclusion
  warp,           ///< output: history and accumulated count at the place the surface came from
  features,       ///< render: input of the network
  controls,       ///< render: output of the network to bounded parameters; next latent state
  reconstruct,    ///< output: kernels, rectification, blend
  debug_view,     ///< output: the upscaler's inner values, on demand
};

inline constexpr int pass_count = static_cast<int>(Pass::debug_view) + 1;
/// The name in reports, panels and traces.
inline constexpr const char* pass_name(Pass pass) {
  constexpr const char* names[pass_count] = {"clean",    "neighbourhood", "warp",      "features",
                                             "controls", "reconstruct",   "debug view"};
  return names[static_cast<int>(pass)];
}

template <typename T, typename S = T>
struct StepView {
#include "compute/pixel/as_fields.h"

#include "neural/upscale/pixel/step_view.inl"

#include "compute/pixel/as_fields_end.h"
};

/// Returns the grid that a pass runs over.
template <typename T, typename S>
constexpr Size grid_of(Pass pass, const StepView<T, S>& view) {
  switch (pass) {
    case Pass::warp:
    case Pass::reconstruct:
    case Pass::debug_view:
      return view.output;
    default:
      return view.render;
  }
}

}  // namespace neural
