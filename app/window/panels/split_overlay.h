#pragma once
// Draws over a split picture: the divider, which can be dragged, and at the bottom the name and quality of
// each side.

#include <functional>
#include <string>
#include <string_view>

#include "app/settings/comparison_settings.h"

namespace app {

/// The texts about the two sides. Nothing is drawn for an empty one.
struct LaneLabels {
  std::string left, right;
};

/// The part of the window's lower edge that no panel covers, in ImGui's units.
struct FreeSpace {
  float left = 0, right = 0, bottom = 0;
};

/// Draws divider and texts. Dragging changes comparison.divider. `mark` is called after the divider, as it is
/// after each control (SettingsPanel::Mark).
void draw_split_overlay(const LaneLabels& labels, const FreeSpace& space, bool flicker_right,
                        ComparisonSettings& comparison, const std::function<void(std::string_view)>& mark);

}  // namespace app
