#pragma once
// Random views of a scene from where one can stand: around the camera's path, in sight of it, and not inside
// things.

#include <vector>

#include "app/frame/frame.h"
#include "core/random.h"

namespace app {

/// Where views are looked for, in the scene's units.
struct ViewRegion {
  glm::dvec3 center{0};  ///< the middle of the camera's path
  double extent = 0;     ///< how far the path goes from there, to the sides
  double spread = 0;     ///< and views from the path
};
ViewRegion view_region(const scene::Scene& scene);

class ViewFinder {
 public:
  /// `frame` draws the scene, and looks around in it small and without shadows. Both must outlive the object.
  ViewFinder(Frame& frame, const scene::Scene& scene, std::uint64_t seed);
  /// Returns a pose in sight of the path. Whether something stands close before it, only its frame tells.
  scene::CameraPose next(const renderer::RenderSettings& settings, float exposure);
  /// Returns a pose beside one of the camera's path, that looks about where the path does.
  scene::CameraPose beside_path();
  /// Whether much of a frame shows what is closer than the camera of a person ever comes.
  bool blocked(const core::FrameIo& io) const;
  /// Returns so many poses that are not blocked, each after drawing it small.
  std::vector<scene::CameraPose> clear(const renderer::RenderSettings& settings, float exposure, int count);

 private:
  core::FrameIo look(renderer::RenderSettings settings, const scene::CameraPose& pose, float exposure);
  void look_around(const renderer::RenderSettings& settings, float exposure);

  Frame& frame_;
  const scene::Scene& scene_;
  ViewRegion region_;
  core::Random random_;
  std::vector<glm::dvec3> places_;  ///< found and not yet taken
};

}  // namespace app
