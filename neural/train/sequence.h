#pragma once
// Training sequences: frames as the renderer made them, with the supersampled truth of each.

#include <cstdint>
#include <string>
#include <vector>

#include "neural/names.h"

namespace neural {

struct TrainingFrame {
  FrameInfo info;                  ///< reset: a cut, so no earlier frame belongs to this one
  std::vector<f16> color, motion;  ///< [h][w][4], [h][w][2]
  std::vector<float> depth;
  std::vector<std::uint8_t> reactive;
  std::vector<f16> truth;  ///< [H][W][4] supersampled, at the frame's own exposure

  /// Returns the frame's inputs, which point into this object; history and output are null.
  FrameIo io() const {
    return {info, color.data(), depth.data(), motion.data(), reactive.data(), nullptr, {}, nullptr};
  }
};

struct TrainingSequence {
  std::string scene;
  bool validation = false;            ///< measured, never trained on
  std::vector<TrainingFrame> frames;  ///< all of one size
};

/// Throws core::Error unless the sizes and buffers of every frame fit each other, and every value is finite
/// and one that a frame can have.
void check_sequence(const TrainingSequence& sequence);

/// A crop of a sequence, perhaps mirrored or transposed; motion, jitter and matrices change with it.
struct Augmentation {
  int x = 0, y = 0, width = 0, height = 0;                 ///< render pixels, before mirroring and turning
  bool transpose = false, flip_x = false, flip_y = false;  ///< applied in this order
  float gain = 1;                                          ///< multiplies colour and truth
  int channels[3] = {0, 1, 2};                             ///< source channels of red, green and blue
};

/// Returns the frame cropped and turned. The crop's corners must be whole output pixels. `window` receives x
/// and y of the crop in the turned whole, and the whole's width and height, all in render pixels.
TrainingFrame augment(const TrainingFrame& frame, const Augmentation& how, int window[4]);

/// Returns the smallest step of a crop's corner and size that gives whole output pixels: render / gcd(render,
/// output).
int crop_step(int render, int output);

}  // namespace neural
