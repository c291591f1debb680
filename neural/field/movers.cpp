#include "neural/field/movers.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "neural/field/pixel/constants.h"

namespace neural {
namespace {

using namespace pixel;

constexpr double least_pixels = 0.7;  // radius of what is drawn

using Vector = std::array<double, 3>;

Vector times(const std::array<double, 9>& rows, const Vector& p) {
  Vector q{};
  for (std::size_t r = 0; r < 3; ++r)
    q[r] = rows[3 * r] * p[0] + rows[3 * r + 1] * p[1] + rows[3 * r + 2] * p[2];
  return q;
}
std::array<double, 9> transposed(const std::array<double, 9>& m) {
  return {m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]};
}
Vector difference(const Vector& a, const Vector& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

/// The sphere around a mover, in the scene.
struct Ball {
  Vector middle{};
  double radius = 0;
};
Ball ball_of(const FieldMover& mover, const MoverPose& now) {
  Ball ball{times(now.rows, Vector{mover.center[0], mover.center[1], mover.center[2]}), 0};
  for (std::size_t a = 0; a < 3; ++a) ball.middle[a] += now.place[a];
  ball.radius = std::sqrt(mover.half[0] * mover.half[0] + mover.half[1] * mover.half[1] +
                          mover.half[2] * mover.half[2]);
  return ball;
}

/// Whether it would be of more than a few pixels, if the camera looked there.
bool large_enough(const FieldCamera& camera, const Ball& ball) {
  const Vector way = difference(ball.middle, camera.eye);
  const double distance = std::sqrt(way[0] * way[0] + way[1] * way[1] + way[2] * way[2]);
  return ball.radius > least_pixels * static_cast<double>(camera.pixel_size()) * distance;
}

bool may_see(const FieldCamera& camera, const Ball& ball) {
  const auto& [middle, radius] = ball;
  const Vector way = difference(middle, camera.eye);
  const double right = way[0] * camera.axes[0] + way[1] * camera.axes[1] + way[2] * camera.axes[2],
               up = way[0] * camera.axes[3] + way[1] * camera.axes[4] + way[2] * camera.axes[5],
               depth = -(way[0] * camera.axes[6] + way[1] * camera.axes[7] + way[2] * camera.axes[8]);
  const auto outside = [&, r = radius](double along, double tangent) {
    return std::abs(along) - tangent * depth > r * std::sqrt(1 + tangent * tangent);
  };
  if (depth < -radius || outside(right, camera.tangent_x) || outside(up, camera.tangent_y)) return false;
  return radius > least_pixels * static_cast<double>(camera.pixel_size()) * std::max(depth, 0.0);
}

/// Adds a mover's numbers of FieldView::mover_frames.
void append(std::vector<float>& frames, std::size_t m, const FieldMover& mover, const MoverMotion& motion,
            const Ball& ball, const std::array<double, 3>& center) {
  const auto& [now, before] = motion;
  const ToMover to(mover, now, center);
  frames.insert(frames.end(), to.rows.begin(), to.rows.end());
  frames.insert(frames.end(), to.place.begin(), to.place.end());
  // Where a point was: into the mover's space as it is now, and out of it as it was.
  const auto back = transposed(now.rows);
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 0; c < 3; ++c)
      frames.push_back(static_cast<float>(before.rows[3 * r] * back[c] +
                                          before.rows[3 * r + 1] * back[3 + c] +
                                          before.rows[3 * r + 2] * back[6 + c]));
  const Vector origin = times(before.rows, times(back, difference(center, now.place)));
  for (std::size_t a = 0; a < 3; ++a)
    frames.push_back(static_cast<float>(origin[a] + before.place[a] - center[a]));
  frames.insert(frames.end(), mover.half.begin(), mover.half.end());
  frames.push_back(mover.voxel);
  frames.push_back(static_cast<float>(m));
  for (std::size_t a = 0; a < 3; ++a) frames.push_back(static_cast<float>(ball.middle[a] - center[a]));
  frames.push_back(static_cast<float>(ball.radius));
  frames.resize((frames.size() + field_mover_size - 1) / field_mover_size * field_mover_size, 0);
}

}  // namespace

FieldMover mover_of(std::string name, int model, const std::array<float, 3>& low,
                    const std::array<float, 3>& high, float least) {
  FieldMover mover{std::move(name), model, {}, {}, least};
  constexpr float room = 1;  // voxels around it
  for (std::size_t a = 0; a < 3; ++a) {
    mover.center[a] = 0.5f * (low[a] + high[a]);
    mover.half[a] = 0.5f * (high[a] - low[a]);
    mover.voxel = std::max(mover.voxel, 2 * mover.half[a] / (field_mover_bricks * field_brick_side - 4));
  }
  for (float& half : mover.half) half += room * mover.voxel;
  return mover;
}

ToMover::ToMover(const FieldMover& mover, const MoverPose& pose, const std::array<double, 3>& center)
    : rows(), place() {
  const auto back = transposed(pose.rows);
  const Vector origin = times(back, difference(center, pose.place));
  for (std::size_t i = 0; i < 9; ++i) rows[i] = static_cast<float>(back[i]);
  for (std::size_t a = 0; a < 3; ++a)
    place[a] = static_cast<float>(origin[a] - static_cast<double>(mover.center[a]));
}

MoverFrames mover_frames(const std::vector<FieldMover>& movers, const std::vector<MoverMotion>& motions,
                         const FieldCamera& camera, const std::array<double, 3>& center) {
  MoverFrames frames;
  const std::size_t count = std::min(movers.size(), motions.size());
  std::vector<Ball> balls;
  for (std::size_t m = 0; m < count; ++m) balls.push_back(ball_of(movers[m], motions[m].now));
  for (std::size_t m = 0; m < count; ++m)
    if (may_see(camera, balls[m]))
      append(frames.numbers, m, movers[m], motions[m], balls[m], center), ++frames.seen;
  for (std::size_t m = 0; m < count; ++m)
    if (movers[m].roams && large_enough(camera, balls[m]))
      append(frames.numbers, m, movers[m], motions[m], balls[m], center), ++frames.casters;
  return frames;
}

MoverFrames frames_at_rest(const std::vector<FieldMover>& movers) {
  MoverFrames frames;
  for (std::size_t m = 0; m < movers.size(); ++m) {
    MoverMotion still;  // the middle of its cube is the origin
    for (std::size_t a = 0; a < 3; ++a) still.now.place[a] = -static_cast<double>(movers[m].center[a]);
    still.before = still.now;
    append(frames.numbers, m, movers[m], still, ball_of(movers[m], still.now), {});
    ++frames.seen;
  }
  return frames;
}

}  // namespace neural
