#pragma once
// What the panels say of what is looked at: names and figures of both sides, and the gauge.

#include "app/frame/comparison/live_comparison.h"
#include "app/settings/settings.h"
#include "app/window/panels/panels.h"

namespace app {

/// Share of a side's pixels that the network generated: 1 - render / output pixels, as the reports count it
/// (ProfileRun::generated_fraction); 0 for every other upscaler.
double generated_share(renderer::Upscaler upscaler, core::Size render, core::Size output);

/// Fills generated, how_counted, sides, comparison and compared; the sizes and flicker_right are set. `state`
/// of the comparison of the last frame, where there is one.
void add_comparison_facts(const Settings& settings, const std::optional<ComparisonState>& state,
                          FrameFacts& facts);

}  // namespace app
