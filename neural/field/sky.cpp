#include "neural/field/sky.h"

#include <utility>

#include "neural/field/pixel/field.h"
#include "neural/field/view_points.h"

namespace neural {
namespace {

using pixel::field_sky_side;

}  // namespace

SkyFusion::SkyFusion() : sums_(std::size_t{field_sky_side} * field_sky_side * 4, 0) {}

SkyFusion::SkyFusion(const std::vector<float>& table) : sums_(table.size()) {
  constexpr double pixels = 16;  // that each entry of the table counts as
  for (std::size_t i = 0; i < table.size(); ++i)
    sums_[i] = i % 4 == 3 ? pixels : pixels * static_cast<double>(table[i]);
}

void SkyFusion::add(const LearnedView& view) {
  const ViewPoints points(view);
  const FieldView<float> none;
  pixel::FieldPasses<float> passes{none};
  for (int y = 0; y < view.camera.size.height; ++y)
    for (int x = y % 3; x < view.camera.size.width; x += 3) {
      if (points.depth(x, y) > 0) continue;
      const Point d = unit(points.direction(x, y));
      const auto place = passes.sky_place(d.x, d.y, d.z);
      double* sum = &sums_[4 * (static_cast<std::size_t>(place.z + 0.5f) * field_sky_side +
                                static_cast<std::size_t>(place.x + 0.5f))];
      const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(view.camera.size.width) +
                            static_cast<std::size_t>(x);
      for (std::size_t c = 0; c < 3; ++c) sum[c] += static_cast<double>(view.y_at(i, c));
      sum[3] += 1;
    }
}

std::vector<float> SkyFusion::table() const {
  constexpr int side = field_sky_side;
  std::vector<double> filled = sums_;
  for (bool empty = true; empty;) {
    const std::vector<double> before = filled;
    empty = false;
    bool grew = false;
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x) {
        const auto at = [&](int i, int j) {
          return 4 * (static_cast<std::size_t>(j) * side + static_cast<std::size_t>(i));
        };
        if (before[at(x, y) + 3] > 0) continue;
        empty = true;
        double* to = &filled[at(x, y)];
        for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
          const int i = x + dx, j = y + dy;
          if (i < 0 || j < 0 || i >= side || j >= side || !(before[at(i, j) + 3] > 0)) continue;
          for (std::size_t c = 0; c < 3; ++c) to[c] += before[at(i, j) + c] / before[at(i, j) + 3];
          to[3] += 1;
          grew = true;
        }
      }
    if (!grew) break;
  }
  std::vector<float> table(filled.size(), 0);
  for (std::size_t i = 0; i < filled.size(); i += 4)
    for (std::size_t c = 0; c < 3; ++c)
      table[i + c] = filled[i + 3] > 0 ? static_cast<float>(filled[i + c] / filled[i + 3]) : 0.5f;
  return table;
}

}  // namespace neural
