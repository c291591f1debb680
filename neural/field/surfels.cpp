#include "neural/field/surfels.h"

#include <algorithm>
#include <cmath>

#include "neural/field/view_points.h"

namespace neural {
namespace {

using namespace pixel;

constexpr float least_count = 0.05f;   // pixels of a surfel
constexpr float weakest = 1.0f / 8;    // of the strongest surfel of a voxel
constexpr float parts_a_voxel = 1.5f;  // points along a voxel's side
constexpr int most_parts = 6;          // of a pixel, along each axis
constexpr float most_slope = 0.1f;
constexpr float enough = 4;        // pixels that saw a voxel
constexpr float color_shrink = 8;  // points that the mean of 4^3 voxels counts as

int bin_of(Point n) {
  const float x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
  if (x > y && x > z) return n.x > 0;
  return y > z ? 2 + (n.y > 0) : 4 + (n.z > 0);
}

/// The smallest cube around the centre that a place lies in, by its largest coordinate; field_cascades
/// outside of all.
int cascade_of(float largest, float voxel) {
  int cascade = 0;
  for (float half = voxel * field_half; largest * 1.001f >= half && cascade < field_cascades; ++cascade)
    half *= 2;
  return cascade;
}
float largest_of(const float p[3]) {
  return std::max({std::abs(p[0]), std::abs(p[1]), std::abs(p[2])});
}

std::uint64_t mixed(std::uint64_t key) {
  key *= 0x9e3779b97f4a7c15u;
  return key ^ (key >> 29);
}

}  // namespace

void SurfelFusion::Sums::judge(int cell, int points) {
  constexpr int most = 60;
  auto& c = cells[static_cast<std::size_t>(cell)];
  c = static_cast<std::int8_t>(std::clamp(c + points, -most, most));
}

/// A cell of which nothing is known is there if two beside it are.
std::uint32_t SurfelFusion::Sums::filled() const {
  std::uint32_t bits = 0, unknown = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    bits |= static_cast<std::uint32_t>(cells[i] > 0) << i;
    unknown |= static_cast<std::uint32_t>(cells[i] == 0) << i;
  }
  if (bits == 0 || unknown == 0) return bits;
  const std::uint32_t sides[4] = {bits << 1 & 0xeeee, bits >> 1 & 0x7777, bits << 4 & 0xffff, bits >> 4};
  std::uint32_t one = 0, two = 0;
  for (const std::uint32_t s : sides) two |= one & s, one |= s;
  return bits | (unknown & two);
}

SurfelFusion::Sums& SurfelFusion::at(std::uint64_t key) {
  if (2 * (used_ + 1) > keys_.size()) grow();
  const std::size_t mask = keys_.size() - 1;
  std::size_t i = mixed(key) & mask;
  while (keys_[i] != 0 && keys_[i] != key + 1) i = (i + 1) & mask;
  if (keys_[i] == 0) keys_[i] = key + 1, ++used_;
  return sums_[i];
}

void SurfelFusion::grow() {
  const std::vector<std::uint64_t> keys = std::move(keys_);
  const std::vector<Sums> sums = std::move(sums_);
  keys_.assign(std::max<std::size_t>(1u << 16, 2 * keys.size()), 0);
  sums_.assign(keys_.size(), Sums{});
  used_ = 0;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i] != 0) at(keys[i] - 1) = sums[i];
}

void SurfelFusion::add(const SurfelMap& map, float most) {
  for (std::size_t i = 0; i < map.count(); ++i) {
    const Surfel s = map.surfel(i);
    const float count = std::min(s.count, most);
    Sums& sums = at(s.place);
    for (std::size_t a = 0; a < 3; ++a) {
      sums.normal[a] += count * s.normal[a];
      sums.place[a] += count * s.normal[a] * s.offset;
      sums.color[a] += count * s.color[a];
    }
    sums.count += count;
    for (int c = 0; c < 16; ++c) sums.judge(c, (s.cells >> c & 1) == 1 ? 4 : -4);
  }
}

