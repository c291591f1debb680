#include "neural/train/window_loss.h"

#include "neural/train/pixel/loss_rows.h"

namespace neural {

template <typename T>
const compute::PassFamily& loss_family() {
  static constexpr compute::PassFamily family{"loss", compute::scalar_name<T>, sizeof(LossView<T>),
                                              pixel::loss_by_pixels<T>};
  return family;
}

template <typename T>
WindowLoss<T>::WindowLoss(BackendOf<T>& backend, std::int64_t max_pixels)
    : backend_(backend), passes_(backend.passes(loss_family<T>())) {
  LossView<T> largest;
  largest.pixels = max_pixels;
  sums_.resize(static_cast<std::size_t>(LossView<T>::max_frames * largest.blocks()));
  shares_ = backend.allocate(sums_.size() * sizeof(double));
}

template <typename T>
double WindowLoss<T>::operator()(LossView<T> view) {
  view.shares = static_cast<double*>(shares_->data());
  passes_.run(LossPass::error, view);
  passes_.run(LossPass::gradient, view);
  const auto count = static_cast<std::size_t>(view.frames * view.blocks());
  backend_.copy_out(sums_.data(), shares_->data(), count * sizeof(double));
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += sums_[i];
  return sum / static_cast<double>(view.values());
}

template const compute::PassFamily& loss_family<float>();
template const compute::PassFamily& loss_family<double>();
template class WindowLoss<float>;
template class WindowLoss<double>;

}  // namespace neural
