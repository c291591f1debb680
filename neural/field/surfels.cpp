#include "neural/field/surfels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

#include "neural/field/view_points.h"

namespace neural {
namespace {

using namespace pixel;

constexpr float least_count = 0.05f;    // pixels of a surfel
constexpr float weakest = 1.0f / 8;     // of the strongest surfel of a voxel
constexpr float parts_a_voxel = 1.5f;   // points along a voxel's side
constexpr float least_before = 0.003f;  // that a mover lies before what stands still, of the distance
constexpr int most_parts = 6;           // of a pixel, along each axis
constexpr float most_slope = 0.1f;
constexpr float enough = 4;        // pixels that saw a voxel
constexpr float color_shrink = 8;  // points that the mean of 4^3 voxels counts as

int bin_of(Point n) {
  const float x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
  if (x > y && x > z) return n.x > 0;
  return y > z ? 2 + (n.y > 0) : 4 + (n.z > 0);
}

/// Where a view's points lie: around the centre as they are, or in a mover's cube, to which they are turned.
struct Still {
  float eye[3];
  Point turned(Point p) const { return p; }
};
struct InMover {
  float eye[3];
  int mover;
  ToMover to;
  Point turned(Point p) const {
    const auto q = to.turned(p.x, p.y, p.z);
    return {q[0], q[1], q[2]};
  }
};

/// The nearest depth around a pixel, since another view of the same has its samples elsewhere within them.
float nearest_around(const LearnedView& view, int x, int y) {
  const auto [width, height] = view.camera.size;
  float nearest = std::numeric_limits<float>::max();
  for (int j = std::max(0, y - 1); j <= std::min(height - 1, y + 1); ++j)
    for (int i = std::max(0, x - 1); i <= std::min(width - 1, x + 1); ++i) {
      const float z = view.depth[static_cast<std::size_t>(j * width + i)];
      if (z > 0) nearest = std::min(nearest, z);
    }
  return nearest;
}

/// A cell of which nothing is known is there if two beside it are, or half of the surfel's, and rays have
/// seen through none of it.
std::uint32_t cells_of(const SurfelSums& sums) {
  std::uint32_t bits = 0, unknown = 0;
  for (int i = 0; i < 16; ++i) {
    bits |= static_cast<std::uint32_t>(sums.cell(i) > 0) << i;
    unknown |= static_cast<std::uint32_t>(sums.cell(i) == 0) << i;
  }
  if (bits == 0 || unknown == 0) return bits;
  if ((bits | unknown) == 0xffff && std::popcount(bits) >= field_cells * field_cells / 2) return 0xffff;
  const std::uint32_t sides[4] = {bits << 1 & 0xeeee, bits >> 1 & 0x7777, bits << 4 & 0xffff, bits >> 4};
  std::uint32_t one = 0, two = 0;
  for (const std::uint32_t s : sides) two |= one & s, one |= s;
  return bits | (unknown & two);
}

}  // namespace

void SurfelFusion::add(const SurfelMap& map, float most) {
  for (std::size_t i = 0; i < map.count(); ++i) {
    const Surfel s = map.surfel(i);
    const float count = std::min(s.count, most);
    SurfelSums& sums = table_.at(s.place);
    const float place[3] = {s.normal[0] * s.offset, s.normal[1] * s.offset, s.normal[2] * s.offset};
    sums.add(s.normal, place, s.color, count);
    for (int c = 0; c < 16; ++c) sums.judge(c, (s.cells >> c & 1) == 1 ? 4 : -4);
  }
}

/// The smallest cube around the centre that a place lies in; its number is field_cascades outside of all.
SurfelFusion::Cube SurfelFusion::cube_at(const float p[3]) const {
  const float largest = 1.001f * std::max({std::abs(p[0]), std::abs(p[1]), std::abs(p[2])});
  int cascade = 0;
  float side = voxel_;
  for (; largest >= side * field_half && cascade < field_cascades; ++cascade) side *= 2;
  return {cascade, side, field_half};
}

/// Adds one point of a cube. Returns by how many pixels its surfel was seen.
float SurfelFusion::add_point(const Cube& cube, const float p[3], const float normal[3], int bin,
                              const float color[3], float weight, const float seen[3]) {
  SurfelPlace place;
  place.bin = bin;
  place.cascade = cube.number;
  if (place.cascade == field_cascades) return enough + 1;
  const float side = cube.side;
  float at_side[3];
  for (std::size_t a = 0; a < 3; ++a) {
    at_side[a] = p[a] / side + cube.half;
    place.voxel[a] = std::clamp(static_cast<int>(at_side[a]), 0, 2 * static_cast<int>(cube.half) - 1);
  }
  SurfelSums& sums = table_.at(place.key());
  float from_middle[3];
  for (std::size_t a = 0; a < 3; ++a) {
    at_side[a] -= static_cast<float>(place.voxel[a]);
    from_middle[a] = at_side[a] - 0.5f;
  }
  sums.add(normal, from_middle, color, weight);
  // What else of the voxel the pixel sees is there too, if nothing is known of it.
  const auto cell = [&](int axis, float beside) {
    const float at = (at_side[axis % 3] + beside * seen[axis % 3] / side) * field_cells;
    return std::clamp(static_cast<int>(at), 0, field_cells - 1);
  };
  const int u = bin / 2 + 1, v = bin / 2 + 2;
  sums.judge(cell(u, 0) + field_cells * cell(v, 0), 2);
  for (int j = cell(v, -1); j <= cell(v, 1); ++j)
    for (int i = cell(u, -1); i <= cell(u, 1); ++i)
      if (const int c = i + field_cells * j; sums.cell(c) == 0) sums.judge(c, 1);
  return sums.count();
}

template <typename Space>
void SurfelFusion::add_pixel(const ViewPoints& points, const LearnedView& view, int x, int y,
                             const Space& space) {
  const float z = points.depth(x, y);
  const Point seen = points.at(x, y), n = points.normal(x, y);
  const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(view.camera.size.width) +
                        static_cast<std::size_t>(x);
  const float color[3] = {view.y_at(i, 0), view.y_at(i, 1), view.y_at(i, 2)};
  struct Place {
    float at[3];
  };
  const auto place_of = [&](Point p) {
    const Point q = space.turned(p);
    return Place{{space.eye[0] + q.x, space.eye[1] + q.y, space.eye[2] + q.z}};
  };
  const auto cube_of = [&](const Place& place) {
    if constexpr (std::is_same_v<Space, InMover>)
      return Cube{field_first_mover + space.mover, movers_[static_cast<std::size_t>(space.mover)].voxel,
                  0.5f * static_cast<float>(field_mover_bricks * field_brick_side)};
    else
      return cube_at(place.at);
  };
  const Point turned_normal = space.turned(n);
  const float normal[3] = {turned_normal.x, turned_normal.y, turned_normal.z};
  const Place place = place_of(seen);
  const Cube cube = cube_of(place);
  // Where many pixels see one cell, some of them are enough.
  const float fine = z * view.camera.pixel_size() / cube.side;
  if (fine < 0.25f && (x + y) % 2 == 1) return;
  if (fine < 0.125f && y % 2 == 1) return;
  // A pixel that sees more of a surface than a voxel of it is taken for several points where little is
  // known, so that what is far has no holes.
  const auto step_to = [&](float right, float down) {
    const Point d = points.direction(x, y, right, down);
    return d * (dot(n, seen) / std::min(dot(n, d), -1e-6f)) - seen;
  };
  const auto parts_along = [&](Point step) {
    return std::clamp(static_cast<int>(parts_a_voxel * std::sqrt(dot(step, step)) / cube.side) + 1, 1,
                      most_parts);
  };
  const Point to_right = step_to(1, 0), to_below = step_to(0, 1);
  const int across = parts_along(to_right), down = parts_along(to_below);
  const int bin = bin_of(turned_normal);
  const float half = 0.5f / static_cast<float>(across), half_down = 0.5f / static_cast<float>(down);
  const Point right = space.turned(to_right), below = space.turned(to_below);
  const float extent[3] = {half * std::abs(right.x) + half_down * std::abs(below.x),
                           half * std::abs(right.y) + half_down * std::abs(below.y),
                           half * std::abs(right.z) + half_down * std::abs(below.z)};
  const float weight = 1 / static_cast<float>(across * down);
  if (add_point(cube, place.at, normal, bin, color, weight, extent) > enough) return;
  for (int k = 0; k < across * down; ++k) {
    const int column = k % across, row = k / across;
    const float u = (static_cast<float>(column) + 0.5f) / static_cast<float>(across) - 0.5f,
                v = (static_cast<float>(row) + 0.5f) / static_cast<float>(down) - 0.5f;
    if (u == 0 && v == 0) continue;
    const Point d = points.direction(x, y, u, v);
    const float t = dot(n, seen) / std::min(dot(n, d), -1e-6f);
    if (std::abs(t - z) > most_slope * z) continue;
    const Place part = place_of(d * t);
    add_point(cube_of(part), part.at, normal, bin, color, weight, extent);
  }
}

void SurfelFusion::add(const LearnedView& view) {
  const ViewPoints points(view);
  Still space{};
  for (std::size_t a = 0; a < 3; ++a) space.eye[a] = static_cast<float>(view.camera.eye[a] - center_[a]);
  for (int y = 0; y < view.camera.size.height; ++y)
    for (int x = 0; x < view.camera.size.width; ++x)
      if (points.depth(x, y) > 0) add_pixel(points, view, x, y, space);
}

std::vector<SurfelFusion::MoverPixel> SurfelFusion::add_movers(const LearnedView& view,
                                                               const LearnedView& without,
                                                               const std::vector<MoverPose>& poses) {
  std::vector<MoverPixel> pixels;
  const ViewPoints points(view);
  std::vector<InMover> spaces;
  for (std::size_t m = 0; m < movers_.size(); ++m) {
    InMover space{{}, static_cast<int>(m), ToMover(movers_[m], poses[m], center_)};
    float eye[3];
    for (std::size_t a = 0; a < 3; ++a) eye[a] = static_cast<float>(view.camera.eye[a] - center_[a]);
    const auto at = space.to.at(eye[0], eye[1], eye[2]);
    std::copy(at.begin(), at.end(), space.eye);
    spaces.push_back(space);
  }
  const auto inside = [&](const InMover& space, Point seen) {
    const Point p = space.turned(seen);
    const auto& half = movers_[static_cast<std::size_t>(space.mover)].half;
    return std::abs(space.eye[0] + p.x) < half[0] && std::abs(space.eye[1] + p.y) < half[1] &&
           std::abs(space.eye[2] + p.z) < half[2];
  };
  for (int y = 0; y < view.camera.size.height; ++y)
    for (int x = 0; x < view.camera.size.width; ++x) {
      const float z = points.depth(x, y);
      if (z <= 0 || z > nearest_around(without, x, y) * (1 - least_before)) continue;
      const Point seen = points.at(x, y);
      for (const InMover& space : spaces)
        if (inside(space, seen)) {
          add_pixel(points, view, x, y, space);
          pixels.push_back({x, y, static_cast<std::size_t>(space.mover)});
          break;
        }
    }
  return pixels;
}

/// Leaves out those that the fewest pixels saw where there are more than a file holds.
void SurfelFusion::keep_most(std::vector<std::uint32_t>& order) const {
  if (order.size() <= most_surfels) return;
  std::vector<float> counts;
  counts.reserve(order.size());
  for (const std::uint32_t i : order) counts.push_back(table_[i].count());
  const auto limit = counts.end() - static_cast<std::ptrdiff_t>(most_surfels);
  std::nth_element(counts.begin(), limit, counts.end());
  std::erase_if(order, [&, least = *limit](std::uint32_t i) { return table_[i].count() <= least; });
}

/// Those that rays did not see through, by their keys, without those that are weak beside others of their
/// voxel.
std::vector<std::uint32_t> SurfelFusion::strong() const {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted;
  for (std::size_t i = 0; i < table_.size(); ++i)
    if (table_[i].count() >= least_count && cells_of(table_[i]) != 0)
      sorted.emplace_back(table_[i].key(), static_cast<std::uint32_t>(i));
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::uint32_t> order;
  order.reserve(sorted.size());
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    float most = 0;
    const auto voxel = [&](std::size_t n) { return sorted[n].first >> 3; };
    for (; end < sorted.size() && voxel(end) == voxel(i); ++end)
      most = std::max(most, table_[sorted[end].second].count());
    for (; i < end; ++i)
      if (table_[sorted[i].second].count() >= weakest * most) order.push_back(sorted[i].second);
  }
  return order;
}

