#pragma once
// Measures weights on sequences that are never trained on: whole frames, one after the other.

#include <cstddef>
#include <functional>
#include <vector>

#include "neural/network/run.h"
#include "neural/train/sequence.h"

namespace neural {

/// The number of frames that a validation sequence must have: the first 8 are left out, and two are needed
/// for a change from frame to frame.
inline constexpr int shortest_validation = 10;

/// Sums over the display-encoded errors of a sequence and over their changes from frame to frame. The first 8
/// frames are left out, as in `evaluate`.
struct ValidationErrors {
  double squares = 0, changes = 0;
  std::size_t count = 0, change_count = 0;
  ValidationErrors& operator+=(const ValidationErrors& other);
};

/// Sums the errors of one sequence's scored frames, which come in their order.
class SequenceErrors {
 public:
  /// `output` is linear [height][width][4] on the host; `frame` holds the truth.
  void add(const float* output, const TrainingFrame& frame);
  const ValidationErrors& sums() const { return sums_; }

 private:
  ValidationErrors sums_;
  std::vector<float> before_;  ///< the errors of the frame before
};

/// PSNR of the errors and of their changes from frame to frame, in dB.
struct ValidationReport {
  explicit ValidationReport(const ValidationErrors& sums);
  double psnr_db = 0, tpsnr_db = 0;
};

/// Called for the scored frames of validation sequence `sequence` in their order; for different sequences it
/// may be called from several threads at once. `output` is linear [height][width][4] on the host, and `frame`
/// holds the truth.
using ValidationVisit =
    std::function<void(std::size_t sequence, const TrainingFrame& frame, const float* output)>;

/// Upscales the frames of a sequence with the parameters that are loaded. `number` is passed to `visit`,
/// which may be empty. Each backend may be used by one thread at a time.
ValidationErrors validate_sequence(Backend& backend, const NetworkPlan& plan,
                                   const Parameters<float>& parameters, const TrainingSequence& sequence,
                                   std::size_t number, const ValidationVisit& visit);

}  // namespace neural
