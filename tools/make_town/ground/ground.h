#pragma once
// The land, the sea and the quay between them; pens stand on the ground.

#include "tools/make_town/geometry/random.h"
#include "tools/make_town/geometry/shapes.h"

namespace town {

// quay.cpp
inline constexpr float water_level = -1.55f, quay_edge = 24;
void quay(const Pen& pen, float from_x, float to_x, Rng& rng);
void jetty(const Pen& pen, float length, Rng& rng);  ///< out along +z
void bollard(const Pen& pen, int kind);              ///< one of four kinds, which take turns
void crane(const Pen& pen);
void mooring(const Pen& pen, glm::vec3 a, glm::vec3 b, float sag);

// terrain.cpp
float ground_height(float x, float z);
void terrain(const Pen& pen, Rng& rng);

}  // namespace town
