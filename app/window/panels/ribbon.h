#pragma once
// The ribbon along the lower edge: what a frame passes through, from the rasterizer to the picture, each with
// a live thumbnail and its time. A click fills the screen with one of them.

#include "app/window/panels/facts.h"

namespace app {

/// The left, upper, right and lower edge of each tile's thumbnail, in ImGui's units.
using ThumbnailPlaces = std::vector<Corners>;

/// Draws it between Gui::begin_frame and end_frame. A click changes what `settings` show. Leaves a hole for
/// each thumbnail, which the caller draws below the panels (ImGui 1.86 draws no images but its font). Returns
/// the ribbon's edges.
Corners draw_ribbon(const FrameFacts& facts, Settings& settings, const MarkControl& mark,
                    ThumbnailPlaces& places);

}  // namespace app
