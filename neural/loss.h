#pragma once
// What training minimises: the error as it will be seen, on display-encoded colour, and how it flickers.

#include <span>
#include <vector>

#include "neural/frame_io.h"

namespace neural {

/// Linear scene-referred rgb to display-encoded [0, 1], as the picture is judged: AgX in the form of
/// shaders/composite.comp, whose last power and sRGB's encoding cancel (within 1 %, left out here).
template <typename T>
void display_encode(const T rgb[3], T encoded[3]);
/// Gradient with respect to rgb.
template <typename T>
void display_encode_backward(const T rgb[3], const T g_encoded[3], T g_rgb[3]);

struct LossSettings {
  double temporal = 0.25;  ///< weight of the change of the error from frame to frame
  double softness = 0.1;   ///< errors below count as their square, above as themselves (Charbonnier)
};

/// Loss of the frames of one window, and its gradient.
template <typename T>
class SequenceLoss {
 public:
  explicit SequenceLoss(const LossSettings& settings) : settings_(settings) {}

  /// The error of one output [pixels][4] against the truth, display-encoded: [pixels][3].
  static std::vector<T> error_of(const T* output, const f16* truth, std::size_t pixels);

  /// `outputs`, `errors` and `gradients` hold one picture a frame; previous_error is that of the frame before
  /// the window (empty: none; it gets no gradient). Returns the mean loss a channel value; gradients, of the
  /// outputs, are overwritten.
  double evaluate(std::span<const T* const> outputs, std::span<const std::vector<T>> errors,
                  const std::vector<T>& previous_error, std::span<T* const> gradients,
                  std::size_t pixels) const;

 private:
  LossSettings settings_;
};

/// 10 log10(1 / mean square) of display-encoded errors.
double psnr_of_errors(double sum_of_squares, std::size_t count);

}  // namespace neural