std::vector<Surfel> SurfelFusion::surfels() const {
  std::vector<std::uint32_t> order = strong();
  keep_most(order);
  // The mean colour of 4^3 voxels with the same bin. Those of one brick are together, in 8 x 8 groups of a
  // brick.
  std::vector<Surfel> result;
  result.reserve(order.size());
  for (std::size_t i = 0; i < order.size();) {
    const std::uint64_t brick = table_[order[i]].key() >> 12;
    struct Mean {
      float color[3] = {0, 0, 0};
      float count = 0;
    };
    std::array<Mean, 64> means;
    const auto group = [](std::uint64_t key) {
      return (key >> 11 & 1) << 5 | (key >> 8 & 1) << 4 | (key >> 5 & 1) << 3 | (key & 7);
    };
    std::size_t end = i;
    for (; end < order.size() && table_[order[end]].key() >> 12 == brick; ++end) {
      const SurfelSums& sums = table_[order[end]];
      Mean& mean = means[group(sums.key())];
      for (std::size_t c = 0; c < 3; ++c) mean.color[c] += sums.count() * sums.color(c);
      mean.count += sums.count();
    }
    for (; i < end; ++i) {
      const SurfelSums& sums = table_[order[i]];
      const Mean& mean = means[group(sums.key())];
      const auto [nx, ny, nz] = sums.normal();
      const auto [px, py, pz] = sums.place();
      const Point n = unit({nx, ny, nz});
      Surfel s{sums.key(), {n.x, n.y, n.z}, dot(n, {px, py, pz}), {0, 0, 0}, sums.count(), cells_of(sums)};
      for (std::size_t c = 0; c < 3; ++c)
        s.color[c] = (sums.count() * sums.color(c) + color_shrink * mean.color[c] / mean.count) /
                     (sums.count() + color_shrink);
      result.push_back(s);
    }
  }
  return result;
}

}  // namespace neural
