#pragma once
// The frames of a headless run: what each shows, and where the camera cuts.

#include <vector>

#include "app/frame/frame.h"
#include "app/settings/settings.h"

namespace app {

/// run.warmup frames that stand at the start, then run.frames along the path: frame n of those shows
/// start + n * frame_seconds.
struct Path {
  int warmup = 0;
  std::vector<FrameRequest> frames;  ///< warm-up frames first
  std::size_t count() const { return frames.size() - static_cast<std::size_t>(warmup); }
};
Path make_path(const scene::Scene& scene, const RunSettings& run, int warmup);

}  // namespace app
