#pragma once
// What moves in a field: rigid models, each with surfels in a cube of its own that moves with it.

#include <array>
#include <string>
#include <vector>

#include "neural/field/learned_view.h"

namespace neural {

/// One model. Its space is that of the model, turned and moved as it is in the scene, in the scene's units.
struct FieldMover {
  std::string name;
  int model = 0;                  ///< its number in the scene
  std::array<float, 3> center{};  ///< of its box, which is the middle of the cube
  std::array<float, 3> half{};    ///< of the box's sides
  float voxel = 1;                ///< side; the cube has 128 of them on a side
  bool roams = false;             ///< leaves its place, so that its shadow is in no view that is learned from
};
/// The mover whose box this is, with voxels not smaller than `least`.
FieldMover mover_of(std::string name, int model, const std::array<float, 3>& low,
                    const std::array<float, 3>& high, float least);

/// From a mover's space to the scene's: three rows, and where its origin is.
struct MoverPose {
  std::array<double, 9> rows{1, 0, 0, 0, 1, 0, 0, 0, 1};
  std::array<double, 3> place{};
};
/// Where a mover is in a frame, and where it was in the one before.
struct MoverMotion {
  MoverPose now, before;
};

/// The sun that roaming movers stand before.
struct FieldSun {
  std::array<float, 3> towards{};  ///< of length 1; all 0: there is none
  std::array<float, 3> share{};  ///< red, green, blue: its light on a surface that faces it / all other light
};

/// FieldView::mover_frames: first those movers that a camera may see, then those that roam.
struct MoverFrames {
  std::vector<float> numbers;
  int seen = 0, casters = 0;
};
/// There is one motion for each mover.
MoverFrames mover_frames(const std::vector<FieldMover>& movers, const std::vector<MoverMotion>& motions,
                         const FieldCamera& camera, const std::array<double, 3>& center);

/// The numbers of all movers for rays that are in the movers' cubes already.
MoverFrames frames_at_rest(const std::vector<FieldMover>& movers);

/// A point relative to the field's centre in a mover's cube, relative to its middle.
struct ToMover {
  std::array<float, 9> rows;
  std::array<float, 3> place;
  ToMover(const FieldMover& mover, const MoverPose& pose, const std::array<double, 3>& center);
  std::array<float, 3> turned(float x, float y, float z) const {
    return {rows[0] * x + rows[1] * y + rows[2] * z, rows[3] * x + rows[4] * y + rows[5] * z,
            rows[6] * x + rows[7] * y + rows[8] * z};
  }
  std::array<float, 3> at(float x, float y, float z) const {
    const auto p = turned(x, y, z);
    return {p[0] + place[0], p[1] + place[1], p[2] + place[2]};
  }
};

}  // namespace neural
