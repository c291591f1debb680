#pragma once
// A frame of the rasterizer as the field learns from it.

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "neural/names.h"

namespace neural {

/// A colour channel as the field learns it, 0 to about 2: Y = log2(1 + 32 c) / 8 of linear light, so that an
/// error counts about as the eye sees it.
inline float to_y(float linear) {
  return std::log2(1 + 32 * (linear > 0 ? linear : 0.0f)) / 8;
}

inline float from_y(float y) {
  return (std::exp2(8 * y) - 1) / 32;
}

/// The camera of a frame, in the scene's units.
struct FieldCamera {
  Size size;
  std::array<double, 3> eye{};
  std::array<double, 9> axes{1, 0, 0, 0, 1, 0, 0, 0, 1};  ///< right, up, backward
  double tangent_x = 1, tangent_y = 1;                    ///< of half the field of view
  float jitter[2] = {0, 0};                               ///< as core::FrameInfo
  double near = 0.1;

  /// The direction of a pixel's sample, or of a place so many pixels beside it, whose depth along the view
  /// is 1.
  std::array<float, 3> direction(int x, int y, float right = 0, float down = 0) const {
    const double a = ((x + 0.5 + static_cast<double>(jitter[0] + right)) / size.width * 2 - 1) * tangent_x;
    const double b = (1 - (y + 0.5 + static_cast<double>(jitter[1] + down)) / size.height * 2) * tangent_y;
    std::array<float, 3> d{};
    for (std::size_t i = 0; i < 3; ++i)
      d[i] = static_cast<float>(axes[i] * a + axes[3 + i] * b - axes[6 + i]);
    return d;
  }
  float pixel_size() const { return static_cast<float>(2 * tangent_y / size.height); }
};

struct LearnedView {
  FieldCamera camera;
  std::vector<std::uint16_t> color;  ///< [h][w][3] Y times color_steps
  std::vector<float> depth;          ///< [h][w] along the view; 0: the sky
  static constexpr float color_steps = 32768;

  float y_at(std::size_t pixel, std::size_t channel) const {
    return static_cast<float>(color[3 * pixel + channel]) / color_steps;
  }
};

/// Writes what a pixel shows as a ray to learn from, field_ray_size numbers of FieldView::rays; its origin is
/// relative to `center`.
void write_ray(const LearnedView& view, const std::array<double, 3>& center, int x, int y, float* ray);

/// Takes a frame of the contract. Colours are brought from the frame's exposure to `exposure`.
LearnedView learned_view(const FrameIo& io, const FieldCamera& camera, float exposure);

}  // namespace neural
