#pragma once
// The loss of a window of frames on a backend, by the pass family "loss".

#include "neural/network/run.h"
#include "neural/train/loss_view.h"

namespace neural {

template <typename T>
/// The family for views of T (float or double).
const compute::PassFamily& loss_family();

template <typename T>
class WindowLoss {
 public:
  /// Allocates for windows of up to `max_pixels` a frame. The backend must outlive the object.
  WindowLoss(BackendOf<T>& backend, std::int64_t max_pixels);
  /// Computes errors, gradients and the loss of a window in the backend's memory and waits for them. Returns
  /// the mean loss of a channel value. `view.shares` is set here.
  double operator()(LossView<T> view);

 private:
  BackendOf<T>& backend_;
  compute::PassesOf<LossPass, LossView<T>> passes_;
  std::unique_ptr<Memory> shares_;
  std::vector<double> sums_;
};

}  // namespace neural
