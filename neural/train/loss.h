#pragma once
// The loss that training minimises: the error as a display shows it, on encoded colour, and its flicker.

#include <vector>

#include "neural/names.h"

namespace neural {

/// Encodes linear scene-referred rgb for the display, in [0, 1], as pictures are judged: AgX as in
/// shaders/tone_curve.glsl. Its last power and sRGB's encoding cancel within 1 %, so both are left out here.
template <typename T>
void display_encode(const T rgb[3], T encoded[3]);
/// Computes the gradient with respect to rgb from the gradient of the encoded colour.
template <typename T>
void display_encode_backward(const T rgb[3], const T g_encoded[3], T g_rgb[3]);

struct LossSettings {
  double temporal = 0.25;  ///< weight of the change of the error from frame to frame
  double softness = 0.3;   ///< smaller errors count as their square, larger ones as themselves (Charbonnier)
  /// A crop whose loss is this counts once, others by how much smaller theirs is, within `most_weight`:
  /// pictures are compared in decibels, and a decibel is as good on an easy crop as on a hard one. 0: all
  /// count once.
  double usual = 0.0028, most_weight = 4;
};

/// Returns by how much the gradient of a crop with this loss counts.
double weight_of(const LossSettings& settings, double loss);

/// Returns the display-encoded error of an output [pixels][4] against the truth [pixels][4]: output minus
/// truth, [pixels][3]. The loss of a window of frames is computed by the backends' passes.
std::vector<float> display_error(const float* output, const f16* truth, std::size_t pixels);

/// Returns the PSNR in dB, 10 log10(1 / mean square), of display-encoded errors.
double psnr_of_errors(double sum_of_squares, std::size_t count);

}  // namespace neural
