#pragma once
// The station Learning: how the training goes, and the race on the held-out view.

#include "app/window/panels/facts.h"

namespace app {

class LearningPanel {
 public:
  /// Draws it between Gui::begin_frame and end_frame. Buttons ask in `view`. Returns its edges.
  Corners draw(const TrainingFacts& facts, const Place& place, ViewState& view, const MarkControl& mark);

 private:
  void draw_buttons(const TrainingFacts& facts, ViewState& view, const MarkControl& mark);
  std::string file_;  ///< to load
};

}  // namespace app
