#pragma once
// The profiler in the window: a timeline of the last frames, how long frames took, what uses memory, and the
// findings of the self-check.

#include <array>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/measure/memory_use.h"
#include "app/report/report.h"

namespace app {

/// What the panel shows. The caller owns `frames`, which must live until the panel is drawn.
struct TimelineFacts {
  const std::deque<FrameTrace>* frames = nullptr;  ///< the oldest first
  std::size_t incomplete = 0;  ///< number of the newest frames, whose GPU passes are not known yet
  std::vector<MemoryUse> memory;
  double target_ms = 0;               ///< the target of dynamic resolution; 0 where it is off
  bool self_check = false;            ///< whether the self-check runs
  bool checkable = true;              ///< whether the self-check can read the frames
  int checked_frames = 0;             ///< number of frames that it has looked at
  std::vector<std::string> findings;  ///< one sentence for each finding of the self-check
};

/// Says that the GPU's rows were placed on the CPU's clock by estimation; empty where the device placed them.
std::string gpu_clock_note(const TimelineFacts& facts);

/// What the panel says about the self-check while it has found nothing: how many frames that rests on.
std::string self_check_state(const TimelineFacts& facts);

/// Percentiles and a histogram of the frames' wall-clock times.
struct FrameTimeSummary {
  Percentiles ms;
  std::vector<float> times;      ///< milliseconds, the oldest first
  std::vector<float> histogram;  ///< counts of equal bins from 0 to `histogram_end` ms
  double histogram_end = 0;
};
FrameTimeSummary summarise(const std::deque<FrameTrace>& frames);

/// The left, upper, right and lower edge of a panel, in ImGui's units.
using Corners = std::array<float, 4>;
/// Those of the panel that is being drawn.
Corners current_panel();

/// Draws the panel above the height `bottom`, up to the right one, and from x = `left` on where that is
/// not too wide. Call it between Gui::begin_frame and end_frame. Returns the panel's edges.
Corners draw_timeline_panel(const TimelineFacts& facts, float left, float bottom,
                            const std::function<void(std::string_view)>& mark);

}  // namespace app
