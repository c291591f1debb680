#pragma once
// The view of the pass family "loss": a window of training, as plain pointers to the memory of the backend
// that computes it. The pass `error` runs first, then `gradient`, which reads the errors of neighbours in
// time.

#include <cstdint>

#include "neural/names.h"

namespace neural {

enum class LossPass : std::int32_t { error, gradient };

inline constexpr std::int64_t loss_block = 32;  ///< pixels that share one entry of `shares`

template <typename T>
struct LossView {
  static constexpr int max_frames = 16;
  int frames = 0;
  std::int64_t pixels = 0;  ///< of one frame
  T temporal = 0, softness = 0;
  const T* outputs[max_frames] = {};   ///< [4] linear
  const f16* truths[max_frames] = {};  ///< [4]
  const T* previous_error = nullptr;   ///< [3] of the frame before the window; null where there is none
  T* errors[max_frames] = {};          ///< [3] display-encoded; written
  T* gradients[max_frames] = {};       ///< [4] of the loss with respect to the outputs; written
  double* shares = nullptr;  ///< [frames][blocks()] of the loss before the division by values(); written

  constexpr std::int64_t blocks() const { return (pixels + loss_block - 1) / loss_block; }
  /// Counts the colour values of the window.
  constexpr std::int64_t values() const { return 3 * pixels * frames; }
};

}  // namespace neural
