#pragma once
// Names the usual mistakes of integrating an upscaler, measured on the frames that an engine hands over:
// whose numbers say one thing while the pictures show another. Needs nothing but the contract (core/frame.h).

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "neural/check/frame_pair.h"

namespace neural {

enum class Mistake : std::uint8_t {
  jitter_direction,  ///< the picture was shifted the other way, on one axis or both
  jitter_scale,      ///< another unit
  jitter_unused,     ///< the picture was not shifted
  jitter_missing,    ///< always 0 although there is something to upscale
  motion_direction,
  motion_scale,    ///< another unit, or too long or short
  motion_missing,  ///< the camera explains the picture, motion does not
  mip_bias,        ///< textures are sampled as if the output had the render size
  exposure,        ///< the picture's brightness jumps, exposure does not; or the other way round
  reset_missing,   ///< nothing of the frame before is left, and reset is not set
  reset_always     ///< reset is set although the picture goes on
};

struct Finding {
  Mistake mistake;
  std::string text;  ///< one sentence with what was measured
};

class SelfCheck {
 public:
  /// Successive frames in their order. Reads everything but history and output; keeps the luminance. About
  /// 10 ms for a frame of 480 x 270.
  void look(const FrameIo& io);

  /// What the last frames (up to 64) show; each mistake at most once.
  std::vector<Finding> findings() const;
  int frames() const { return frames_; }

  /// Forgets everything: another scene, another camera.
  void forget() { *this = {}; }

 private:
  /// What one frame has to say.
  struct Evidence {
    std::optional<Reading> reading;  ///< the one that explains the frame best; empty where none can be judged
    double gain = 0;                 ///< error of the frame's own numbers over that of the reading
    std::optional<double> told, seen;  ///< log2 of exposure and of luminance over the frame before
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
