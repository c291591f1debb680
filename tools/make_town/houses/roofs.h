#pragma once
// Gabled roofs of single courses of tiles, dormers, chimneys.

#include "tools/make_town/geometry/random.h"
#include "tools/make_town/geometry/shapes.h"

namespace town {

struct Roof {
  Mat tiles = Mat::tiles_red, gable = Mat::plaster_cream;
  float length, span;  ///< along the ridge (x) and across it (z), wall to wall, metres
  float rise;          ///< of the ridge above the walls
  float eaves = 0.4f, verge = 0.3f;
  float sag = 0.1f;               ///< of the ridge in its middle
  bool simple = false;            ///< for a distance: no courses
  bool gables[2] = {true, true};  ///< draw the wall under -x, +x
  float pitch() const;            ///< radians
};

/// The middle of the roof at the pen, the tops of the walls at y = 0.
void gable_roof(const Pen& pen, const Roof& roof, Rng& rng);

/// Stands on a slope that faces +z and rises at `pitch`; the pen is where its front meets the slope.
void dormer(const Pen& pen, Mat tiles, Mat cheeks, float pitch, Rng& rng);
/// One of four kinds. Returns how high its mouth is.
float chimney(const Pen& pen, float height, Rng& rng);

}  // namespace town
