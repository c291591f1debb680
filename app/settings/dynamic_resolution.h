#pragma once
// Dynamic resolution: times in, a scale out, so that frames take the time they shall. Pure: knows no clock.

namespace app {

struct DynamicResolutionSettings {
  float target_ms = 0;  ///< 0: off, the scale is what is set
  float min_scale = 1, max_scale = 3;
};

/// Proportional-integral control of the logarithm of the number of render pixels. Its gains are made for a
/// frame whose time follows its pixels by a power of 0.4 to 1, and is known one or two frames late; the
/// integral part lets it follow a path that becomes steadily dearer. A miss counts for no more than an
/// eighth, so that a lone hiccup moves little, and no step is larger than a tenth of the pixels. Scales come
/// from a ladder of 2 % steps, so that a frame's size stays while its time is as good as right.
class DynamicResolution {
 public:
  explicit DynamicResolution(double scale);

  /// Of the next frame.
  double scale() const { return rung_; }

  /// Takes what the last frame took, in milliseconds on the wall clock, and returns the next one's scale.
  double next(double frame_ms, const DynamicResolutionSettings& settings);

 private:
  double step_onto_ladder(double scale) const;

  double pixels_;     ///< logarithm of render over output pixels
  double trend_ = 0;  ///< its change a frame
  double rung_;
};

}  // namespace app
