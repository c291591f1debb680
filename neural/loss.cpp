#include "neural/loss.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "neural/pixel_ops.h"

namespace neural {
namespace {

// Columns, as in the shader.
constexpr double inset[9] = {0.842479062253094,  0.0423282422610123, 0.0423756549057051,
                             0.0784335999999992, 0.878468636469772,  0.0784336,
                             0.0792237451477643, 0.0791661274605434, 0.879142973793104};
constexpr double outset[9] = {1.19687900512017,    -0.0528968517574562, -0.0529716355144438,
                              -0.0980208811401368, 1.15190312990417,    -0.0980434501171241,
                              -0.0990297440797205, -0.0989611768448433, 1.15107367264116};
constexpr double luma[3] = {0.2126, 0.7152, 0.0722};
constexpr double low = 12.47393, span_of_stops = 4.026069 + 12.47393;
constexpr double saturation = 1.25, power = 1.2;

template <typename T>
T curve(T x) {
  const T x2 = x * x, x4 = x2 * x2;
  return T(15.5) * x4 * x2 - T(40.14) * x4 * x + T(31.96) * x4 - T(6.868) * x2 * x + T(0.4298) * x2 +
         T(0.1191) * x - T(0.00232);
}
template <typename T>
T curve_slope(T x) {
  const T x2 = x * x, x3 = x2 * x, x4 = x2 * x2;
  return T(93) * x4 * x - T(200.7) * x4 + T(127.84) * x3 - T(20.604) * x2 + T(0.8596) * x + T(0.1191);
}

template <typename T>
void multiply(const double m[9], const T in[3], T out[3]) {
  for (int r = 0; r < 3; ++r) out[r] = T(m[r]) * in[0] + T(m[3 + r]) * in[1] + T(m[6 + r]) * in[2];
}
template <typename T>
void multiply_transposed(const double m[9], const T in[3], T out[3]) {
  for (int c = 0; c < 3; ++c)
    out[c] = T(m[3 * c]) * in[0] + T(m[3 * c + 1]) * in[1] + T(m[3 * c + 2]) * in[2];
}

template <typename T>
struct Encoding {
  T mixed[3], stops[3], curved[3], powered[3], encoded[3];
  explicit Encoding(const T rgb[3]) {
    multiply(inset, rgb, mixed);
    T luminance = 0;
    for (int c = 0; c < 3; ++c) {
      stops[c] =
          std::clamp((std::log2(std::max(mixed[c], T(1e-10))) + T(low)) / T(span_of_stops), T(0), T(1));
      curved[c] = curve(stops[c]);
      luminance += T(luma[c]) * curved[c];
    }
    T graded[3];
    for (int c = 0; c < 3; ++c) {
      powered[c] = std::pow(std::max(curved[c], T(0)), T(power));
      graded[c] = luminance + T(saturation) * (powered[c] - luminance);
    }
    multiply(outset, graded, encoded);
  }
};

}  // namespace

template <typename T>
void display_encode(const T rgb[3], T encoded[3]) {
  const Encoding<T> e(rgb);
  for (int c = 0; c < 3; ++c) encoded[c] = std::clamp(e.encoded[c], T(0), T(1));
}

template <typename T>
void display_encode_backward(const T rgb[3], const T g_encoded[3], T g_rgb[3]) {
  const Encoding<T> e(rgb);
  T g[3], g_graded[3];
  for (int c = 0; c < 3; ++c) g[c] = e.encoded[c] >= 0 && e.encoded[c] <= 1 ? g_encoded[c] : T(0);
  multiply_transposed(outset, g, g_graded);
  const T g_luminance = T(1 - saturation) * (g_graded[0] + g_graded[1] + g_graded[2]);
  T g_mixed[3];
  for (int c = 0; c < 3; ++c) {
    T g_curved = T(luma[c]) * g_luminance;
    if (e.curved[c] > 0) g_curved += g_graded[c] * T(saturation) * T(power) * e.powered[c] / e.curved[c];
    const bool inside = e.stops[c] > 0 && e.stops[c] < 1;
    g_mixed[c] =
        inside ? g_curved * curve_slope(e.stops[c]) / (e.mixed[c] * T(0.693147180559945) * T(span_of_stops))
               : T(0);
  }
  multiply_transposed(inset, g_mixed, g_rgb);
}

template <typename T>
std::vector<T> SequenceLoss<T>::error_of(const T* output, const f16* truth, std::size_t pixels) {
  std::vector<T> error(pixels * 3);
  for (std::size_t i = 0; i < pixels; ++i) {
    T is[3], should[3], rgb[3];
    for (std::size_t c = 0; c < 3; ++c) rgb[c] = static_cast<T>(pixel::from_half(truth[4 * i + c]));
    display_encode(output + 4 * i, is);
    display_encode(rgb, should);
    for (std::size_t c = 0; c < 3; ++c) error[3 * i + c] = is[c] - should[c];
  }
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
    const std::vector<T>& before = n ? errors[n - 1] : previous_error;
    for (std::size_t i = 0; i < count; ++i) {
      const T e = errors[n][i], root = std::sqrt(e * e + soft * soft);
      sum += static_cast<double>((root - soft) * scale);
      g[n][i] += e / root * scale;
      if (before.empty()) continue;
      const T d = e - before[i], change = std::sqrt(d * d + soft * soft),
              slope = temporal * d / change * scale;
      sum += static_cast<double>(temporal * (change - soft) * scale);
      g[n][i] += slope;
      if (n) g[n - 1][i] -= slope;
    }
  }
  for (std::size_t n = 0; n < frames; ++n)
    for (std::size_t i = 0; i < pixels; ++i) {
      display_encode_backward(outputs[n] + 4 * i, g[n].data() + 3 * i, gradients[n] + 4 * i);
      gradients[n][4 * i + 3] = 0;
    }
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
