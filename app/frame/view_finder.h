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
  /// Returns a pose in sight of the path. Whether it is of use, only its frame tells.
  scene::CameraPose next(const renderer::RenderSettings& settings, float exposure);
  /// Returns a pose beside one of the camera's path, that looks about where the path does.
  scene::CameraPose beside_path();
  /// Whether much of a frame shows what is closer than the camera of a person ever comes, or nearly all of it
  /// the sky. After one of the sky the next pose looks towards the middle of the scene, which is all there is
  /// where a model stands alone.
  bool useless(const core::FrameIo& io);
  /// Returns so many poses that are of use, each after drawing it small.
  std::vector<scene::CameraPose> clear(const renderer::RenderSettings& settings, float exposure, int count);

 private:
  core::FrameIo look(renderer::RenderSettings settings, const scene::CameraPose& pose, float exposure);
  void look_around(const renderer::RenderSettings& settings, float exposure);

  Frame& frame_;
  const scene::Scene& scene_;
  ViewRegion region_;
  core::Random random_;
  std::vector<glm::dvec3> places_;  ///< found and not yet taken
  bool inwards_ = false;            ///< looks the next pose
};

}  // namespace app
