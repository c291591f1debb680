#pragma once
// The profiler in the window: what the last frames did on one clock, how long frames took, who holds memory,
// and what the self-check says.

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "app/measure/memory_use.h"
#include "app/report/report.h"

namespace app {

/// What the panel shows; all of it belongs to the caller.
struct TimelineFacts {
  const std::deque<FrameTrace>* frames = nullptr;  ///< the oldest first
  std::size_t incomplete = 0;                      ///< of the newest, whose GPU passes are not known yet
  std::vector<MemoryUse> memory;
  double target_ms = 0;               ///< of dynamic resolution; 0 without
  bool self_check = false;            ///< it runs
  bool checkable = true;              ///< it can see the frames
  int checked_frames = 0;             ///< that it has looked at
  std::vector<std::string> findings;  ///< of the self-check, a sentence each
};

/// How the GPU's rows came onto the CPU's clock; empty where the device tells it.
std::string gpu_clock_note(const TimelineFacts& facts);

/// What the panel says of the self-check while it has found nothing: how much that is worth.
std::string self_check_state(const TimelineFacts& facts);

/// Percentiles and a histogram of the frames' wall-clock times.
struct FrameTimeSummary {
  Percentiles ms;
  std::vector<float> times;      ///< in their order
  std::vector<float> histogram;  ///< counts from 0 to `histogram_end` ms
  double histogram_end = 0;
};
FrameTimeSummary summarise(const std::deque<FrameTrace>& frames);

/// x, y, right, bottom of a panel.
using Corners = std::array<float, 4>;
/// Of the panel that is being drawn.
Corners current_panel();

/// Draws the panel along the window's lower edge, from `left` on; between Gui::begin_frame and end_frame.
/// Returns where it is.
Corners draw_timeline_panel(const TimelineFacts& facts, float left);

}  // namespace app
