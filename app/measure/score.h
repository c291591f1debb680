#pragma once
// Scores one upscaler along a path against the reference pictures of its frames.

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/measure/camera_run.h"
#include "app/report/evaluation.h"

namespace app {

/// The number of frames at the start of a run that are not scored, because an upscaler needs them to build
/// its history.
constexpr std::size_t unscored_frames = 8;

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

/// Draws the path with settings.render's upscaler (bloom off) and scores the frames after the first
/// `unscored_frames`; references[i] is the picture of frame unscored_frames + i. `drawn` is called after
/// each frame. Throws core::Error.
Scored score_upscaler(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                      const CameraRun& path, const std::vector<std::filesystem::path>& references,
                      const std::function<void()>& drawn);

/// Finds the pictures that another program's upscaler made of the frames that `render --buffers` wrote. The
/// last number in a file's name is its frame. Takes the folder's EXRs, except for those that are the
/// upscaler's inputs; where there are none, its PNGs. Throws core::Error where the picture of a scored frame
/// is missing.
std::map<std::size_t, std::filesystem::path> numbered_pictures(const std::filesystem::path& folder,
                                                               std::size_t frames);

/// Throws core::Error where one of the pictures has another size than the frames, before any is unpacked.
void expect_size(const std::map<std::size_t, std::filesystem::path>& pictures, core::Size output);

/// Scores the pictures that numbered_pictures found. PNGs are compared as they are. EXRs are scene-linear,
/// like the output of an upscaler, and go through the tone curve of the evaluation first. Throws core::Error
/// where one cannot be read or has another size.
Scored score_pictures(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                      const CameraRun& path, const std::map<std::size_t, std::filesystem::path>& pictures,
                      const std::vector<std::filesystem::path>& references,
                      const std::function<void()>& drawn);

}  // namespace app
