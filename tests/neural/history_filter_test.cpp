// The filter that history is read with.

#include "neural/upscale/pixel/upscale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace {

TEST(HistoryFilter, IsLanczosAndExactAtTheTexels) {
  const auto lanczos = [](double x) {
    const double pi_x = std::numbers::pi * x;
    return std::abs(x) < 1e-9 ? 1 : 3 * std::sin(pi_x) * std::sin(pi_x / 3) / (pi_x * pi_x);
  };
  neural::StepView<double> view;
  neural::pixel::Upscale<double> passes{view};
  for (int n = 1; n < 1000; ++n) {
    double w[16];
    passes.lanczos_weights(n / 1000.0, 1 - n / 1000.0, w);
    for (int k = 0; k < 6; ++k) {
      EXPECT_NEAR(w[k], lanczos(k - 2 - n / 1000.0), 6e-5) << n << " " << k;
      EXPECT_NEAR(w[8 + k], lanczos(k - 3 + n / 1000.0), 6e-5) << n << " " << k;
    }
  }
  float w[16];
  const neural::StepView<float> view_of_floats;
  neural::pixel::Upscale<float>{view_of_floats}.lanczos_weights(0.0f, 0.0f, w);
  for (int k = 0; k < 16; ++k) EXPECT_EQ(w[k], k % 8 == 2 ? 1.0f : 0.0f) << k;
  const auto taps = passes.history_taps(10.3, 7.9);
  double sum = 0;
  int count = 0;
  for (int r = 0; r < 6; ++r)
    for (int c = passes.taps_outside(r); c < 6 - passes.taps_outside(r); ++c, ++count)
      sum += taps.weights[c] * taps.weights[8 + r] * taps.scale;
  EXPECT_EQ(count, 24);
  EXPECT_NEAR(sum, 1, 1e-12);
}

}  // namespace
