#pragma once
// What a training is scored with: the figures of `evaluate` over the validation sequences.

#include <optional>

#include "core/picture/image.h"
#include "core/picture/metrics.h"
#include "neural/train/session.h"

namespace app {

/// PSNR and tPSNR from the mean squares of all frames, SSIM and FLIP as means over all frames. The training
/// thread, between rounds.
core::Scores validation_scores(neural::TrainingSession& session, const neural::Weights& weights);
/// What the best weights are chosen by: a steady picture counts as much as a right one.
double validation_value(const core::Scores& scores);

/// The weights beside what needs none of them, for the end of a training.
struct ValidationComparison {
  core::Scores bilinear, taau, network;
  /// The middle one of the scored frames of the first sequence, display-encoded: bilinear, TAAU, the network
  /// and the truth beside each other, with their names and an enlarged part.
  core::Image picture;
};
/// Nothing where there are no validation sequences. The training thread, between rounds.
std::optional<ValidationComparison> compare_on_validation(neural::TrainingSession& session,
                                                          const neural::Weights& weights);

}  // namespace app
