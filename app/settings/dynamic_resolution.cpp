#include "app/settings/dynamic_resolution.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace app {
namespace {

// These gains were chosen on recorded times of a path on lavapipe, within the range that is stable at a delay
// of two frames.
constexpr double proportional = 0.3, integral = 0.01;
constexpr double trend_memory = 0.98, max_trend = 0.03;
constexpr double max_error = 0.12;  // logarithm of time: beyond it the size of a miss says nothing more
constexpr double max_step = 0.1;    // logarithm of pixels, a frame
constexpr double ladder = 1.02;     // scale from rung to rung

}  // namespace

std::string describe_resolution(const DynamicResolutionSettings& settings, double scale, double frame_ms) {
  const double coarsest = std::max(settings.min_scale, settings.max_scale);
  const double finest = std::min(settings.min_scale, settings.max_scale);
  // A frame may miss its target by this share and still hold it on average.
  constexpr double tolerance = 1.1;
  std::string text =
      fmt::format("Dynamic resolution: scale {:.2f} now, target {:.1f} ms", scale, settings.target_ms);
  if (scale >= coarsest && frame_ms > tolerance * settings.target_ms)
    return text + fmt::format(" cannot be reached: {:.1f} ms at the coarsest scale.", frame_ms);
  return text + (scale <= finest && frame_ms * tolerance < settings.target_ms ? ", easily held." : ".");
}

DynamicResolution::DynamicResolution(double scale) : pixels_(-2 * std::log(scale)), rung_(scale) {}

/// The nearest step; the present one as long as it is less than a step away.
double DynamicResolution::step_onto_ladder(double scale) const {
  const double step = std::log(ladder);
  if (std::abs(std::log(scale / rung_)) < step) return rung_;
  return std::exp(std::round(std::log(scale) / step) * step);
}

double DynamicResolution::next(double frame_ms, const DynamicResolutionSettings& settings) {
  if (!(settings.target_ms > 0) || !(frame_ms > 0)) return rung_;
  const double error = std::clamp(std::log(settings.target_ms / frame_ms), -max_error, max_error);
  trend_ = std::clamp(trend_memory * trend_ + integral * error, -max_trend, max_trend);

  // Whichever is which: the smaller scale is the finest.
  const double finest = std::min(settings.min_scale, settings.max_scale);
  const double coarsest = std::max(settings.min_scale, settings.max_scale);
  const double low = -2 * std::log(coarsest), high = -2 * std::log(finest);
  pixels_ += std::clamp(proportional * error + trend_, -max_step, max_step);
  if (pixels_ <= low || pixels_ >= high) trend_ = 0;  // at a limit there is nothing to follow
  pixels_ = std::clamp(pixels_, low, high);
  if (pixels_ == low || pixels_ == high)
    rung_ = pixels_ == low ? coarsest : finest;
  else
    rung_ = std::clamp(step_onto_ladder(std::exp(-pixels_ / 2)), finest, coarsest);
  return rung_;
}

}  // namespace app
