#pragma once
// Walls with openings, and what stands in the openings. A wall lies in z = 0 and faces +z.

#include <span>

#include "tools/make_town/geometry/random.h"
#include "tools/make_town/geometry/shapes.h"

namespace town {

struct Opening {
  float x0, x1, y0, y1;
};

/// The wall around its openings, and their reveals.
void wall(const Pen& pen, Mat m, float x0, float x1, float y0, float y1, std::span<const Opening> openings,
          float reveal = 0.16f);

struct WindowStyle {
  Mat frame = Mat::paint_white, shutter = Mat::paint_teal, sill = Mat::ashlar;
  bool shutters = false, flowers = false;
  int columns = 2, rows = 3;
  float lit = 0.35f;  ///< the share of windows with a light behind them
  bool simple = false;
};
void window(const Pen& pen, const Opening& opening, const WindowStyle& style, Rng& rng);

/// A plank door in its frame with a step, a handle and a light above it.
void door(const Pen& pen, const Opening& opening, Mat leaf, Rng& rng);

/// Posts, rails, braces and panels of a timber frame around the openings; `bays` parts of the same width.
void timber_frame(const Pen& pen, float x0, float x1, float y0, float y1, int bays,
                  std::span<const Opening> openings, Rng& rng);

void flower_box(const Pen& pen, float width, Rng& rng);

}  // namespace town
