#pragma once
// Finds the usual mistakes of integrating an upscaler: it measures whether a frame's numbers agree with its
// pictures. It needs nothing but the contract (core/frame.h).

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "neural/check/frame_pair.h"

namespace neural {

enum class Mistake : std::uint8_t {
  jitter_direction,  ///< the picture was shifted the other way, on one axis or both
  jitter_scale,      ///< the jitter has another unit
  jitter_unused,     ///< the picture was not shifted
  jitter_missing,    ///< the jitter is always 0 although there is something to upscale
  motion_direction,
  motion_scale,    ///< the motion has another unit, or is too long or too short
  motion_missing,  ///< the camera explains the picture, the motion does not
  mip_bias,        ///< textures are sampled as if the output had the render size
  exposure,        ///< brightness jumps without the exposure, or the other way round
  reset_missing,   ///< nothing of the previous frame is left, but reset is not set
  reset_always     ///< reset is set although the picture goes on
};

struct Finding {
  Mistake mistake;
  std::string text;  ///< one sentence with the measured figures
};

/// Collects evidence over frames. One thread at a time may use it.
class SelfCheck {
 public:
  /// Takes the next frame; frames come in their order. Reads everything but history and output, and keeps the
  /// luminance. Takes about 10 ms for a frame of 480 x 270.
  void look(const FrameIo& io);

  /// Returns what the last frames (up to 64) show; each mistake appears at most once.
  std::vector<Finding> findings() const;
  int frames() const { return frames_; }

  /// Forgets all frames: call it at a change of scene or camera.
  void forget() { *this = {}; }

 private:
  /// The evidence of one frame.
  struct Evidence {
    std::optional<Reading> reading;    ///< explains the frame best; empty where none can be judged
    double gain = 0;                   ///< error of the frame's own numbers over that of the reading
    std::optional<double> told, seen;  ///< log2 of exposure and of luminance over the last frame's
    bool exposure_wrong = false;
    bool reset = false, lost = false, goes_on = false, unjittered = false;
    TextureDetail detail;
  };
  Evidence judge(const FrameIo& io, const PastFrame& now) const;

  std::deque<Evidence> window_;
  PastFrame past_;
  int frames_ = 0;
  bool began_without_reset_ = false;
};

}  // namespace neural
