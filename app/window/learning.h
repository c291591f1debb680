#pragma once
// The station Learning in the window: the training, and whose weights the frame draws with.

#include <memory>
#include <optional>
#include <string>

#include "app/frame/frame.h"
#include "app/settings/settings.h"
#include "app/train/live_training.h"
#include "app/window/panels/facts.h"
#include "renderer/scene/scene.h"

namespace app {

/// Does what a button asks a training for; what it keeps gets a free name that begins with `stem`.
void answer(LiveTraining& training, const TrainingAsk& ask, const char* stem);

class Learning {
 public:
  /// Call it before each frame. While `settings` show what learns, the frame's generator gets what was
  /// learned so far, and the training may go on for a share of the seconds that a frame takes; afterwards it
  /// gets the weights of the settings back, and the training pauses.
  void update(const Settings& settings, const scene::Scene& scene, Frame& frame, double frame_seconds);
  /// The generators were made anew, with the weights of the settings.
  void generators_changed() { given_to_ = nullptr; }
  /// Another scene is shown: what was learned of the old one goes, unless it was kept.
  void forget_scene();
  /// Does what a button asks for. Returns a message, or an empty text.
  std::string take(const TrainingAsk& ask);
  /// Nothing while what learns is not shown.
  std::optional<TrainingFacts> facts() const;
  /// What was kept or loaded since the last call, or why not; else empty.
  std::string take_message();
  bool shown() const { return shown_; }

 private:
  bool shown_ = false;
  std::unique_ptr<LiveTraining> training_;
  std::shared_ptr<const neural::Weights> learned_;  ///< the newest
  const Generator* given_to_ = nullptr;             ///< has what was learned, or needs nothing
};

}  // namespace app
