#pragma once
// One upscaler along a path, against the references of its frames.

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/measure/camera_run.h"
#include "app/report/evaluation.h"

namespace app {

/// The first frames of a run are not scored: an upscaler may take them to gather its history.
constexpr std::size_t unscored_frames = 8;

/// What is kept of one frame, for a look at it.
struct Sample {
  core::Image picture;
  core::FlipMap flip;
};

struct Scored {
  UpscalerScore score;
  Sample middle;                  ///< the frame in the middle of those that were scored
  std::string generated_by = {};  ///< see Frame::generated_by
};

/// Draws the path with settings.render's upscaler (bloom off) and scores the frames after the first
/// `unscored_frames`; references[i] is the picture of frame unscored_frames + i. `drawn` is called once a
/// frame.
Scored score_upscaler(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                      const Path& path, const std::vector<std::filesystem::path>& references,
                      const std::function<void()>& drawn);

/// Pictures that somebody else's upscaler made of the frames that `render --buffers` wrote, by frame: of each
/// name in the folder the last number is its frame. Its EXRs (those of the contract's inputs left out), or
/// where it has none its PNGs. Throws where one of a scored frame is missing.
std::map<std::size_t, std::filesystem::path> numbered_pictures(const std::filesystem::path& folder,
                                                               std::size_t frames);

/// Scores numbered_pictures. PNGs are compared as they are; EXRs are scene-linear like the contract's output,
/// and the tone curve of the evaluation makes pictures of them. Throws where one is of another size or no
/// picture.
Scored score_pictures(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                      const Path& path, const std::map<std::size_t, std::filesystem::path>& pictures,
                      const std::vector<std::filesystem::path>& references,
                      const std::function<void()>& drawn);

}  // namespace app
