#include "neural/loss.h"

#include <algorithm>
#include <cmath>

#include "neural/pixel_loss.h"

namespace neural {
namespace {

/// A block of pixels, a channel a row, so that every step is a loop that vectorises.
constexpr std::size_t lanes = 32;
template <typename T>
using Block = T[3][lanes];
template <typename T>
using Encoding = pixel::DisplayEncoding<T, lanes>;

/// visit(first, count) for blocks that cover [0, pixels).
template <typename Visit>
void for_blocks(std::size_t pixels, const Visit& visit) {
  for (std::size_t first = 0; first < pixels; first += lanes) visit(first, std::min(lanes, pixels - first));
}

template <typename T>
void load_block(const T* rgba, std::size_t count, Block<T>& block) {
  for (int c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < count; ++i) block[c][i] = rgba[4 * i + static_cast<std::size_t>(c)];
    for (std::size_t i = count; i < lanes; ++i) block[c][i] = 0;
  }
}

}  // namespace

template <typename T>
void display_encode(const T rgb[3], T encoded[3]) {
  Block<T> block = {};
  for (int c = 0; c < 3; ++c) block[c][0] = rgb[c];
  const Encoding<T> e(block);
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
  for_blocks(pixels, [&](std::size_t first, std::size_t count) {
    Block<T> is, should = {};
    load_block(output + 4 * first, count, is);
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t c = 0; c < 3; ++c)
        should[c][i] = static_cast<T>(pixel::from_half(truth[4 * (first + i) + c]));
    const Encoding<T> a(is), b(should);
    for (std::size_t i = 0; i < count; ++i)
      for (int c = 0; c < 3; ++c)
        error[3 * (first + i) + static_cast<std::size_t>(c)] = a.result(c, i) - b.result(c, i);
  });
  return error;
}

template <typename T>
double SequenceLoss<T>::evaluate(std::span<const T* const> outputs, std::span<const std::vector<T>> errors,
                                 const std::vector<T>& previous_error, std::span<T* const> gradients,
                                 std::size_t pixels) const {
  const std::size_t count = pixels * 3, frames = outputs.size();
  const T soft = static_cast<T>(settings_.softness), scale = T(1) / static_cast<T>(count * frames);
  const T temporal = static_cast<T>(settings_.temporal);
  double sum = 0;
  std::vector<std::vector<T>> g(frames, std::vector<T>(count));
  for (std::size_t n = 0; n < frames; ++n) {
    const T* e = errors[n].data();
    T* to = g[n].data();
    T total = 0, changes = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const T root = std::sqrt(e[i] * e[i] + soft * soft);
      total += root - soft;
      to[i] += e[i] / root * scale;
    }
    const std::vector<T>& before = n ? errors[n - 1] : previous_error;
    for (std::size_t i = 0; i < before.size(); ++i) {
      const T d = e[i] - before[i], change = std::sqrt(d * d + soft * soft);
      changes += change - soft;
      to[i] += temporal * d / change * scale;
    }
    for (std::size_t i = 0; n > 0 && i < count; ++i) {
      const T d = e[i] - before[i];
      g[n - 1][i] -= temporal * d / std::sqrt(d * d + soft * soft) * scale;
    }
    sum +=
        static_cast<double>(scale) * (static_cast<double>(total) + static_cast<double>(temporal * changes));
  }
  for (std::size_t n = 0; n < frames; ++n)
    for_blocks(pixels, [&](std::size_t first, std::size_t many) {
      Block<T> rgb, g_encoded = {}, g_rgb;
      load_block(outputs[n] + 4 * first, many, rgb);
      for (std::size_t i = 0; i < many; ++i)
        for (std::size_t c = 0; c < 3; ++c) g_encoded[c][i] = g[n][3 * (first + i) + c];
      pixel::encode_backward(rgb, g_encoded, g_rgb);
      for (std::size_t i = 0; i < many; ++i) {
        for (std::size_t c = 0; c < 3; ++c) gradients[n][4 * (first + i) + c] = g_rgb[c][i];
        gradients[n][4 * (first + i) + 3] = 0;
      }
    });
  return sum;
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
