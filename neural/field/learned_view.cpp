#include "neural/field/learned_view.h"

#include <algorithm>

#include "compute/pixel/half.h"

namespace neural {

void write_ray(const LearnedView& view, const std::array<double, 3>& center, int x, int y, float* ray) {
  const auto d = view.camera.direction(x, y);
  const float length = std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
  const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(view.camera.size.width) +
                        static_cast<std::size_t>(x);
  for (std::size_t a = 0; a < 3; ++a) {
    ray[a] = static_cast<float>(view.camera.eye[a] - center[a]);
    ray[4 + a] = d[a] / length;
    ray[8 + a] = view.y_at(i, a);
  }
  ray[3] = view.depth[i] * length;
  ray[7] = view.camera.pixel_size();
}

LearnedView learned_view(const FrameIo& io, const FieldCamera& camera, float exposure) {
  LearnedView view{camera, {}, {}};
  view.camera.size = io.info.render;
  const std::size_t pixels = area(io.info.render);
  view.color.resize(3 * pixels);
  view.depth.resize(pixels);
  const float scale = exposure / io.info.exposure;
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const float light = compute::pixel::from_half(io.color[4 * i + c]) * scale;
      view.color[3 * i + c] = static_cast<std::uint16_t>(
          std::min(65535.0f, to_y(std::isfinite(light) ? light : 0) * LearnedView::color_steps + 0.5f));
    }
    view.depth[i] = io.depth[i] > 0 ? io.info.near / io.depth[i] : 0;
  }
  return view;
}

}  // namespace neural
