// The surfels' bricks and voxels, and the distances that rays leap.

#include <algorithm>
#include <bit>

#include "neural/field/pixel/field.h"
#include "neural/field/surfels.h"

namespace neural {
namespace {

using namespace pixel;

constexpr std::size_t bricks_in_cube = std::size_t{field_bricks} * field_bricks * field_bricks;

/// Marks the bricks within one of a marked one, along one axis: `stride` words apart, or bits of a row.
void spread_rows(std::vector<std::uint64_t>& bits) {
  for (std::size_t i = 0; i < bits.size(); i += 2) {
    const std::uint64_t low = bits[i], high = bits[i + 1];
    bits[i] = low | low << 1 | low >> 1 | high << 63;
    bits[i + 1] = high | high << 1 | high >> 1 | low >> 63;
  }
}
void spread_along(std::vector<std::uint64_t>& bits, std::size_t stride) {
  const std::size_t layer = stride * field_bricks;
  std::vector<std::uint64_t> line(field_bricks);
  for (std::size_t start = 0; start < bits.size(); start += layer)
    for (std::size_t at = start; at < start + stride; ++at) {
      for (std::size_t n = 0; n < field_bricks; ++n) line[n] = bits[at + n * stride];
      for (std::size_t n = 0; n < field_bricks; ++n)
        bits[at + n * stride] =
            line[n] | (n > 0 ? line[n - 1] : 0) | (n + 1 < field_bricks ? line[n + 1] : 0);
    }
}

/// The distance of each brick of a cube to the nearest one that is marked or outside, by the largest
/// coordinate.
void fill_distance(std::vector<std::uint64_t> bits, std::uint8_t* distance) {
  std::fill_n(distance, bricks_in_cube, static_cast<std::uint8_t>(field_farthest));
  std::vector<std::uint64_t> before(bits.size(), 0);
  for (int d = 0; d < field_farthest; ++d) {
    for (std::size_t w = 0; w < bits.size(); ++w)
      for (std::uint64_t fresh = bits[w] & ~before[w]; fresh != 0; fresh &= fresh - 1)
        distance[w * 64 + static_cast<std::size_t>(std::countr_zero(fresh))] = static_cast<std::uint8_t>(d);
    before = bits;
    spread_rows(bits);
    spread_along(bits, 2);
    spread_along(bits, 2 * field_bricks);
  }
  // What lies around the cube is the next one's, whose bricks this one does not know.
  const auto edge = [](int b) { return std::min(b + 1, field_bricks - b); };
  for (int z = 0; z < field_bricks; ++z)
    for (int y = 0; y < field_bricks; ++y)
      for (int x = 0; x < field_bricks; ++x, ++distance)
        *distance =
            static_cast<std::uint8_t>(std::min<int>(*distance, std::min({edge(x), edge(y), edge(z)})));
}

void mark_brick(SurfelMap& map, const SurfelPlace& place, std::uint64_t brick) {
  if (!place.moves()) {
    map.brick_bits[brick / 32] |= 1u << (brick % 32);
    return;
  }
  const int x = place.voxel[0] / field_brick_side, y = place.voxel[1] / field_brick_side,
            z = place.voxel[2] / field_brick_side;
  const auto at = static_cast<std::size_t>((z * field_mover_bricks + y) * field_mover_bricks + x);
  map.mover_bits[static_cast<std::size_t>(place.cascade - field_first_mover) * field_mover_words + at / 32] |=
      1u << (at % 32);
}

}  // namespace

std::uint64_t SurfelPlace::key() const {
  const auto part = [](int a, int shift) { return static_cast<std::uint64_t>(a) << shift; };
  const auto [x, y, z] = voxel;
  return part(cascade, 33) | part(z >> 3, 26) | part(y >> 3, 19) | part(x >> 3, 12) | part(z & 7, 9) |
         part(y & 7, 6) | part(x & 7, 3) | part(bin, 0);
}

SurfelPlace SurfelPlace::of(std::uint64_t key) {
  const auto part = [key](int shift, int bits) {
    return static_cast<int>(key >> shift & ((std::uint64_t{1} << bits) - 1));
  };
  return {part(33, 8),
          {part(12, 7) * 8 + part(3, 3), part(19, 7) * 8 + part(6, 3), part(26, 7) * 8 + part(9, 3)},
          part(0, 3)};
}

bool SurfelPlace::exists(std::size_t movers) const {
  if (bin < 0 || bin > 5) return false;
  if (!moves()) return cascade >= 0 && cascade < field_cascades;
  const int most = field_mover_bricks * field_brick_side;
  return cascade - field_first_mover < static_cast<int>(movers) && voxel[0] < most && voxel[1] < most &&
         voxel[2] < most;
}

float SurfelMap::side(const SurfelPlace& place) const {
  return place.moves() ? mover_voxels[static_cast<std::size_t>(place.cascade - field_first_mover)]
                       : voxel * static_cast<float>(1 << place.cascade);
}

float SurfelMap::middle(const SurfelPlace& place, std::size_t axis) {
  const int half = place.moves() ? field_mover_bricks * field_brick_side / 2 : field_half;
  return static_cast<float>(place.voxel[axis] - half) + 0.5f;
}

std::size_t SurfelMap::bytes() const {
  return distance.size() +
         4 * (brick_bits.size() + brick_first.size() + mover_bits.size() + mover_first.size() +
              voxel_bits.size() + voxel_first.size() + surfel_first.size() + surfels.size() + counts.size()) +
         8 * keys.size();
}

Surfel SurfelMap::surfel(std::size_t i) const {
  const float* s = &surfels[i * field_surfel_size];
  const SurfelPlace place = SurfelPlace::of(keys[i]);
  const float side = this->side(place);
  Surfel result{keys[i],     {s[0], s[1], s[2]},
                s[3] / side, {s[4], s[5], s[6]},
                counts[i],   static_cast<std::uint32_t>(s[7]) & 0xffff};
  for (std::size_t a = 0; a < 3; ++a) result.offset -= result.normal[a] * middle(place, a);
  return result;
}

std::shared_ptr<const SurfelMap> make_map(const std::vector<Surfel>& surfels, float voxel,
                                          const std::vector<FieldMover>& movers) {
  auto map = std::make_shared<SurfelMap>();
  map->voxel = voxel;
  for (const FieldMover& mover : movers) map->mover_voxels.push_back(mover.voxel);
  map->mover_bits.assign(movers.size() * field_mover_words, 0);
  const std::size_t words = field_cascades * bricks_in_cube / 32;
  map->brick_bits.assign(words, 0);
  map->brick_first.assign(words, 0);
  map->surfels.reserve(surfels.size() * field_surfel_size);
  map->keys.reserve(surfels.size());
  map->counts.reserve(surfels.size());
  std::uint64_t last_brick = ~std::uint64_t{0}, last_voxel = ~std::uint64_t{0};
  for (const Surfel& s : surfels) {
    const std::uint64_t brick = s.place >> 12, in_brick = s.place >> 3;
    const SurfelPlace place = SurfelPlace::of(s.place);
    if (brick != last_brick) {
      mark_brick(*map, place, brick);
      map->voxel_bits.resize(map->voxel_bits.size() + 16, 0);
      last_brick = brick;
    }
    if (in_brick != last_voxel) {
      const std::size_t v = in_brick & 511;
      map->voxel_bits[map->voxel_bits.size() - 16 + v / 32] |= 1u << (v % 32);
      map->surfel_first.push_back(static_cast<std::uint32_t>(map->keys.size()));
      last_voxel = in_brick;
    }
    float offset = s.offset;
    for (std::size_t a = 0; a < 3; ++a) offset += s.normal[a] * SurfelMap::middle(place, a);
    offset *= map->side(place);
    map->surfels.insert(map->surfels.end(),
                        {s.normal[0], s.normal[1], s.normal[2], offset, s.color[0], s.color[1], s.color[2],
                         static_cast<float>(place.bin / 2 << 16 | static_cast<int>(s.cells))});
    map->keys.push_back(s.place);
    map->counts.push_back(s.count);
  }
  map->surfel_first.push_back(static_cast<std::uint32_t>(map->keys.size()));
  const auto ranks = [](const std::vector<std::uint32_t>& bits, std::vector<std::uint32_t>& first,
                        std::uint32_t sum) {
    first.resize(bits.size());
    for (std::size_t i = 0; i < bits.size(); ++i)
      first[i] = sum, sum += static_cast<unsigned>(std::popcount(bits[i]));
    return sum;
  };
  ranks(map->mover_bits, map->mover_first, ranks(map->brick_bits, map->brick_first, 0));
  ranks(map->voxel_bits, map->voxel_first, 0);

  map->distance.resize(field_cascades * bricks_in_cube + 4);  // processors read four bytes at once
  std::vector<std::uint8_t> distance(bricks_in_cube);
  const FieldView<float> none;
  FieldPasses<float> passes{none};
  for (std::size_t c = 0; c < field_cascades; ++c) {
    std::vector<std::uint64_t> bits(bricks_in_cube / 64);
    for (std::size_t w = 0; w < bits.size(); ++w)
      bits[w] = map->brick_bits[c * bricks_in_cube / 32 + 2 * w] |
                std::uint64_t{map->brick_bits[c * bricks_in_cube / 32 + 2 * w + 1]} << 32;
    // Nobody leaps over the cube inside, whose bricks are smaller.
    for (std::size_t z = field_bricks / 4; c > 0 && z < field_bricks * 3 / 4; ++z)
      for (std::size_t y = field_bricks / 4; y < field_bricks * 3 / 4; ++y) {
        bits[(z * field_bricks + y) * 2] |= ~std::uint64_t{0} << 32;
        bits[(z * field_bricks + y) * 2 + 1] |= ~std::uint64_t{0} >> 32;
      }
    fill_distance(std::move(bits), distance.data());
    for (int i = 0; i < static_cast<int>(bricks_in_cube); ++i) {
      const int x = i % field_bricks, y = i / field_bricks % field_bricks,
                z = i / field_bricks / field_bricks;
      map->distance[static_cast<std::size_t>(passes.distance_place(static_cast<int>(c), x, y, z))] =
          distance[static_cast<std::size_t>(i)];
    }
  }
  return map;
}

}  // namespace neural
