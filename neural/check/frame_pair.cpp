#include "neural/check/frame_pair.h"

#include <algorithm>
#include <cmath>

#include "compute/pixel/filters.h"
#include "neural/upscale/pixel/color.h"

namespace neural {
namespace {

constexpr int border = 3;

float compress(float luminance) {
  return luminance / (1 + luminance);
}

/// Tone-compressed luminance, blurred by a binomial 3x3. Jittered samples alias, and aliased detail does not
/// show where a surface moved; the blur removes it.
struct Picture {
  Size size;
  std::vector<float> value;

  Picture(const PastFrame& frame, float gain) : size(frame.info.render), value(frame.luminance.size()) {
    std::vector<float> rows(value.size());
    const int w = size.width, h = size.height;
    const auto at = [w](int x, int y) { return static_cast<std::size_t>(y * w + x); };
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) {
        const auto c = [&](int i) {
          return compress(gain * frame.luminance[at(std::clamp(i, 0, w - 1), y)]);
        };
        rows[at(x, y)] = 0.25f * c(x - 1) + 0.5f * c(x) + 0.25f * c(x + 1);
      }
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x)
        value[at(x, y)] = 0.25f * rows[at(x, std::max(y - 1, 0))] + 0.5f * rows[at(x, y)] +
                          0.25f * rows[at(x, std::min(y + 1, h - 1))];
  }
  float texel(int x, int y) const { return value[static_cast<std::size_t>(y * size.width + x)]; }
  bool holds(float x, float y) const {
    return x >= 1 && y >= 1 && x <= static_cast<float>(size.width - 1) &&
           y <= static_cast<float>(size.height - 1);
  }
  /// Returns the bilinear value at a position in pixels whose centres lie at .5.
  float at(float x, float y) const {
    pixel::Filters<float> filters;
    const auto ax = filters.linear(x, size.width), ay = filters.linear(y, size.height);
    const float top = std::lerp(texel(ax.lower, ay.lower), texel(ax.upper, ay.lower), ax.weight);
    return std::lerp(top, std::lerp(texel(ax.lower, ay.upper), texel(ax.upper, ay.upper), ax.weight),
                     ay.weight);
  }
};

struct Vec2 {
  float x = 0, y = 0;
};

/// The jitter that is true if this reading is right.
Vec2 jitter_of(Reading reading, const FrameInfo& info) {
  const Vec2 j{info.jitter[0], info.jitter[1]};
  switch (reading) {
    case Reading::jitter_negated:
      return {-j.x, -j.y};
    case Reading::jitter_negated_x:
      return {-j.x, j.y};
    case Reading::jitter_negated_y:
      return {j.x, -j.y};
    case Reading::jitter_unused:
      return {0, 0};
    case Reading::jitter_half:
      return {j.x / 2, j.y / 2};
    case Reading::jitter_double:
      return {2 * j.x, 2 * j.y};
    default:
      return j;
  }
}

/// Returns the motion of a surface that stands still, from the camera alone, in render pixels.
Vec2 camera_motion(const FrameInfo& info, Vec2 place, float depth) {
  const float w = static_cast<float>(info.render.width), h = static_cast<float>(info.render.height);
  const float nx = place.x / w * 2 - 1, ny = place.y / h * 2 - 1;
  const float* m = info.clip_to_prev_clip;
  const auto row = [&](int r) { return m[r] * nx + m[4 + r] * ny + m[8 + r] * depth + m[12 + r]; };
  const float q = row(3);
  if (!(q > 1e-6f)) return {1e6f, 1e6f};
  return {(row(0) / q + 1) * w / 2 - place.x, (row(1) / q + 1) * h / 2 - place.y};
}

