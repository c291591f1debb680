#include "core/picture/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"

namespace core {
namespace {

using core::Image;

/// The sum of row(y) over all rows. Rows are added in their order, so that the number of threads does not
/// change the last digit.
template <typename Row>
double sum_rows(int height, const Row& row) {
  std::vector<double> sums(static_cast<std::size_t>(height));
  core::parallel_ranges(sums.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t y = begin; y < end; ++y) sums[y] = row(static_cast<int>(y));
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

double mean_square(const Image& image) {
  const std::size_t row = 3 * static_cast<std::size_t>(image.width);
  const double sum = sum_rows(image.height, [&](int y) {
    const float* values = image.at(0, y);
    double total = 0;
    for (std::size_t i = 0; i < row; ++i) total += static_cast<double>(values[i]) * values[i];
    return total;
  });
  return sum / static_cast<double>(image.rgb.size());
}

Image difference(const Image& a, const Image& b) {
  Image result(a.width, a.height);
  std::transform(a.rgb.begin(), a.rgb.end(), b.rgb.begin(), result.rgb.begin(), std::minus<>());
  return result;
}

constexpr int ssim_radius = 5;  // 3.5 sigma, as scikit-image truncates
constexpr int ssim_taps = 2 * ssim_radius + 1;

std::array<double, ssim_taps> ssim_window() {
  std::array<double, ssim_taps> window{};
  for (int i = 0; i < ssim_taps; ++i)
    window[static_cast<std::size_t>(i)] =
        std::exp(-0.5 * (i - ssim_radius) * (i - ssim_radius) / (1.5 * 1.5));
  const double sum = std::accumulate(window.begin(), window.end(), 0.0);
  for (double& weight : window) weight /= sum;
  return window;
}

/// Sum of the SSIM of all channels over the pixels of one row whose window lies inside the picture.
/// `moments` is scratch memory of at least 5 * 3 * width.
double ssim_of_row(const Image& a, const Image& b, int y, const std::array<double, ssim_taps>& window,
                   std::vector<double>& moments) {
  const std::size_t row = 3 * static_cast<std::size_t>(a.width);
  moments.assign(5 * row, 0);  // weighted down the columns: x, y, xx, yy, xy
  double *mx = moments.data(), *my = mx + row, *mxx = my + row, *myy = mxx + row, *mxy = myy + row;
  for (int k = 0; k < ssim_taps; ++k) {
    const float *pa = a.at(0, y + k - ssim_radius), *pb = b.at(0, y + k - ssim_radius);
    const double weight = window[static_cast<std::size_t>(k)];
    for (std::size_t i = 0; i < row; ++i) {
      const double va = pa[i], vb = pb[i], wa = weight * va, wb = weight * vb;
      mx[i] += wa;
      my[i] += wb;
      mxx[i] += wa * va;
      myy[i] += wb * vb;
      mxy[i] += wa * vb;
    }
  }
  constexpr double c1 = 0.01 * 0.01, c2 = 0.03 * 0.03;
  double sum = 0;
  for (std::size_t i = 3 * ssim_radius; i < row - 3 * ssim_radius; ++i) {
    double ux = 0, uy = 0, uxx = 0, uyy = 0, uxy = 0;
    for (std::size_t k = 0; k < ssim_taps; ++k) {
      const std::size_t at = i + 3 * k - 3 * ssim_radius;
      ux += window[k] * mx[at];
      uy += window[k] * my[at];
      uxx += window[k] * mxx[at];
      uyy += window[k] * myy[at];
      uxy += window[k] * mxy[at];
    }
    const double vx = uxx - ux * ux, vy = uyy - uy * uy, vxy = uxy - ux * uy;
    sum += (2 * ux * uy + c1) * (2 * vxy + c2) / ((ux * ux + uy * uy + c1) * (vx + vy + c2));  // eq. 13
  }
  return sum;
}

}  // namespace

void check_same_size(const Image& test, const Image& reference) {
  if (test.width != reference.width || test.height != reference.height)
    core::fail("cannot compare a picture of {} x {} pixels with a reference of {} x {}", test.width,
               test.height, reference.width, reference.height);
  if (test.pixels() == 0) core::fail("cannot compare empty pictures");
}

double mean_squared_error(const Image& test, const Image& reference) {
  check_same_size(test, reference);
  return mean_square(difference(test, reference));
}

double psnr_db(double mean_squared_error) {
  return mean_squared_error > 0 ? -10 * std::log10(mean_squared_error)
                                : std::numeric_limits<double>::infinity();
}

double ssim(const Image& test, const Image& reference) {
  check_same_size(test, reference);
  const int inner_width = test.width - 2 * ssim_radius, inner_height = test.height - 2 * ssim_radius;
  if (inner_width < 1 || inner_height < 1)
    core::fail("SSIM needs pictures of at least {0} x {0} pixels", ssim_taps);
  const auto window = ssim_window();
  const double sum = sum_rows(inner_height, [&](int y) {
    thread_local std::vector<double> moments;
    return ssim_of_row(test, reference, y + ssim_radius, window, moments);
  });
  return sum / (3.0 * inner_width * inner_height);
}

FlipMap SequenceMetrics::add(const Image& test, const Image& reference) {
  check_same_size(test, reference);
  Image error = difference(test, reference);
  squared_error_ += mean_square(error);
  ssim_ += ssim(test, reference);
  FlipMap map = flip(test, reference);
  flip_ += map.mean;
  follow(std::move(error));
  ++frames_;
  return map;
}

void SequenceMetrics::pass(const Image& test, const Image& reference) {
  check_same_size(test, reference);
  follow(difference(test, reference));
}

/// (test_n - test_m) - (reference_n - reference_m) is the difference of the two errors.
void SequenceMetrics::follow(Image error) {
  if (previous_error_.pixels() > 0) {
    temporal_squared_error_ += mean_squared_error(error, previous_error_);
    ++steps_;
  }
  previous_error_ = std::move(error);
}

Scores SequenceMetrics::scores() const {
  if (frames_ == 0) core::fail("no frame was scored");
  return {.frames = frames_,
          .psnr_db = core::psnr_db(squared_error_ / frames_),
          .tpsnr_db = core::psnr_db(steps_ > 0 ? temporal_squared_error_ / steps_ : 0),
          .ssim = ssim_ / frames_,
          .flip = flip_ / frames_};
}

}  // namespace core
