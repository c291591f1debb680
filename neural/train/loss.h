#pragma once
// What training minimises: the error as it will be seen, on display-encoded colour, and how it flickers.

#include <vector>

#include "neural/names.h"

namespace neural {

/// Linear scene-referred rgb to display-encoded [0, 1], as the picture is judged: AgX in the form of
/// shaders/tone_curve.glsl, whose last power and sRGB's encoding cancel (within 1 %, left out here).
template <typename T>
void display_encode(const T rgb[3], T encoded[3]);
/// Gradient with respect to rgb.
template <typename T>
void display_encode_backward(const T rgb[3], const T g_encoded[3], T g_rgb[3]);

struct LossSettings {
  double temporal = 0.25;  ///< weight of the change of the error from frame to frame
  double softness = 0.1;   ///< errors below count as their square, above as themselves (Charbonnier)
};

/// The error of an output [pixels][4] against the truth, display-encoded: [pixels][3]. The loss of a window
/// of frames is an operation of the backends.
std::vector<float> display_error(const float* output, const f16* truth, std::size_t pixels);

/// 10 log10(1 / mean square) of display-encoded errors.
double psnr_of_errors(double sum_of_squares, std::size_t count);

}  // namespace neural
