#pragma once
// Fills in what the panels say about a comparison: names and figures of both sides, and the share of
// generated pixels.

#include "app/frame/comparison/live_comparison.h"
#include "app/settings/settings.h"
#include "app/window/panels/panels.h"

namespace app {

/// Fills in generated, how_counted, sides, comparison and compared. The sizes and flicker_right must already
/// be set. `state` is that of the comparison in the last frame, where there was one.
void add_comparison_facts(const Settings& settings, const std::optional<ComparisonState>& state,
                          FrameFacts& facts);

}  // namespace app
