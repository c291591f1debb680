#pragma once
#include "tools/make_town/geometry/random.h"
#include "tools/make_town/geometry/shapes.h"

namespace town {

/// The square's ground: rings around the fountain, fields of cobbles, gutters, pavements, the alleys.
void paving(const Pen& pen, Rng& rng);

/// Paths that people have worn into the cobbles, over them.
void worn_paths(const Pen& pen);

}  // namespace town
