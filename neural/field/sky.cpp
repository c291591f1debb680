#include "neural/field/sky.h"

#include <algorithm>
#include <cstdlib>

#include "neural/field/pixel/field.h"
#include "neural/field/view_points.h"

namespace neural {
namespace {

using pixel::field_sky_side;

constexpr int ground_step = 4;  // pixels from one of the ground to the next that counts, for all between
constexpr double ground = ground_step * ground_step;
constexpr float highest_ground = -0.05f;  // height of its direction
constexpr double much = 0.05;             // of a pixel in a direction: with less, what is around counts too

/// Halves a table, by sums.
std::vector<double> halved(const std::vector<double>& table, int side) {
  std::vector<double> half(table.size() / 4, 0);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      for (std::size_t c = 0; c < 4; ++c)
        half[4 * static_cast<std::size_t>(y / 2 * (side / 2) + x / 2) + c] +=
            table[4 * static_cast<std::size_t>(y * side + x) + c];
  return half;
}

/// Fills what nothing is known of from a table of half the side, which is filled in turn.
void fill(std::vector<double>& table, int side) {
  if (side == 1) return;
  std::vector<double> half = halved(table, side);
  fill(half, side / 2);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      double* to = &table[4 * static_cast<std::size_t>(y * side + x)];
      const double* from = &half[4 * static_cast<std::size_t>(y / 2 * (side / 2) + x / 2)];
      if (to[3] >= much || from[3] <= 0) continue;
      const double add = (much - to[3]) / from[3];
      for (std::size_t c = 0; c < 4; ++c) to[c] += add * from[c];
    }
}

}  // namespace

SkyFusion::SkyFusion()
    : sums_(std::size_t{field_sky_side} * field_sky_side * 4, 0), ground_(sums_.size(), 0) {}

SkyFusion::SkyFusion(const std::vector<float>& table) : sums_(table.size()), ground_(table.size(), 0) {
  constexpr double pixels = 16;  // that each entry of the table counts as
  for (std::size_t i = 0; i < table.size(); ++i)
    sums_[i] = i % 4 == 3 ? pixels : pixels * static_cast<double>(table[i]);
}

void SkyFusion::add(const LearnedView& view) {
  const ViewPoints points(view);
  const FieldView<float> none;
  pixel::FieldPasses<float> passes{none};
  for (int y = 0; y < view.camera.size.height; ++y)
    for (int x = 0; x < view.camera.size.width; ++x) {
      // Rays that find a hole in the ground end here, so below the horizon it is what is usually seen there.
      const bool surface = points.depth(x, y) > 0;
      if (surface && (x % ground_step != 0 || y % ground_step != 0)) continue;
      const Point d = unit(points.direction(x, y));
      if (surface && d.y > highest_ground) continue;
      const auto place = passes.sky_place(d.x, d.y, d.z);
      const int column = std::min(static_cast<int>(place.x), field_sky_side - 2),
                row = std::min(static_cast<int>(place.z), field_sky_side - 2);
      const float fx = place.x - static_cast<float>(column), fz = place.z - static_cast<float>(row);
      const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(view.camera.size.width) +
                            static_cast<std::size_t>(x);
      for (const int k : {0, 1, 2, 3}) {
        const auto share = static_cast<double>((k % 2 == 1 ? fx : 1 - fx) * (k / 2 == 1 ? fz : 1 - fz)) *
                           (surface ? ground : 1);
        double* sum =
            &(surface ? ground_
                      : sums_)[4 * static_cast<std::size_t>((row + k / 2) * field_sky_side + column + k % 2)];
        for (std::size_t c = 0; c < 3; ++c) sum[c] += share * static_cast<double>(view.y_at(i, c));
        sum[3] += share;
      }
    }
}

std::vector<float> SkyFusion::table() const {
  std::vector<double> filled = sums_;
  // A direction in which nobody saw the sky has what was seen more often around it, below the horizon, which
  // lies where the coordinates of the octahedron have the sum 1.
  constexpr int block = 64;
  std::vector<double> sky = sums_, ground = ground_;
  for (int y = 0; y < field_sky_side; ++y)
    for (int x = 0; x < field_sky_side; ++x)
      if (std::abs(2 * x + 1 - field_sky_side) + std::abs(2 * y + 1 - field_sky_side) < field_sky_side)
        sky[4 * static_cast<std::size_t>(y * field_sky_side + x) + 3] = 0;
  for (int side = field_sky_side; side > field_sky_side / block; side /= 2)
    sky = halved(sky, side), ground = halved(ground, side);
  for (int y = 0; y < field_sky_side; ++y)
    for (int x = 0; x < field_sky_side; ++x) {
      const auto cell = 4 * static_cast<std::size_t>(y * field_sky_side + x),
                 around = 4 * static_cast<std::size_t>(y / block * (field_sky_side / block) + x / block);
      if (sums_[cell + 3] < much && ground_[cell + 3] > 0 && ground[around + 3] > sky[around + 3])
        std::copy_n(&ground_[cell], 4, &filled[cell]);
    }
  fill(filled, field_sky_side);
  std::vector<float> table(filled.size(), 0);
  for (std::size_t i = 0; i < filled.size(); i += 4)
    for (std::size_t c = 0; c < 3; ++c)
      table[i + c] = filled[i + 3] > 0 ? static_cast<float>(filled[i + c] / filled[i + 3]) : 0.5f;
  return table;
}

}  // namespace neural
