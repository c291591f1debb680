#pragma once
// What is looked at in place of the picture: a caption, its unit, its range and the bar of its colours.

#include <string>

#include "app/settings/settings.h"
#include "app/window/panels/split_overlay.h"

namespace app {

/// How values become colours, as shaders/view_buffer.comp draws them; `error` is FLIP's magma.
enum class ColorBar { none, grey, motion, error };

struct Legend {
  std::string caption;  ///< what it is, and what it looks like at rest; empty for the picture
  std::string unit;
  ColorBar bar = ColorBar::none;
  std::string low, high;  ///< what the bar's ends mean
};

/// The legend of what these settings show.
Legend legend_of(const Settings& settings);

/// Draws it at the lower left of the space. Call it between Gui::begin_frame and end_frame.
void draw_legend(const Legend& legend, const FreeSpace& space);

}  // namespace app
