#pragma once
// The buffers of a frame's view, one after another.

#include "neural/upscale/step_view.h"

namespace testing_support {

/// Calls visit(pointer, count, name) for the buffers that passes read and write in a frame with a history;
/// `pointer` is the view's own.
template <typename View, typename Visit>
void for_buffers(View& v, const Visit& visit) {
  const std::size_t render = area(v.render), output = area(v.output), past = area(v.past_output);
  const std::size_t blocked = area(v.padded) * neural::feature_channels;
  visit(v.color, 4 * render, "color"), visit(v.depth, render, "depth");
  visit(v.motion, 2 * render, "motion"), visit(v.reactive, render, "reactive");
  visit(v.sample, 4 * render, "sample"), visit(v.clean_depth, render, "clean_depth");
  visit(v.past_depth, area(v.past_render), "past_depth"), visit(v.raw_motion, 2 * render, "raw_motion");
  visit(v.mean, 4 * render, "mean"), visit(v.deviation, 4 * render, "deviation");
  visit(v.history_at_sample, 4 * render, "history_at_sample"), visit(v.flow, 4 * render, "flow");
  visit(v.features, blocked, "features"), visit(v.head, blocked, "head");
  visit(v.controls, neural::control_channels * render, "controls");
  visit(v.state, neural::state_channels * render, "state");
  visit(v.past_state, neural::state_channels * area(v.past_render), "past_state");
  visit(v.bad_in_row, static_cast<std::size_t>(v.render.height), "bad_in_row");
  visit(v.past, 4 * past, "past"), visit(v.warped, 4 * output, "warped");
  visit(v.warped_count, output, "warped_count"), visit(v.kept, 4 * output, "kept");
  visit(v.out_half, 4 * output, "out_half");
}

}  // namespace testing_support
