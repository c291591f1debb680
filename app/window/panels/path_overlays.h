#pragma once
// What lies over the picture along the path: the captions of the tour, and the race of the backends.

#include "app/window/panels/facts.h"

namespace app {

/// Draws the caption at the lower edge of the space. Call both between Gui::begin_frame and end_frame.
void draw_tour_caption(const TourCaption& caption, const FreeSpace& space);

/// Draws the race. Returns its edges.
Corners draw_race(const std::vector<RacingBackend>& rows, const Place& place, const MarkControl& mark);

}  // namespace app
