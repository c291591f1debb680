#pragma once
// Scores pictures that other programs' upscalers made of the frames that `render --buffers` wrote.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/measure/score.h"

namespace app {

/// The pictures in one folder, by the numbers of their frames.
struct OtherPictures {
  std::string name;
  std::map<std::size_t, std::filesystem::path> files;
};

/// Finds the pictures. The last number in a file's name is its frame. Takes the folder's EXRs, except for
/// those that are the upscaler's inputs; where there are none, its PNGs. Throws core::Error where the picture
/// of a scored frame is missing.
std::map<std::size_t, std::filesystem::path> numbered_pictures(const std::filesystem::path& folder,
                                                               std::size_t frames);

/// Throws core::Error where one of the pictures has another size than the frames, before any is unpacked.
void expect_size(const std::map<std::size_t, std::filesystem::path>& pictures, core::Size output);

/// Names each folder by as much of the end of its path as tells it from the others and from `taken`: "out",
/// or "a/out" and "b/out". Throws core::UsageError where a folder is named twice.
std::vector<std::string> distinct_names(std::span<const std::string> folders,
                                        std::span<const std::string> taken);

/// Scores all folders in one pass over the frames. PNGs are compared as they are. EXRs are scene-linear, like
/// the output of an upscaler, and go through the tone curve of the evaluation first. `drawn` is called after
/// each frame. Throws core::Error where a picture cannot be read or has another size.
std::vector<Scored> score_pictures(const gpu::Device& device, const Settings& settings, const CameraRun& path,
                                   std::span<const OtherPictures> others, const Truth& truth,
                                   const std::function<void()>& drawn);

}  // namespace app