/// Adds one point, relative to the field's centre. Returns by how many pixels its surfel was seen.
float SurfelFusion::add_point(const float p[3], const float normal[3], int bin, const float color[3],
                              float weight, const float seen[3]) {
  SurfelPlace place;
  place.bin = bin;
  place.cascade = cascade_of(largest_of(p), voxel_);
  if (place.cascade >= field_cascades) return enough + 1;
  const float side = voxel_ * static_cast<float>(1 << place.cascade);
  float at_side[3];
  for (std::size_t a = 0; a < 3; ++a) {
    at_side[a] = p[a] / side + field_half;
    place.voxel[a] = std::clamp(static_cast<int>(at_side[a]), 0, 2 * field_half - 1);
  }
  Sums& sums = at(place.key());
  for (std::size_t a = 0; a < 3; ++a) {
    at_side[a] -= static_cast<float>(place.voxel[a]);
    sums.normal[a] += weight * normal[a];
    sums.place[a] += weight * (at_side[a] - 0.5f);
    sums.color[a] += weight * color[a];
  }
  sums.count += weight;
  // What else of the voxel the pixel sees is there too, if nothing is known of it.
  const auto cell = [&](int axis, float beside) {
    const float at = (at_side[axis % 3] + beside * seen[axis % 3] / side) * field_cells;
    return std::clamp(static_cast<int>(at), 0, field_cells - 1);
  };
  const int u = bin / 2 + 1, v = bin / 2 + 2;
  sums.judge(cell(u, 0) + field_cells * cell(v, 0), 2);
  for (int j = cell(v, -1); j <= cell(v, 1); ++j)
    for (int i = cell(u, -1); i <= cell(u, 1); ++i) {
      auto& c = sums.cells[i + field_cells * j];
      if (c == 0) c = 1;
    }
  return sums.count;
}

void SurfelFusion::add(const LearnedView& view) {
  const ViewPoints points(view);
  const FieldCamera& camera = view.camera;
  float eye[3];
  for (std::size_t a = 0; a < 3; ++a) eye[a] = static_cast<float>(camera.eye[a] - center_[a]);
  for (int y = 0; y < camera.size.height; ++y)
    for (int x = 0; x < camera.size.width; ++x) {
      const float z = points.depth(x, y);
      if (z <= 0) continue;
      const Point seen = points.at(x, y), n = points.normal(x, y);
      const float normal[3] = {n.x, n.y, n.z};
      const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(camera.size.width) +
                            static_cast<std::size_t>(x);
      const float color[3] = {view.y_at(i, 0), view.y_at(i, 1), view.y_at(i, 2)};
      const float place[3] = {eye[0] + seen.x, eye[1] + seen.y, eye[2] + seen.z};
      const float side = voxel_ * static_cast<float>(1 << cascade_of(largest_of(place), voxel_));
      // Where many pixels see one cell, some of them are enough.
      const float fine = z * camera.pixel_size() / side;
      if (fine < 0.25f && (x + y) % 2 == 1) continue;
      if (fine < 0.125f && y % 2 == 1) continue;
      // A pixel that sees more of a surface than a voxel of it is taken for several points where little is
      // known, so that what is far has no holes.
      const auto step_to = [&](float right, float down) {
        const Point d = points.direction(x, y, right, down);
        return d * (dot(n, seen) / std::min(dot(n, d), -1e-6f)) - seen;
      };
      const auto parts_along = [&](Point step) {
        return std::clamp(static_cast<int>(parts_a_voxel * std::sqrt(dot(step, step)) / side) + 1, 1,
                          most_parts);
      };
      const Point right = step_to(1, 0), below = step_to(0, 1);
      const int across = parts_along(right), down = parts_along(below);
      const int bin = bin_of(n);
      const float half = 0.5f / static_cast<float>(across), half_down = 0.5f / static_cast<float>(down);
      const float extent[3] = {half * std::abs(right.x) + half_down * std::abs(below.x),
                               half * std::abs(right.y) + half_down * std::abs(below.y),
                               half * std::abs(right.z) + half_down * std::abs(below.z)};
      const float weight = 1 / static_cast<float>(across * down);
      if (add_point(place, normal, bin, color, weight, extent) > enough) continue;
      for (int k = 0; k < across * down; ++k) {
        const int column = k % across, row = k / across;
        const float u = (static_cast<float>(column) + 0.5f) / static_cast<float>(across) - 0.5f,
                    v = (static_cast<float>(row) + 0.5f) / static_cast<float>(down) - 0.5f;
        if (u == 0 && v == 0) continue;
        const Point d = points.direction(x, y, u, v);
        const float t = dot(n, seen) / std::min(dot(n, d), -1e-6f);
        if (std::abs(t - z) > most_slope * z) continue;
        const float p[3] = {eye[0] + d.x * t, eye[1] + d.y * t, eye[2] + d.z * t};
        add_point(p, normal, bin, color, weight, extent);
      }
    }
}

