#include "app/frame/view_finder.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace app {
namespace {

constexpr float coarse = 3;  // scale of the frames that look around
constexpr int places_a_look = 5;
constexpr int most_looks = 20;  // for a place
constexpr double close = 0.35,
                 most_close = 0.05;          // metres: what is nearer is in the way; share of the pixels
constexpr double least_seen = 0.1;           // share of the pixels that are not the sky
constexpr double beyond = 0.4;               // metres that stay free behind a place
constexpr double lowest = 0.6, highest = 3;  // metres below and above the path
constexpr double least_spread = 2, most_spread = 12;
constexpr double beside = 0.5, aside = 0.3;  // of poses beside the path: metres, and radians

scene::CameraPose towards(const glm::dvec3& eye, double yaw, double pitch) {
  const glm::dvec3 way(std::cos(yaw) * std::cos(pitch), std::sin(pitch), std::sin(yaw) * std::cos(pitch));
  return {glm::vec3(eye), glm::vec3(eye + 10.0 * way)};
}

}  // namespace

ViewRegion view_region(const scene::Scene& scene) {
  const double duration = scene::camera_duration(scene.camera);
  constexpr int places = 128;
  glm::dvec3 low(scene::camera_at(scene.camera, 0).position), high = low;
  for (int n = 0; n < places; ++n) {
    const glm::dvec3 p(scene::camera_at(scene.camera, duration * n / places).position);
    low = glm::min(low, p);
    high = glm::max(high, p);
  }
  ViewRegion region;
  region.center = 0.5 * (low + high);
  region.extent = 0.5 * std::max(high.x - low.x, high.z - low.z);
  const auto metre = static_cast<double>(scene.metre);
  region.spread = std::clamp(0.5 * region.extent, least_spread * metre, most_spread * metre);
  return region;
}

ViewFinder::ViewFinder(Frame& frame, const scene::Scene& scene, std::uint64_t seed)
    : frame_(frame), scene_(scene), region_(view_region(scene)), random_(seed) {}

core::FrameIo ViewFinder::look(renderer::RenderSettings settings, const scene::CameraPose& pose,
                               float exposure) {
  settings.shadow.enabled = settings.ambient_occlusion.enabled = false;
  FrameRequest request;
  request.camera = pose;
  request.exposure = exposure;
  request.scale = coarse;
  frame_.draw(settings, request);
  return frame_.read_contract();
}

/// Looks from a place of the path into a direction about level, and finds places in what is free before the
/// eye.
void ViewFinder::look_around(const renderer::RenderSettings& settings, float exposure) {
  const double duration = scene::camera_duration(scene_.camera);
  const glm::dvec3 from(
      scene::camera_at(scene_.camera, random_.uniform(0, std::max(duration, 1.0))).position);
  const core::FrameIo io =
      look(settings, towards(from, random_.uniform(0, 2 * std::numbers::pi), 0.05), exposure);
  const auto metre = static_cast<double>(scene_.metre);
  const renderer::View& view = frame_.view();
  const core::Size size = io.info.render;
  for (int n = 0; n < places_a_look; ++n) {
    const int x = random_.below(size.width), y = random_.below(size.height);
    const float depth = io.depth[y * size.width + x];
    const double a = ((x + 0.5) / size.width * 2 - 1) * view.tan_half_fov_y * view.aspect,
                 b = (1 - (y + 0.5) / size.height * 2) * view.tan_half_fov_y;
    const glm::dvec3 way = view.axes * glm::dvec3(a, b, -1.0);
    double free = region_.spread * std::sqrt(random_.uniform());
    if (depth > 0)
      free = std::min(free, static_cast<double>(io.info.near / depth) * glm::length(way) - beyond * metre);
    const glm::dvec3 place = from + glm::normalize(way) * std::max(free, 0.0);
    if (place.y > from.y - lowest * metre && place.y < from.y + highest * metre) places_.push_back(place);
  }
}

scene::CameraPose ViewFinder::next(const renderer::RenderSettings& settings, float exposure) {
  for (int n = 0; n < most_looks && places_.empty(); ++n) look_around(settings, exposure);
  glm::dvec3 place(scene::camera_at(scene_.camera, 0).position);
  if (!places_.empty()) {
    place = places_.back();
    places_.pop_back();
  }
  double yaw = random_.uniform(0, 2 * std::numbers::pi), pitch = 0.035;
  if (std::exchange(inwards_, false)) {
    const glm::dvec3 way = 0.5 * glm::dvec3(scene_.box_min + scene_.box_max) - place;
    yaw = std::atan2(way.z, way.x) + aside * random_.normal();
    pitch = std::clamp(std::atan2(way.y, std::hypot(way.x, way.z)), -0.6, 0.3);
  }
  return towards(place, yaw, pitch + 0.16 * random_.normal());
}

scene::CameraPose ViewFinder::beside_path() {
  const double duration = scene::camera_duration(scene_.camera);
  const scene::CameraPose on = scene::camera_at(scene_.camera, random_.uniform(0, std::max(duration, 1.0)));
  const glm::dvec3 way = glm::normalize(glm::dvec3(on.look_at - on.position));
  glm::dvec3 eye(on.position);
  for (int a = 0; a < 3; ++a) eye[a] += beside * static_cast<double>(scene_.metre) * random_.normal();
  return towards(eye, std::atan2(way.z, way.x) + aside * random_.normal(),
                 std::asin(std::clamp(way.y, -1.0, 1.0)) + 0.5 * aside * random_.normal());
}

bool ViewFinder::useless(const core::FrameIo& io) {
  const std::size_t pixels = area(io.info.render);
  const double nearest = close * static_cast<double>(scene_.metre), all = static_cast<double>(pixels);
  const auto count = [&](const auto& which) {
    return static_cast<double>(std::count_if(io.depth, io.depth + pixels, which));
  };
  inwards_ = count([](float d) { return d > 0; }) < least_seen * all;
  return inwards_ || count([&](float d) {
                       return d > 0 && static_cast<double>(io.info.near / d) < nearest;
                     }) > most_close * all;
}

std::vector<scene::CameraPose> ViewFinder::clear(const renderer::RenderSettings& settings, float exposure,
                                                 int count) {
  std::vector<scene::CameraPose> poses;
  for (int tries = 0; static_cast<int>(poses.size()) < count; ++tries) {
    const scene::CameraPose pose = next(settings, exposure);
    if (tries < most_looks * count && useless(look(settings, pose, exposure))) continue;
    poses.push_back(pose);
  }
  return poses;
}

}  // namespace app
