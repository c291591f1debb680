#include "neural/field/learned_view.h"

#include <algorithm>

#include "compute/pixel/half.h"

namespace neural {

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
