#pragma once
// The station Learning in the window: the training, and whose weights the frame draws with.

#include <memory>

#include "app/frame/frame.h"
#include "app/settings/settings.h"
#include "app/window/station_training.h"
#include "renderer/scene/scene.h"

namespace app {

class Learning final : public StationTraining {
 public:
  Learning() : StationTraining("neuraster-learned", "nothing learns yet: station 3 begins it") {}
  /// Call it before each frame. While `settings` show what learns, the frame's generator gets what was
  /// learned so far, and the training may go on for a share of the seconds that a frame takes; afterwards it
  /// gets the weights of the settings back, and the training pauses.
  void update(const Settings& settings, const scene::Scene& scene, Frame& frame, double frame_seconds);
  /// The generators were made anew, with the weights of the settings.
  void generators_changed() { given_to_ = nullptr; }
  void forget_scene() override;

 private:
  std::shared_ptr<const neural::Weights> learned_;  ///< the newest
  const Generator* given_to_ = nullptr;             ///< has what was learned, or needs nothing
};

}  // namespace app
