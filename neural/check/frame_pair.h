#pragma once
// Compares two successive frames of the contract: how well the first explains the second under the numbers
// that came with them, and under the numbers that the usual mistakes would have sent.

#include <array>
#include <cstdint>
#include <vector>

#include "neural/names.h"

namespace neural {

/// Another interpretation of a frame's numbers. `none` takes them as they are.
enum class Reading : std::uint8_t {
  none,
  // Readings of the jitter: where the sample really lay.
  jitter_negated,
  jitter_negated_x,
  jitter_negated_y,
  jitter_unused,
  jitter_half,
  jitter_double,
  // Readings of the motion: what really moved.
  motion_negated,
  motion_negated_x,
  motion_negated_y,
  motion_zero,
  motion_third,
  motion_half,
  motion_double,
  motion_triple,
  motion_times_scale,  ///< times output / render: given in output pixels of a smaller picture
  motion_over_scale,
  motion_of_picture,          ///< times the render size: given as a share of the picture
  motion_of_half_picture,     ///< times half of it: in normalised device coordinates, y down
  motion_of_half_picture_up,  ///< likewise, but y up
  motion_of_camera,           ///< from clip_to_prev_clip and depth
  count
};
inline constexpr std::size_t reading_count = static_cast<std::size_t>(Reading::count);

/// The data of the previous frame that a check keeps.
struct PastFrame {
  FrameInfo info;
  std::vector<float> luminance;  ///< [h][w] linear, exposed
};

/// How well a reading explains the frame, compared with the frame's own numbers, over the samples for which
/// the two differ.
struct Explanation {
  int samples = 0;
  double error = 0, error_of_none = 0;  ///< mean absolute difference of tone-compressed luminance
};

/// What measure_pair() found. Gains are in stops.
struct FramePair {
  std::array<Explanation, reading_count> readings;
  int samples = 0;
  double matched = 0;         ///< share of the samples that the previous frame explains
  double by_chance = 0;       ///< the same share where a wrong place is looked up
  double gain = 0;            ///< median of log2(luminance / luminance before) over what both show
  double gain_agreement = 0;  ///< share of these near the median; 0 where there are too few
};

/// How sharply textures are sampled, measured on tiles of one smooth surface.
struct TextureDetail {
  int tiles = 0;    ///< those with detail at half the Nyquist frequency, farther half only
  int blurred = 0;  ///< of these, those with almost no detail at the Nyquist frequency
};

/// Returns the frame's numbers and the luminance of its colour. Reads info and color.
PastFrame luminance_of(const FrameIo& io);

/// Measures the frame `io` against the one before it. `now` is luminance_of(io). The two frames may differ in
/// size. Reads color, depth and motion.
FramePair measure_pair(const FrameIo& io, const PastFrame& now, const PastFrame& past);

/// Measures whether textures are sampled with the contract's mip bias. Without it a texture is filtered to
/// about one texel a pixel: its spectrum reaches half the Nyquist frequency and ends before Nyquist. With the
/// bias it is sampled finer and aliases, so that its spectrum does not end. A magnified texture ends earlier,
/// and its tiles are left out.
TextureDetail measure_texture_detail(const FrameIo& io, const PastFrame& now);

}  // namespace neural
