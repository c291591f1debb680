#pragma once
// Sequences to train on: frames as the renderer gave them, and what they should have become.

#include <cstdint>
#include <string>
#include <vector>

#include "neural/names.h"

namespace neural {

struct TrainingFrame {
  FrameInfo info;                  ///< reset: nothing before this frame belongs to it (a cut)
  std::vector<f16> color, motion;  ///< [h][w][4], [h][w][2]
  std::vector<float> depth;
  std::vector<std::uint8_t> reactive;
  std::vector<f16> truth;  ///< [H][W][4] supersampled, at the frame's own exposure

  FrameIo io() const {
    return {info, color.data(), depth.data(), motion.data(), reactive.data(), nullptr, {}, nullptr};
  }
};

struct TrainingSequence {
  std::string scene;
  bool validation = false;            ///< measured, never trained on
  std::vector<TrainingFrame> frames;  ///< one size throughout
};

/// Throws core::Error unless sizes and buffers of every frame fit.
void check_sequence(const TrainingSequence& sequence);

/// A crop of a sequence, perhaps mirrored or turned, with all that turns with it.
struct Augmentation {
  int x = 0, y = 0, width = 0, height = 0;                 ///< render pixels, before mirroring and turning
  bool transpose = false, flip_x = false, flip_y = false;  ///< in this order
  float gain = 1;                                          ///< of colour and truth
  int channels[3] = {0, 1, 2};                             ///< where red, green and blue come from
};

/// The cropped, turned frame. The crop's corners must be whole output pixels. `window` receives where the
/// crop lies in the turned whole: x, y, width, height of the whole in render pixels.
TrainingFrame augment(const TrainingFrame& frame, const Augmentation& how, int window[4]);

/// The least step of a crop's corner and size for which output pixels are whole: render / gcd(render,
/// output).
int crop_step(int render, int output);

}  // namespace neural
