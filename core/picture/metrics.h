#pragma once
// Measures how far a picture is from its reference. All pictures hold display-encoded RGB in [0, 1]. Every
// function throws core::Error where two pictures have different sizes. The results agree with those of
// flip-evaluator and scikit-image (tests/core/metrics_test.cpp).

#include <vector>

#include "core/picture/image.h"

namespace core {

/// Throws core::Error unless both pictures have the same size and at least one pixel.
void check_same_size(const core::Image& test, const core::Image& reference);

/// Mean of the squared differences over all pixels and channels.
double mean_squared_error(const core::Image& test, const core::Image& reference);

/// The peak signal-to-noise ratio in dB for a data range of 1: 10 log10(1 / mean_squared_error). Infinity for
/// 0.
double psnr_db(double mean_squared_error);

/// Structural similarity, Wang et al. 2004, "Image quality assessment: from error visibility to structural
/// similarity": 11x11 Gaussian window of sigma 1.5, K1 0.01, K2 0.03, data range 1, population covariance,
/// a border of 5 pixels left out, mean over pixels and channels. Throws core::Error for pictures smaller than
/// 11 x 11.
double ssim(const core::Image& test, const core::Image& reference);

/// The difference that an observer sees when two pictures alternate: `error` is [height][width], each in [0,
/// 1].
struct FlipMap {
  int width = 0, height = 0;
  std::vector<float> error;
  double mean = 0;
};

/// Andersson et al. 2020, "FLIP: A Difference Evaluator for Alternating Images", for pictures of low dynamic
/// range. It assumes that the display's transfer function is that of sRGB. `pixels_per_degree` is the number
/// of pixels in one degree of the observer's field of view.
FlipMap flip(const core::Image& test, const core::Image& reference, float pixels_per_degree = 67);

/// Shows the map in the colours of matplotlib's magma: from black (0) over purple and orange to pale yellow
/// (1).
core::Image magma(const FlipMap& map);

/// The quality of a sequence.
struct Scores {
  int frames = 0;
  double psnr_db = 0;   ///< from the mean squared error over all pixels and frames
  double tpsnr_db = 0;  ///< the same for the differences between successive frames; infinity for one frame
  double ssim = 0, flip = 0;  ///< means of all frames
};

/// Computes the quality of a sequence, frame by frame. Not thread-safe.
class SequenceMetrics {
 public:
  /// Adds the next frame of the sequence. Returns the frame's FLIP map, so that a caller can show it.
  FlipMap add(const core::Image& test, const core::Image& reference);
  /// Adds a frame that counts for the differences between successive frames alone.
  void pass(const core::Image& test, const core::Image& reference);
  Scores scores() const;

 private:
  void follow(core::Image error);

  int frames_ = 0, steps_ = 0;
  double squared_error_ = 0, temporal_squared_error_ = 0, ssim_ = 0, flip_ = 0;
  core::Image previous_error_;  ///< test - reference of the frame before
};

}  // namespace core