/// Leaves out those that the fewest pixels saw where there are more than a file holds.
void SurfelFusion::keep_most(std::vector<std::size_t>& order) const {
  if (order.size() <= most_surfels) return;
  std::vector<float> counts;
  counts.reserve(order.size());
  for (const std::size_t i : order) counts.push_back(sums_[i].count);
  const auto limit = counts.end() - static_cast<std::ptrdiff_t>(most_surfels);
  std::nth_element(counts.begin(), limit, counts.end());
  std::erase_if(order, [&, least = *limit](std::size_t i) { return sums_[i].count <= least; });
}

std::vector<Surfel> SurfelFusion::surfels() const {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted;
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (keys_[i] != 0 && sums_[i].count >= least_count && sums_[i].filled() != 0)
      sorted.emplace_back(keys_[i], static_cast<std::uint32_t>(i));
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::size_t> order;
  order.reserve(sorted.size());
  for (const auto& [key, i] : sorted) order.push_back(i);
  // Weak ones beside the strongest of their voxel are noise of normals.
  std::vector<std::size_t> strong;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    float most = 0;
    const auto voxel = [&](std::size_t n) { return (keys_[order[n]] - 1) >> 3; };
    for (; end < order.size() && voxel(end) == voxel(i); ++end)
      most = std::max(most, sums_[order[end]].count);
    for (; i < end; ++i)
      if (sums_[order[i]].count >= weakest * most) strong.push_back(order[i]);
  }
  keep_most(strong);
  // The mean colour of 4^3 voxels with the same bin. Those of one brick are together, in 8 x 8 groups of a
  // brick.
  std::vector<Surfel> result;
  result.reserve(strong.size());
  for (std::size_t i = 0; i < strong.size();) {
    const std::uint64_t brick = (keys_[strong[i]] - 1) >> 12;
    struct Mean {
      float color[3] = {0, 0, 0};
      float count = 0;
    };
    std::array<Mean, 64> means;
    const auto group = [](std::uint64_t key) {
      return (key >> 11 & 1) << 5 | (key >> 8 & 1) << 4 | (key >> 5 & 1) << 3 | (key & 7);
    };
    std::size_t end = i;
    for (; end < strong.size() && (keys_[strong[end]] - 1) >> 12 == brick; ++end) {
      const Sums& sums = sums_[strong[end]];
      Mean& mean = means[group(keys_[strong[end]] - 1)];
      for (std::size_t c = 0; c < 3; ++c) mean.color[c] += sums.color[c];
      mean.count += sums.count;
    }
    for (; i < end; ++i) {
      const std::uint64_t key = keys_[strong[i]] - 1;
      const Sums& sums = sums_[strong[i]];
      const Mean& mean = means[group(key)];
      const Point n = unit({sums.normal[0], sums.normal[1], sums.normal[2]});
      Surfel s{key, {n.x, n.y, n.z}, 0, {0, 0, 0}, sums.count, sums.filled()};
      s.offset = dot(n, Point{sums.place[0], sums.place[1], sums.place[2]} * (1 / sums.count));
      for (std::size_t c = 0; c < 3; ++c)
        s.color[c] =
            (sums.color[c] + color_shrink * mean.color[c] / mean.count) / (sums.count + color_shrink);
      result.push_back(s);
    }
  }
  return result;
}

}  // namespace neural
