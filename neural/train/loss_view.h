#pragma once
// A window of training as its loss sees it, as plain pointers of whoever computes it.

#include <cstdint>

#include "neural/names.h"

namespace neural {

template <typename T>
struct LossView {
  static constexpr int max_frames = 16;
  int frames = 0;
  std::int64_t pixels = 0;  ///< of a frame
  T temporal = 0, softness = 0;
  const T* outputs[max_frames] = {};   ///< [4] linear
  const f16* truths[max_frames] = {};  ///< [4]
  const T* previous_error = nullptr;   ///< [3] of the frame before the window, if there is one
  T* errors[max_frames] = {};          ///< [3] display-encoded; written
  T* gradients[max_frames] = {};       ///< [4] of the loss with respect to the outputs; written
};

}  // namespace neural
