#include "neural/field/sun_share.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "neural/field/view_points.h"

namespace neural {
namespace {

constexpr std::size_t most_pixels = 1 << 14, least_pixels = 200;
constexpr float least_facing = 0.15f;  // what the sun grazes says little
constexpr float least_fall = 1.3f;     // of the light, in a shadow
constexpr float same_depth = 0.002f;
constexpr float least_light = 0.01f, most_share = 100;

}  // namespace

void SunShare::add(const LearnedView& view, const LearnedView& without) {
  const Point sun{known_.towards[0], known_.towards[1], known_.towards[2]};
  if (dot(sun, sun) < 0.5f) return;
  const ViewPoints points(without);
  const Size size = without.camera.size;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const std::size_t i =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x);
      const float z = without.depth[i];
      if (z <= 0 || std::abs(view.depth[i] - z) > same_depth * z) continue;
      std::array<float, 3> dark{}, lit{};
      float all_dark = 0, all_lit = 0;
      for (std::size_t c = 0; c < 3; ++c) {
        dark[c] = std::max(from_y(view.y_at(i, c)), 1e-4f), lit[c] = from_y(without.y_at(i, c));
        all_dark += dark[c], all_lit += lit[c];
      }
      if (all_lit < 3 * least_light || all_lit < least_fall * all_dark) continue;
      const float facing = dot(points.normal(x, y), sun);
      if (facing < least_facing) continue;
      // Beyond the first ones each takes the place of another, so that late views count too.
      const std::size_t n = seen_++ * 2654435761u % most_pixels;
      for (std::size_t c = 0; c < 3; ++c) {
        const float share = std::clamp((lit[c] / dark[c] - 1) / facing, 0.0f, most_share);
        if (measured_[c].size() < most_pixels)
          measured_[c].push_back(share);
        else
          measured_[c][n] = share;
      }
    }
}

FieldSun SunShare::sun() const {
  FieldSun sun = known_;
  if (measured_[0].size() < least_pixels) return sun;
  for (std::size_t c = 0; c < 3; ++c) {
    std::vector<float> shares = measured_[c];
    const auto middle = shares.begin() + static_cast<std::ptrdiff_t>(shares.size() / 2);
    std::nth_element(shares.begin(), middle, shares.end());
    sun.share[c] = *middle;
  }
  return sun;
}

}  // namespace neural
