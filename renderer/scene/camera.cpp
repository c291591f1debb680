#include <algorithm>
#include <cmath>

#include "renderer/scene/animation.h"
#include "renderer/scene/scene.h"

namespace scene {
namespace {

/// Cubic Hermite between b and c with Catmull-Rom tangents for uneven times: the derivative of the parabola
/// through three neighbours. At the ends of a piece the slope is that of the chord, not of the parabola, so
/// that a path starts straight.
glm::vec3 interpolate(const glm::vec3 p[4], const double t[4], double time) {
  const double span = t[2] - t[1];
  const auto slope = [](glm::dvec3 a, glm::dvec3 b, double ta, double tb) {
    return tb > ta ? (b - a) / (tb - ta) : glm::dvec3(0);
  };
  const auto tangent = [&](int i) {
    const double before = t[i] - t[i - 1], after = t[i + 1] - t[i];
    const glm::dvec3 in = slope(p[i - 1], p[i], t[i - 1], t[i]), out = slope(p[i], p[i + 1], t[i], t[i + 1]);
    if (!(before > 0)) return out;
    if (!(after > 0)) return in;
    return (in * after + out * before) / (before + after);
  };
  const double s = (time - t[1]) / span, s2 = s * s, s3 = s2 * s;
  const glm::dvec3 b = p[1], c = p[2];
  return glm::vec3(b * (2 * s3 - 3 * s2 + 1) + tangent(1) * span * (s3 - 2 * s2 + s) + c * (3 * s2 - 2 * s3) +
                   tangent(2) * span * (s3 - s2));
}

bool closed(const Camera& camera) {
  const CameraKeyframe &first = camera.keyframes.front(), &last = camera.keyframes.back();
  return first.position == last.position && first.look_at == last.look_at;
}

}  // namespace

double camera_duration(const Camera& camera) {
  return camera.keyframes.size() < 2 ? 0 : camera.keyframes.back().time;
}

CameraPose camera_at(const Camera& camera, double seconds) {
  const auto& keys = camera.keyframes;
  if (keys.empty()) return {};
  const double time = looped(seconds, camera_duration(camera));
  const auto next = std::upper_bound(keys.begin(), keys.end(), time,
                                     [](double t, const CameraKeyframe& key) { return t < key.time; });
  if (next == keys.begin()) return {keys.front().position, keys.front().look_at};
  if (next == keys.end()) return {keys.back().position, keys.back().look_at};
  const auto b = static_cast<std::size_t>(next - keys.begin()) - 1, c = b + 1;
  if (keys[c].cut) return {keys[b].position, keys[b].look_at};  // stands still until the cut
  // Keys beyond a cut have no influence: the last key on this side stands for them.
  const std::size_t a = b > 0 && !keys[b].cut ? b - 1 : b;
  const std::size_t d = c + 1 < keys.size() && !keys[c + 1].cut ? c + 1 : c;
  const std::size_t used[4] = {a, b, c, d};
  glm::vec3 positions[4], targets[4];
  double times[4];
  for (int i = 0; i < 4; ++i) {
    positions[i] = keys[used[i]].position;
    targets[i] = keys[used[i]].look_at;
    times[i] = keys[used[i]].time;
  }
  return {interpolate(positions, times, time), interpolate(targets, times, time)};
}

bool camera_cuts(const Camera& camera, double before, double after) {
  if (after < before) return true;
  const double duration = camera_duration(camera);
  if (!(duration > 0)) return false;
  // How often a moment of the path was passed until `seconds`. The arithmetic is that of camera_at, so that
  // the cut falls into the same frame.
  const auto passes = [&](double moment, double seconds) {
    const double time = looped(seconds, duration);
    return std::round((seconds - time) / duration) + (time >= moment ? 1 : 0);
  };
  const auto passed = [&](double moment) { return passes(moment, after) > passes(moment, before); };
  if (!closed(camera) && passed(0)) return true;
  return std::any_of(camera.keyframes.begin(), camera.keyframes.end(),
                     [&](const CameraKeyframe& key) { return key.cut && passed(key.time); });
}

}  // namespace scene
