#include "neural/loss.h"

#include <algorithm>
#include <bit>
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

// log2 and 2^x in double as the library has them; in float as polynomials without branches, so that loops
// over pixels vectorise. Their errors, 2e-6 and 2e-7, are far below what a picture shows.
inline double log2_of(double x) {
  return std::log2(x);
}
inline double exp2_of(double x) {
  return std::exp2(x);
}
inline float log2_of(float x) {
  const std::int32_t bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t whole = (bits - 0x3f3504f3) >> 23;  // the fraction lies in [sqrt(1/2), sqrt(2))
  const float f = std::bit_cast<float>(bits - (whole << 23));
  const float s = (f - 1) / (f + 1), s2 = s * s;
  return static_cast<float>(whole) +
         s * (2.88539008f + s2 * (0.961796694f + s2 * (0.577078016f + s2 * 0.412198583f)));
}
inline float exp2_of(float x) {
  return pixel::exponential(x * 0.693147181f);
}

/// A block of pixels, a channel a row, so that every step below is a loop that vectorises.
constexpr std::size_t lanes = 32;
template <typename T>
using Block = T[3][lanes];

template <typename T>
void multiply(const double m[9], const Block<T>& in, Block<T>& out) {
  for (int r = 0; r < 3; ++r)
    for (std::size_t i = 0; i < lanes; ++i)
      out[r][i] = T(m[r]) * in[0][i] + T(m[3 + r]) * in[1][i] + T(m[6 + r]) * in[2][i];
}
template <typename T>
void multiply_transposed(const double m[9], const Block<T>& in, Block<T>& out) {
  for (int c = 0; c < 3; ++c)
    for (std::size_t i = 0; i < lanes; ++i)
      out[c][i] = T(m[3 * c]) * in[0][i] + T(m[3 * c + 1]) * in[1][i] + T(m[3 * c + 2]) * in[2][i];
}

template <typename T>
struct Encoding {
  Block<T> mixed, stops, curved, powered, encoded;
  explicit Encoding(const Block<T>& rgb) {
    Block<T> graded;
    T luminance[lanes] = {};
    multiply(inset, rgb, mixed);
    for (int c = 0; c < 3; ++c)
      for (std::size_t i = 0; i < lanes; ++i) {
        const T x = (log2_of(pixel::most(mixed[c][i], T(1e-10))) + T(low)) / T(span_of_stops);
        stops[c][i] = pixel::clamped(x, T(0), T(1));
        curved[c][i] = curve(stops[c][i]);
        powered[c][i] = exp2_of(T(power) * log2_of(pixel::most(curved[c][i], T(1e-10))));
        luminance[i] += T(luma[c]) * curved[c][i];
      }
    for (int c = 0; c < 3; ++c)
      for (std::size_t i = 0; i < lanes; ++i)
        graded[c][i] = luminance[i] + T(saturation) * (powered[c][i] - luminance[i]);
    multiply(outset, graded, encoded);
  }
  T result(int c, std::size_t i) const { return pixel::clamped(encoded[c][i], T(0), T(1)); }
};

template <typename T>
void encode_backward(const Block<T>& rgb, const Block<T>& g_encoded, Block<T>& g_rgb) {
  const Encoding<T> e(rgb);
  Block<T> g, g_graded, g_mixed;
  for (int c = 0; c < 3; ++c)
    for (std::size_t i = 0; i < lanes; ++i)
      g[c][i] = e.encoded[c][i] >= 0 && e.encoded[c][i] <= 1 ? g_encoded[c][i] : T(0);
  multiply_transposed(outset, g, g_graded);
  for (int c = 0; c < 3; ++c)
    for (std::size_t i = 0; i < lanes; ++i) {
      const T through_luminance = T(1 - saturation) * (g_graded[0][i] + g_graded[1][i] + g_graded[2][i]);
      const T ratio = e.powered[c][i] / pixel::most(e.curved[c][i], T(1e-10));
      const T through_power =
          e.curved[c][i] > T(1e-10) ? g_graded[c][i] * T(saturation * power) * ratio : T(0);
      const T g_stop = (T(luma[c]) * through_luminance + through_power) * curve_slope(e.stops[c][i]);
      const bool inside = e.stops[c][i] > 0 && e.stops[c][i] < 1;
      g_mixed[c][i] =
          inside ? g_stop / (pixel::most(e.mixed[c][i], T(1e-10)) * T(0.693147180559945 * span_of_stops))
                 : T(0);
    }
  multiply_transposed(inset, g_mixed, g_rgb);
}

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
  encode_backward(block, g, result);
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
      encode_backward(rgb, g_encoded, g_rgb);
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
