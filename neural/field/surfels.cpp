#include "neural/field/surfels.h"

#include <algorithm>
#include <cmath>

#include "neural/field/view_points.h"

namespace neural {
namespace {

using namespace pixel;

constexpr float least_count = 2;     // points of a surfel
constexpr float weakest = 1.0f / 8;  // of the strongest surfel of a voxel
constexpr float color_shrink = 8;    // points that the mean of 4^3 voxels counts as

int bin_of(Point n) {
  const float x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
  if (x > y && x > z) return n.x > 0;
  return y > z ? 2 + (n.y > 0) : 4 + (n.z > 0);
}

std::uint64_t mixed(std::uint64_t key) {
  key *= 0x9e3779b97f4a7c15u;
  return key ^ (key >> 29);
}

}  // namespace

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
  }
}

void SurfelFusion::add(const LearnedView& view) {
  const ViewPoints points(view);
  const Point eye{static_cast<float>(view.camera.eye[0] - center_[0]),
                  static_cast<float>(view.camera.eye[1] - center_[1]),
                  static_cast<float>(view.camera.eye[2] - center_[2])};
  for (int y = 0; y < view.camera.size.height; ++y)
    for (int x = 0; x < view.camera.size.width; ++x) {
      if (points.depth(x, y) <= 0) continue;
      const Point seen = points.at(x, y), p{eye.x + seen.x, eye.y + seen.y, eye.z + seen.z};
      const float m = std::max({std::abs(p.x), std::abs(p.y), std::abs(p.z)}) * 1.001f;
      SurfelPlace place;
      float half = voxel_ * field_half;
      while (m >= half && place.cascade < field_cascades) half *= 2, ++place.cascade;
      if (place.cascade >= field_cascades) continue;
      const float side = half / field_half;
      const float at_side[3] = {p.x / side + field_half, p.y / side + field_half, p.z / side + field_half};
      const Point n = points.normal(x, y);
      for (std::size_t a = 0; a < 3; ++a)
        place.voxel[a] = std::clamp(static_cast<int>(at_side[a]), 0, 2 * field_half - 1);
      place.bin = bin_of(n);
      Sums& sums = at(place.key());
      const float normal[3] = {n.x, n.y, n.z};
      const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(view.camera.size.width) +
                            static_cast<std::size_t>(x);
      for (std::size_t a = 0; a < 3; ++a) {
        sums.normal[a] += normal[a];
        sums.place[a] += at_side[a] - static_cast<float>(place.voxel[a]) - 0.5f;
        sums.color[a] += view.y_at(i, a);
      }
      sums.count += 1;
      ++points_;
    }
}

std::vector<Surfel> SurfelFusion::surfels() const {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (keys_[i] != 0 && sums_[i].count >= least_count) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys_[a] < keys_[b]; });
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
      Surfel s{key, {n.x, n.y, n.z}, 0, {0, 0, 0}, sums.count};
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
