#pragma once
// How far a picture is from its reference. All pictures are display-encoded RGB in [0, 1] and of one size;
// every function throws core::Error where sizes differ. Proven against flip-evaluator and scikit-image
// (tests/core/metrics_test.cpp).

#include <vector>

#include "core/picture/image.h"

namespace core {

/// Throws core::Error unless both have one size and at least a pixel.
void check_same_size(const core::Image& test, const core::Image& reference);

/// Mean of the squared differences over all pixels and channels.
double mean_squared_error(const core::Image& test, const core::Image& reference);

/// 10 log10(1 / mse), data range 1; infinity for 0.
double psnr_db(double mean_squared_error);

/// Structural similarity, Wang et al. 2004, "Image quality assessment: from error visibility to structural
/// similarity": 11x11 Gaussian window of sigma 1.5, K1 0.01, K2 0.03, data range 1, population covariance,
/// 5-pixel border left out, mean over pixels and channels. Pictures smaller than 11 x 11 throw.
double ssim(const core::Image& test, const core::Image& reference);

/// What the eye sees when it flips between two pictures, per pixel in [0, 1]: [height][width].
struct FlipMap {
  int width = 0, height = 0;
  std::vector<float> error;
  double mean = 0;
};

/// Andersson et al. 2020, "FLIP: A Difference Evaluator for Alternating Images", for low dynamic range. The
/// sRGB transfer function is taken for the display's.
FlipMap flip(const core::Image& test, const core::Image& reference, float pixels_per_degree = 67);

/// The map as colours, black (0) over purple and orange to pale yellow (1): matplotlib's magma.
core::Image magma(const FlipMap& map);

/// The figures of a sequence.
struct Scores {
  int frames = 0;
  double psnr_db = 0;   ///< from the mean squared error over all pixels and frames
  double tpsnr_db = 0;  ///< the same of the difference of successive frames; infinity for a single frame
  double ssim = 0, flip = 0;  ///< means over the frames
};

/// Collects the figures of a sequence, frame by frame.
class SequenceMetrics {
 public:
  /// Frames of one sequence in their order. Returns the frame's FLIP map, for who wants to look at it.
  FlipMap add(const core::Image& test, const core::Image& reference);
  Scores scores() const;

 private:
  int frames_ = 0;
  double squared_error_ = 0, temporal_squared_error_ = 0, ssim_ = 0, flip_ = 0;
  core::Image previous_error_;  ///< test - reference of the frame before
};

}  // namespace core
