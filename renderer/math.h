#pragma once
// glm with Vulkan's depth range, and the few matrices of the program.

#ifndef GLM_FORCE_DEPTH_ZERO_TO_ONE
#define GLM_FORCE_DEPTH_ZERO_TO_ONE
#endif
#include <cstdint>
#include <glm/glm.hpp>
#include <glm/gtc/matrix_transform.hpp>
#include <glm/gtc/quaternion.hpp>

namespace renderer {

/// Returns a projection with reversed depth and an infinite far plane: depth = near / view distance. Clip y
/// points down (row 0 is the top). `window` cuts an off-centre part out of the picture: (x0, y0, x1, y1) in
/// [0, 1] of the whole.
template <typename T>
glm::mat<4, 4, T> infinite_projection(T tan_half_fov_y, T aspect, T near,
                                      glm::vec<4, T> window = {T(0), T(0), T(1), T(1)}) {
  glm::mat<4, 4, T> p(T(0));
  p[0][0] = T(1) / (tan_half_fov_y * aspect);
  p[1][1] = T(-1) / tan_half_fov_y;
  p[2][3] = T(-1);
  p[3][2] = near;
  const T sx = T(1) / (window.z - window.x), sy = T(1) / (window.w - window.y);
  const T ox = (T(1) - window.x - window.z) * sx, oy = (T(1) - window.y - window.w) * sy;
  glm::mat<4, 4, T> crop(T(1));
  crop[0][0] = sx;
  crop[1][1] = sy;
  crop[3][0] = ox;
  crop[3][1] = oy;
  return crop * p;
}

/// Returns a value in [0, 1) of Halton's low-discrepancy sequence; `index` counts from 1.
inline double halton(std::uint32_t index, std::uint32_t base) {
  double result = 0, fraction = 1;
  for (; index > 0; index /= base) {
    fraction /= base;
    result += fraction * (index % base);
  }
  return result;
}

}  // namespace renderer
