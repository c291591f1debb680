#pragma once
// The strip along the window's upper edge: the six stations, the role of the window, the station's caption,
// the gauge of generated pixels, which is the slider along the path, and what computes what.

#include "app/window/panels/facts.h"

namespace app {

class StationStrip {
 public:
  /// Draws it between Gui::begin_frame and end_frame. Controls change `view` and `settings`. `median_ms`
  /// is that of the last frames. Returns the strip's edges.
  Corners draw(const FrameFacts& facts, double median_ms, ViewState& view, Settings& settings,
               const MarkControl& mark);

 private:
  void draw_stations(const FrameFacts& facts, ViewState& view, Settings& settings, const MarkControl& mark);
  void draw_gauge(const FrameFacts& facts, Settings& settings, const MarkControl& mark);
  void draw_count(const FrameFacts& facts, float top, const MarkControl& mark);

  bool explain_ = false;  ///< how the pixels are counted
};

}  // namespace app
