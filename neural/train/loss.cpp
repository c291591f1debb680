#include "neural/train/loss.h"

#include <algorithm>
#include <cmath>

#include "neural/train/pixel/loss_rows.h"

namespace neural {

template <typename T>
void display_encode(const T rgb[3], T encoded[3]) {
  const T color[3][1] = {{rgb[0]}, {rgb[1]}, {rgb[2]}};
  const pixel::DisplayEncoding<T, 1> e(color);
  for (int c = 0; c < 3; ++c) encoded[c] = e.result(c, 0);
}
template <typename T>
void display_encode_backward(const T rgb[3], const T g_encoded[3], T g_rgb[3]) {
  const T color[3][1] = {{rgb[0]}, {rgb[1]}, {rgb[2]}},
          g[3][1] = {{g_encoded[0]}, {g_encoded[1]}, {g_encoded[2]}};
  T result[3][1];
  pixel::encode_backward(color, g, result);
  for (int c = 0; c < 3; ++c) g_rgb[c] = result[c][0];
}

std::vector<float> display_error(const float* output, const f16* truth, std::size_t pixels) {
  std::vector<float> error(pixels * 3);
  pixel::error_rows(output, truth, static_cast<std::int64_t>(pixels), error.data());
  return error;
}

double weight_of(const LossSettings& settings, double loss) {
  if (settings.usual <= 0) return 1;
  return std::clamp(settings.usual / std::max(loss, 1e-12), 1 / settings.most_weight, settings.most_weight);
}

double psnr_of_errors(double sum_of_squares, std::size_t count) {
  return 10 *
         std::log10(static_cast<double>(std::max<std::size_t>(count, 1)) / std::max(sum_of_squares, 1e-12));
}

template void display_encode<float>(const float*, float*);
template void display_encode<double>(const double*, double*);
template void display_encode_backward<float>(const float*, const float*, float*);
template void display_encode_backward<double>(const double*, const double*, double*);

}  // namespace neural
