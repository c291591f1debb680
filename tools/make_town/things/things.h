#pragma once
// What stands, hangs or moves between the houses. Each file draws its kind; pens stand on the ground.

#include <span>

#include "tools/make_town/geometry/shapes.h"
#include "tools/make_town/town.h"

namespace town {

// trees.cpp
void tree(const Pen& pen, Mat leaves, float height, Rng& rng);
void far_tree(const Pen& pen, Mat leaves, float height, Rng& rng);  ///< a few cards, for hills
void hedge(const Pen& pen, float length, float height, Rng& rng);   ///< along x
void grass_tufts(const Pen& pen, float width, float depth, int count, Rng& rng);
void pergola(const Pen& pen, float width, float depth, Rng& rng);  ///< posts, beams and vine leaves
void plant_pot(const Pen& pen, Rng& rng);

// fences.cpp
void railing(const Pen& pen, float length);  ///< wrought iron along x
void chain_link(const Pen& pen, float length, float height);
void picket_fence(const Pen& pen, float length, Mat paint);

// props.cpp
void crate(const Pen& pen, float size, Rng& rng);
void barrel(const Pen& pen, Rng& rng);
void barrel_lying(const Pen& pen, Rng& rng);
void sack(const Pen& pen, Rng& rng);
void basket(const Pen& pen, Mat fill, Rng& rng);
void rope_coil(const Pen& pen);
void lobster_pot(const Pen& pen);
void net_heap(const Pen& pen, Rng& rng);
void bench(const Pen& pen, Mat paint);
void cafe_table(const Pen& pen, Rng& rng);
void fountain(const Pen& pen);
void chain_posts(const Pen& pen, float radius);  ///< stone posts with chains, with four ways through
void flower_cart(const Pen& pen, Rng& rng);
void anchor(const Pen& pen);
void clutter(const Pen& pen, Rng& rng);  ///< a heap of crates, barrels and sacks, 2 m across

// stalls.cpp
void stall(const Pen& pen, Mat cloth, int goods, Rng& rng);

// lanterns.cpp
void lamp_post(Town& town, const Pen& pen, bool light);
void wire(const Pen& pen, std::span<const glm::vec3> points);
void string_lights(Town& town, glm::vec3 a, glm::vec3 b, float sag, int lanterns, bool lights, Rng& rng);
void pennants(const Pen& pen, glm::vec3 a, glm::vec3 b, float sag, Rng& rng);

// boats.cpp: models of their own that bob
void rowing_boat(Town& town, glm::vec3 at, float yaw, Mat hull, Rng& rng);
void sailing_boat(Town& town, glm::vec3 at, float yaw, Mat hull, Rng& rng);
void boat_on_trestles(const Pen& pen, Mat hull);

// cart.cpp, gulls.cpp
void cart(Town& town, std::span<const glm::vec2> route, float seconds);
void gulls(Town& town, Rng& rng);
void standing_gull(const Pen& pen);

// life.cpp: models of their own
void smoke(Town& town, std::span<const glm::vec3> mouths, Rng& rng);
void falling_leaves(Town& town, glm::vec3 crown, Mat leaves, int count, Rng& rng);
void cat(Town& town, const Pen& pen);  ///< sits, facing +z; its tail moves

}  // namespace town
