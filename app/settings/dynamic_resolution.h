#pragma once
// Dynamic resolution: chooses each frame's scale from the time of the last one, so that frames take the time
// that is wanted. It reads no clock itself.

#include <string>

namespace app {

struct DynamicResolutionSettings {
  float target_ms = 0;                 ///< milliseconds for one frame; 0 switches dynamic resolution off
  float min_scale = 1, max_scale = 3;  ///< the scales in use lie between them, whichever is larger
};

/// Says in one sentence which scale is in use, after a frame of this time, and where the target is out of
/// reach.
std::string describe_resolution(const DynamicResolutionSettings& settings, double scale, double frame_ms);

/// A proportional-integral controller of the logarithm of the number of render pixels. Its gains suit frames
/// whose time grows with their pixels by a power of 0.4 to 1 and is known one or two frames late. The
/// integral part lets it follow a path that becomes steadily more expensive. An error counts for an eighth at
/// most, so that one slow frame changes little, and no step changes the pixels by more than a tenth. Scales
/// come in steps of 2 %, so that the render size stays the same while the time is close to the target.
class DynamicResolution {
 public:
  explicit DynamicResolution(double scale);

  /// The scale of the next frame: output size divided by render size.
  double scale() const { return rung_; }

  /// Takes the time of the last frame in milliseconds and returns the scale of the next one.
  double next(double frame_ms, const DynamicResolutionSettings& settings);

 private:
  double step_onto_ladder(double scale) const;

  double pixels_;     ///< logarithm of render over output pixels
  double trend_ = 0;  ///< the change of pixels_ from frame to frame
  double rung_;       ///< the step in use
};

}  // namespace app
