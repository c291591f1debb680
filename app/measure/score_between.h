#pragma once
// Scores the pictures between two frames against the reference of their moments.

#include <functional>

#include "app/measure/score.h"

namespace app {

/// A run whose frames have pictures between them, and all that it shows: frame n is picture n * (between +
/// 1).
struct DisplayedRun {
  CameraRun path;     ///< the rendered frames
  CameraRun shown;    ///< the moment of every picture
  Settings settings;  ///< of a run that renders each of those
  std::size_t pictures_of(std::size_t frames) const { return frames * shown_per_frame; }
  std::size_t shown_per_frame = 1;
};
/// The run that these settings describe, with settings.render.frames_between pictures between its frames.
/// Exposures are not fixed yet.
DisplayedRun make_displayed_run(const scene::Scene& scene, const Settings& settings);
/// Gives the rendered frames the exposures of their moments.
void share_exposures(DisplayedRun& run);

/// Draws the frames with the pictures between, and scores these, other ways to make them, and the frames
/// themselves. `truth` has the references of all shown pictures from pictures_of(unscored_frames) on. Where
/// `ends` names a folder, what every picture was mixed of is written there, with its reference. `drawn` is
/// called after each frame. Throws core::Error.
BetweenScores score_between(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                            const DisplayedRun& run, const Truth& truth, const std::filesystem::path& ends,
                            const std::function<void()>& drawn);

}  // namespace app
