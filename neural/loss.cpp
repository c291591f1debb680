#include "neural/loss.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "neural/loss_rows.h"

namespace neural {
namespace {

template <typename T>
using Block = pixel::LossBlock<T>;

}  // namespace

template <typename T>
void display_encode(const T rgb[3], T encoded[3]) {
  Block<T> block = {};
  for (int c = 0; c < 3; ++c) block[c][0] = rgb[c];
  const pixel::DisplayEncoding<T, pixel::loss_lanes> e(block);
  for (int c = 0; c < 3; ++c) encoded[c] = e.result(c, 0);
}
template <typename T>
void display_encode_backward(const T rgb[3], const T g_encoded[3], T g_rgb[3]) {
  Block<T> block = {}, g = {}, result;
  for (int c = 0; c < 3; ++c) block[c][0] = rgb[c], g[c][0] = g_encoded[c];
  pixel::encode_backward(block, g, result);
  for (int c = 0; c < 3; ++c) g_rgb[c] = result[c][0];
}

template <typename T>
std::vector<T> SequenceLoss<T>::error_of(const T* output, const f16* truth, std::size_t pixels) {
  std::vector<T> error(pixels * 3);
  pixel::error_rows(output, truth, static_cast<std::int64_t>(pixels), error.data());
  return error;
}

template <typename T>
double SequenceLoss<T>::evaluate(std::span<const T* const> outputs, std::span<const std::vector<T>> errors,
                                 const std::vector<T>& previous_error, std::span<T* const> gradients,
                                 std::size_t pixels) const {
  LossView<T> view;
  if (outputs.size() > LossView<T>::most_frames)
    core::fail("a window has {} frames at most", LossView<T>::most_frames);
  view.frames = static_cast<int>(outputs.size());
  view.pixels = static_cast<std::int64_t>(pixels);
  view.temporal = static_cast<T>(settings_.temporal);
  view.softness = static_cast<T>(settings_.softness);
  view.previous_error = previous_error.empty() ? nullptr : previous_error.data();
  for (std::size_t n = 0; n < outputs.size(); ++n) {
    view.outputs[n] = outputs[n];
    view.errors[n] = const_cast<T*>(errors[n].data());  // only read here
    view.gradients[n] = gradients[n];
  }
  return pixel::gradient_rows(view);
}

double psnr_of_errors(double sum_of_squares, std::size_t count) {
  return 10 *
         std::log10(static_cast<double>(std::max<std::size_t>(count, 1)) / std::max(sum_of_squares, 1e-12));
}

template void display_encode<float>(const float*, float*);
template void display_encode<double>(const double*, double*);
template void display_encode_backward<float>(const float*, const float*, float*);
template void display_encode_backward<double>(const double*, const double*, double*);
template class SequenceLoss<float>;
template class SequenceLoss<double>;

}  // namespace neural
