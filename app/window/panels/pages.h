#pragma once
// What lies over the picture only when somebody asks, or for a moment: the help for keys, the About page, the
// frames per second alone, and messages.

#include "app/window/panels/facts.h"

namespace app {

/// Lists keys and mouse. Closing the page clears `open`.
Corners draw_key_help(bool& open, const Place& place, const MarkControl& mark);

/// Says what the program runs on and why. Closing the page clears `open`.
Corners draw_about(const FrameFacts& facts, bool& open, const Place& place, const MarkControl& mark);

/// The frames per second alone, in the upper right corner below `top`, left of `right`.
void draw_frame_rate(double fps, double median_ms, float right, float top);

/// Says that a film is recorded and how many frames it has, in the upper left corner right of `left`.
void draw_recording(int frames, float left, float top);

/// A message below the height `top`, between these edges.
void draw_message(const std::string& message, float left, float right, float top);

}  // namespace app
