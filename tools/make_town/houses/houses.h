#pragma once
// Houses: a plan that the seed draws, and the building of it.

#include "tools/make_town/town.h"

namespace town {

struct House {
  float width = 7, depth = 9;
  int storeys = 3;                      ///< with the ground floor, without the attic
  float ground = 3.0f, storey = 2.65f;  ///< heights, metres
  float jetty = 0;                      ///< how far each upper storey stands out, metres
  bool timber = false, gable_front = false, dormers = false, awning = false, ivy = false;
  bool side_windows = false;  ///< a side shows: windows and timber there too
  int shop = -1;              ///< its fascia board
  int sign = -1;              ///< its hanging sign
  float rise = 4;             ///< of the roof
  Mat lower = Mat::plaster_cream, upper = Mat::plaster_cream, tiles = Mat::tiles_red;
  Mat shutter = Mat::paint_teal, door = Mat::paint_green, cloth = Mat::cloth_red;
  bool simple = false;  ///< of the rows behind: no timber, no shutters, plain roof
  float eaves_height() const { return ground + storey * static_cast<float>(storeys - 1); }
};

House plan_house(float width, Rng& rng);
/// The front stands over the pen and faces +z; x runs from -width/2 to width/2.
/// Returns where the door is, so that nothing is put before it.
float build_house(Town& town, const Pen& pen, const House& house, Rng& rng);
/// The town hall with its arcade and clock tower, 22 m wide; the arcade's front is at the pen.
void build_town_hall(Town& town, const Pen& pen, Rng& rng);
inline constexpr float town_hall_width = 22, arcade_depth = 4.2f;
void lighthouse(Town& town, const Pen& pen);
void windmill(Town& town, const Pen& pen, Rng& rng);

/// A cloth over a shop window, striped, with a scalloped edge; hangs on a wall in z = 0.
void awning(const Pen& pen, Mat cloth, float width, float reach);
/// Leaves that climb a wall in z = 0.
void climbing_ivy(const Pen& pen, float width, float height, Rng& rng);

}  // namespace town
