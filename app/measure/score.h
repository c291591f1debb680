#pragma once
// Scores upscalers along a path against the reference pictures of its frames.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/measure/camera_run.h"
#include "app/report/evaluation.h"

namespace app {

/// The number of frames at the start of a run that are not scored, because an upscaler needs them to build
/// its history.
constexpr std::size_t unscored_frames = 8;

/// What pictures are scored against: files[i] is the reference of frame unscored_frames + i.
struct Truth {
  std::vector<std::filesystem::path> files;
  std::optional<Rect> crop = {};  ///< the part that is scored; nothing: all of it
  std::filesystem::path pictures =
      {};  ///< a folder for the pictures as they are scored; empty: none are written

  /// Reads the reference of frame unscored_frames + i, cropped. Throws core::Error.
  core::Image read(std::size_t i) const;
};

/// Writes the references that truth.pictures is to have, as "reference/frame_0008.png". Throws core::Error.
void write_references(const Truth& truth);

/// The picture and the error of one frame, to be shown.
struct Sample {
  core::Image picture;
  core::FlipMap flip;
};

struct Scored {
  UpscalerScore score;
  Sample middle;                  ///< of the frame in the middle of the scored ones
  std::string generated_by = {};  ///< see Frame::generated_by
};

/// Scores the pictures of one upscaler in their order and keeps the middle one. Not thread-safe.
class Judge {
 public:
  /// Pictures are written to a folder with the name.
  Judge(const Truth& truth, std::string name) : truth_(truth), name_(std::move(name)) {}
  /// Takes the next frame's picture, not cropped yet, and its reference, cropped. Throws core::Error.
  void add(core::Image picture, const core::Image& reference);
  Scored result(double ms_median);

 private:
  const Truth& truth_;
  std::string name_;
  std::size_t next_ = 0;
  core::SequenceMetrics metrics_;
  Sample middle_;
};

/// Draws the path with settings.render's upscaler (bloom off) and scores the frames after the first
/// `unscored_frames`. `drawn` is called after each frame. Throws core::Error.
Scored score_upscaler(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                      const CameraRun& path, const Truth& truth, const std::function<void()>& drawn);

}  // namespace app