Vec2 motion_of(Reading reading, const FrameInfo& info, Vec2 m, Vec2 place, float depth) {
  const float w = static_cast<float>(info.render.width), h = static_cast<float>(info.render.height);
  const float sx = static_cast<float>(info.output.width) / w, sy = static_cast<float>(info.output.height) / h;
  switch (reading) {
    case Reading::motion_negated:
      return {-m.x, -m.y};
    case Reading::motion_negated_x:
      return {-m.x, m.y};
    case Reading::motion_negated_y:
      return {m.x, -m.y};
    case Reading::motion_zero:
      return {0, 0};
    case Reading::motion_third:
      return {m.x / 3, m.y / 3};
    case Reading::motion_half:
      return {m.x / 2, m.y / 2};
    case Reading::motion_double:
      return {2 * m.x, 2 * m.y};
    case Reading::motion_triple:
      return {3 * m.x, 3 * m.y};
    case Reading::motion_times_scale:
      return {m.x * sx, m.y * sy};
    case Reading::motion_over_scale:
      return {m.x / sx, m.y / sy};
    case Reading::motion_of_picture:
      return {m.x * w, m.y * h};
    case Reading::motion_of_half_picture:
      return {m.x * w / 2, m.y * h / 2};
    case Reading::motion_of_half_picture_up:
      return {m.x * w / 2, -m.y * h / 2};
    case Reading::motion_of_camera:
      return camera_motion(info, place, depth);
    default:
      return m;
  }
}

/// Returns where the sample of pixel (x, y) lay in the previous frame, in that frame's buffer.
Vec2 past_place(Reading reading, const FrameInfo& info, const FrameInfo& past, int x, int y, Vec2 motion,
                float depth) {
  const Vec2 jitter = jitter_of(reading, info), past_jitter = jitter_of(reading, past);
  const Vec2 place{static_cast<float>(x) + 0.5f + jitter.x, static_cast<float>(y) + 0.5f + jitter.y};
  const Vec2 moved = motion_of(reading, info, motion, place, depth);
  const float rx = static_cast<float>(past.render.width) / static_cast<float>(info.render.width);
  const float ry = static_cast<float>(past.render.height) / static_cast<float>(info.render.height);
  return {(place.x + moved.x) * rx - past_jitter.x, (place.y + moved.y) * ry - past_jitter.y};
}

/// Around a silhouette the background was hidden in the previous frame, so its motion explains nothing.
bool at_silhouette(const FrameIo& io, int x, int y) {
  constexpr int near = 2;
  constexpr float most = 0.2f;  // of the nearest depth
  float low = 1e30f, high = 0;
  for (int dy = -near; dy <= near; ++dy)
    for (int dx = -near; dx <= near; ++dx) {
      const float depth = io.depth[static_cast<std::size_t>((y + dy) * io.info.render.width + x + dx)];
      low = std::min(low, depth);
      high = std::max(high, depth);
    }
  return !(high - low <= most * high);
}

double median(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Calls `body` for the samples to measure: every few pixels, where motion and depth can be trusted.
template <typename Body>
void for_samples(const FrameIo& io, const Body& body) {
  constexpr int wanted = 12000;
  const Size size = io.info.render;
  const int step =
      std::max(1, static_cast<int>(std::sqrt(static_cast<double>(size.width) * size.height / wanted)));
  for (int y = border; y < size.height - border; y += step)
    for (int x = border + y / step % 2; x < size.width - border; x += step) {
      const auto i = static_cast<std::size_t>(y * size.width + x);
      if (io.reactive[i] > 16) continue;
      const Vec2 motion{pixel::from_half(io.motion[2 * i]), pixel::from_half(io.motion[2 * i + 1])};
      if (std::isfinite(motion.x) && std::isfinite(motion.y)) body(x, y, i, motion);
    }
}

/// Measures how much brighter the whole picture became: the median over what both frames show.
void measure_gain(const FrameIo& io, const PastFrame& now, const PastFrame& past, FramePair& pair) {
  constexpr float darkest = 1e-3f;
  std::vector<double> logs;
  for_samples(io, [&](int x, int y, std::size_t i, Vec2 motion) {
    const Vec2 q = past_place(Reading::none, io.info, past.info, x, y, motion, io.depth[i]);
    const Size size = past.info.render;
    if (!(q.x >= 0 && q.y >= 0 && q.x < static_cast<float>(size.width) &&
          q.y < static_cast<float>(size.height)))
      return;
    const float before =
        past.luminance[static_cast<std::size_t>(static_cast<int>(q.y) * size.width + static_cast<int>(q.x))];
    if (now.luminance[i] > darkest && before > darkest && now.luminance[i] < 1e4f && before < 1e4f)
      logs.push_back(std::log2(now.luminance[i] / before));
  });
  if (logs.size() < 100) return;
  std::vector<double> sorted = logs;
  pair.gain = median(sorted);
  const double near = 0.05 + 0.2 * std::abs(pair.gain);
  const auto agree = std::count_if(logs.begin(), logs.end(),
                                   [&](double value) { return std::abs(value - pair.gain) < near; });
  pair.gain_agreement = static_cast<double>(agree) / static_cast<double>(logs.size());
}

}  // namespace

