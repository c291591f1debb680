#pragma once
// How well weights do on sequences that are never trained on: whole frames, one after the other.

#include <cstddef>
#include <functional>

#include "neural/network/run.h"
#include "neural/train/sequence.h"

namespace neural {

/// Sums over the display-encoded errors of a sequence, and over their changes from frame to frame, without
/// the first 8 frames, which `evaluate` leaves out too.
struct ValidationErrors {
  double squares = 0, changes = 0;
  std::size_t count = 0, change_count = 0;
  ValidationErrors& operator+=(const ValidationErrors& other);
};

struct ValidationReport {
  explicit ValidationReport(const ValidationErrors& sums);
  double psnr_db = 0, tpsnr_db = 0;
};

/// Called for the scored frames of validation sequence `sequence` in their order, from several threads at
/// once for several sequences: what came out, linear [height][width][4] on the host, and the truth in
/// `frame`.
using ValidationVisit =
    std::function<void(std::size_t sequence, const TrainingFrame& frame, const float* output)>;

/// Upscales the frames of a sequence with the parameters that are loaded. `number` is the sequence's, for
/// `visit`, which may be empty. One thread for each backend.
ValidationErrors validate_sequence(Backend& backend, const NetworkPlan& plan,
                                   const Parameters<float>& parameters, const TrainingSequence& sequence,
                                   std::size_t number, const ValidationVisit& visit);

}  // namespace neural
