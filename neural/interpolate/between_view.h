#pragma once
// The view of the pass family "interpolate": all that the passes between two frames read and write. T is
// float. S is the type that passes store: float, or f16 on a GPU that generates in halfs.

#include <cstdint>

#include "compute/types.h"
#include "neural/interpolate/pixel/constants.h"
#include "neural/names.h"

namespace neural {

/// What can be shown of a picture between, [H][W][4]: how much of the surface is visible in A and in B (0 to
/// 1), how much the two differ there in working colour, and A's share; or A's or B's picture alone, moved to
/// the moment, linear.
enum class MixtureView : std::int32_t {
  shares = pixel::shows_shares,
  a = pixel::shows_a,
  b = pixel::shows_b
};

/// The passes in order; each comment begins with the grid that the pass runs over. The first two run once a
/// frame, the others once for each picture between.
enum class BetweenPass : std::int32_t {
  take,         ///< output: the picture as working colour
  look,         ///< render: depth and motion, and whether the camera alone explains it
  spread_now,   ///< render: B's samples to the cells where they are seen at T
  spread_past,  ///< past render: A's samples
  choose,       ///< render: each cell's surface
  fill,         ///< render: what neither frame saw
  blend,        ///< output: both pictures, moved and mixed
  mixture,      ///< output: what blend() mixed, on demand
};
inline constexpr int between_pass_count = static_cast<int>(BetweenPass::mixture) + 1;
/// The name in reports, panels and traces.
inline constexpr const char* pass_name(BetweenPass pass) {
  constexpr const char* names[between_pass_count] = {"take",   "look", "spread now", "spread past",
                                                     "choose", "fill", "blend",      "mixture"};
  return names[static_cast<int>(pass)];
}

template <typename T, typename S = T>
struct BetweenView {
#include "compute/pixel/as_fields.h"

#include "neural/interpolate/pixel/between_view.inl"

#include "compute/pixel/as_fields_end.h"
};

/// Returns the grid that a pass runs over.
template <typename T, typename S>
constexpr Size grid_of(BetweenPass pass, const BetweenView<T, S>& view) {
  switch (pass) {
    case BetweenPass::take:
    case BetweenPass::blend:
    case BetweenPass::mixture:
      return view.output;
    case BetweenPass::spread_past:
      return view.past_render;
    default:
      return view.render;
  }
}

}  // namespace neural
