#pragma once
// What two successive frames of the contract say about each other: how well the second is explained by the
// first under the numbers that came with them, and under the numbers that the usual mistakes would have sent.

#include <array>
#include <cstdint>
#include <vector>

#include "neural/names.h"

namespace neural {

/// Another reading of a frame's numbers. `none` is what the frame says.
enum class Reading : std::uint8_t {
  none,
  // Of the jitter: how the sample really lay.
  jitter_negated,
  jitter_negated_x,
  jitter_negated_y,
  jitter_unused,
  jitter_half,
  jitter_double,
  // Of the motion: what really moved.
  motion_negated,
  motion_negated_x,
  motion_negated_y,
  motion_zero,
  motion_third,
  motion_half,
  motion_double,
  motion_triple,
  motion_times_scale,  ///< by output / render: it was given in output pixels of a smaller picture
  motion_over_scale,
  motion_of_picture,          ///< by the render size: it was given in parts of the picture
  motion_of_half_picture,     ///< by half of it: in normalised device coordinates, y down
  motion_of_half_picture_up,  ///< the same, y up
  motion_of_camera,           ///< what clip_to_prev_clip and depth say
  count
};
inline constexpr std::size_t reading_count = static_cast<std::size_t>(Reading::count);

/// The frame before, as a check keeps it.
struct PastFrame {
  FrameInfo info;
  std::vector<float> luminance;  ///< [h][w] linear, exposed
};

/// How well a reading explains the frame, against what the frame says, on those samples where both differ.
struct Explanation {
  int samples = 0;
  double error = 0, error_of_none = 0;  ///< mean absolute difference of tone-compressed luminance
};

struct FramePair {
  std::array<Explanation, reading_count> readings;
  int samples = 0;
  double matched = 0;         ///< share of the samples that the frame before explains
  double by_chance = 0;       ///< the same, looked up in a wrong place
  double gain = 0;            ///< median of log2(luminance / luminance before) over what both show
  double gain_agreement = 0;  ///< share of them that lie near this median; 0 where too few are there
};

/// How sharp textures are sampled, from tiles of one smooth surface.
struct TextureDetail {
  int tiles = 0;    ///< with detail at half the Nyquist frequency: the farther half of them
  int blurred = 0;  ///< of these, with next to none at the Nyquist frequency
};

/// Luminance of a frame's colour, for measure_pair.
PastFrame luminance_of(const FrameIo& io);

/// `now` is the current frame in the same form. Sizes of the two may differ.
FramePair measure_pair(const FrameIo& io, const PastFrame& now, const PastFrame& past);

/// A texture that is sampled without a bias has been filtered to about a texel a pixel: its spectrum goes on
/// to half the Nyquist frequency and ends before Nyquist. With the contract's bias it is sampled finer than
/// that and aliases, so that its spectrum does not end. A magnified texture ends earlier and is no such tile.
TextureDetail measure_texture_detail(const FrameIo& io, const PastFrame& now);

}  // namespace neural
