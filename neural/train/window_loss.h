#pragma once
// The loss of a window of frames on a backend: the pass family "loss".

#include "neural/network/run.h"
#include "neural/train/loss_view.h"

namespace neural {

template <typename T>
const compute::PassFamily& loss_family();

template <typename T>
class WindowLoss {
 public:
  /// For windows of up to `max_pixels` a frame.
  WindowLoss(BackendOf<T>& backend, std::int64_t max_pixels);
  /// Errors, gradients and the mean loss a channel value of a window in the backend's memory; waits for them.
  /// `view.shares` is this object's own and need not be set.
  double operator()(LossView<T> view);

 private:
  BackendOf<T>& backend_;
  compute::PassesOf<LossPass, LossView<T>> passes_;
  std::unique_ptr<Memory> shares_;
  std::vector<double> sums_;
};

}  // namespace neural