PastFrame luminance_of(const FrameIo& io) {
  PastFrame frame{io.info, {}};
  const std::size_t count = area(io.info.render);
  frame.luminance.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto c = pixel::load_half4<float>(io.color + 4 * i);
    const float y = 0.2126f * c[0] + 0.7152f * c[1] + 0.0722f * c[2];
    frame.luminance[i] = y >= 0 && y < pixel::brightest ? y : 0;
  }
  return frame;
}

FramePair measure_pair(const FrameIo& io, const PastFrame& now, const PastFrame& past) {
  FramePair pair;
  measure_gain(io, now, past, pair);
  // Uses the measured gain and not the reported one: a wrong exposure must not spoil the other measurements.
  const Picture current(now, 1), before(past, static_cast<float>(std::exp2(pair.gain)));
  int matched = 0, by_chance = 0, outside = 0, all = 0;
  for_samples(io, [&](int x, int y, std::size_t i, Vec2 motion) {
    const Vec2 q = past_place(Reading::none, io.info, past.info, x, y, motion, io.depth[i]);
    outside += !before.holds(q.x, q.y);
    ++all;
  });
  // Samples that have just come into the picture are no evidence for or against a reading, unless most of
  // them have: a motion that is far too long leads out of the picture everywhere.
  const bool leads_out = 10 * outside > 4 * all;
  const Size size = before.size;
  for_samples(io, [&](int x, int y, std::size_t i, Vec2 motion) {
    const float here = current.texel(x, y);
    const float dx = current.texel(x + 1, y) - current.texel(x - 1, y),
                dy = current.texel(x, y + 1) - current.texel(x, y - 1);
    const float slope = std::max(std::abs(dx), std::abs(dy));
    const Vec2 q = past_place(Reading::none, io.info, past.info, x, y, motion, io.depth[i]);
    const bool inside = before.holds(q.x, q.y);
    const float error = inside ? std::abs(here - before.at(q.x, q.y)) : 1;
    ++pair.samples;
    matched += error < 0.02f + slope;
    const int elsewhere_x = (x + size.width / 3) % size.width,
              elsewhere_y = (y + size.height / 5) % size.height;
    by_chance += std::abs(here - before.texel(elsewhere_x, elsewhere_y)) < 0.02f + slope;
    if (slope < 0.01f || (!inside && !leads_out) || at_silhouette(io, x, y))
      return;  // a flat place looks the same wherever it moved
    for (std::size_t r = 1; r < reading_count; ++r) {
      const Vec2 other = past_place(static_cast<Reading>(r), io.info, past.info, x, y, motion, io.depth[i]);
      const float away = std::max(std::abs(other.x - q.x), std::abs(other.y - q.y));
      const float least = r < static_cast<std::size_t>(Reading::motion_negated) ? 0.2f : 0.7f;
      if (away < least || !before.holds(other.x, other.y)) continue;
      Explanation& explanation = pair.readings[r];
      ++explanation.samples;
      explanation.error += std::abs(here - before.at(other.x, other.y));
      explanation.error_of_none += inside ? error : 0.1f;
    }
  });
  for (Explanation& e : pair.readings) {
    e.error /= std::max(1, e.samples);
    e.error_of_none /= std::max(1, e.samples);
  }
  pair.matched = static_cast<double>(matched) / std::max(1, pair.samples);
  pair.by_chance = static_cast<double>(by_chance) / std::max(1, pair.samples);
  return pair;
}

}  // namespace neural
