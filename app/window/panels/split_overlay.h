#pragma once
// Over a split picture: the divider to drag, and at the bottom what each side is and how good it is.

#include <functional>
#include <string>
#include <string_view>

#include "app/settings/comparison_settings.h"

namespace app {

/// What is written of the two sides; empty: nothing.
struct LaneLabels {
  std::string left, right;
};

/// The part of the window that panels leave free at its bottom, in ImGui's units.
struct FreeSpace {
  float left = 0, right = 0, bottom = 0;
};

/// Draws both and moves look.divider. `mark` is called after the divider, as after each control.
void draw_split_overlay(const LaneLabels& labels, const FreeSpace& space, bool flicker_right,
                        ComparisonSettings& comparison, const std::function<void(std::string_view)>& mark);

}  // namespace app
