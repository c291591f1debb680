#pragma once
#include "random.h"
#include "shapes.h"

namespace town {

/// The square's ground: rings around the fountain, fields of cobbles, gutters, pavements, the alleys.
void paving(const Pen& pen, Rng& rng);

}  // namespace town
