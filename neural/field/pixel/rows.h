#pragma once
// The passes for processors, many rays at once: tiles of a frame, chunks of rays to learn, and levels.

#include <memory>

#include "neural/field/pixel/batch.h"
#include "neural/field/pixel/rays.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

inline constexpr int tile_width = 32, tile_height = 8;
inline constexpr int tile_pixels = tile_width * tile_height;

/// What the thread that calls works with: it is too large to be made anew for each row.
template <typename Work>
Work& of_thread() {
  static thread_local const std::unique_ptr<Work> work(new Work);
  return *work;
}

template <typename View>
int tile_rows(const void* its_view) {
  const View& view = *static_cast<const View*>(its_view);
  return (view.grid.width + tile_width - 1) / tile_width *
         ((view.grid.height + tile_height - 1) / tile_height);
}

/// The movers that rays of a tile may meet: those whose spheres reach into the cone around its corners.
template <typename S>
int movers_near(FieldPasses<float, S>& passes, int left, int top, int* near) {
  const FieldView<float, S>& view = passes.v;
  const auto middle = passes.ray_of(left + tile_width / 2, top + tile_height / 2).ray;
  const auto along = [&](float x, float y, float z) { return middle.dx * x + middle.dy * y + middle.dz * z; };
  float cosine = 1;
  for (const int k : {0, 1, 2, 3}) {
    const auto corner =
        passes.ray_of(left + (k % 2 == 0 ? -1 : tile_width), top + (k / 2 == 0 ? -1 : tile_height)).ray;
    cosine = std::min(cosine, along(corner.dx, corner.dy, corner.dz));
  }
  const float sine = std::sqrt(std::max(0.0f, 1 - cosine * cosine));
  int count = 0;
  for (int m = 0; m < std::min(view.movers, field_most_movers); ++m) {
    const float* sphere = view.mover_frames + m * field_mover_size + 29;
    const float x = sphere[0] - view.eye[0], y = sphere[1] - view.eye[1], z = sphere[2] - view.eye[2];
    const float a = along(x, y, z), away = std::sqrt(std::max(0.0f, x * x + y * y + z * z - a * a));
    // The distance of the sphere's middle from the cone's side.
    if (away * cosine - a * sine < sphere[3]) near[count++] = m;
  }
  return count;
}

/// Whether a mover may stand between the sun and what some rays hit: each caster's sphere against a sphere
/// around all hits.
template <typename S>
bool may_be_shadowed(FieldPasses<float, S>& passes, const typename FieldPasses<float, S>::PixelRay* rays,
                     const typename FieldPasses<float, S>::Hit* hits, const int* active, int count) {
  const FieldView<float, S>& view = passes.v;
  if (view.casters == 0 || count == 0) return false;
  float low[3] = {1e30f, 1e30f, 1e30f}, high[3] = {-1e30f, -1e30f, -1e30f};
  for (int i = 0; i < count; ++i) {
    const auto& r = rays[active[i]].ray;
    const float t = hits[active[i]].t, p[3] = {r.ox + r.dx * t, r.oy + r.dy * t, r.oz + r.dz * t};
    for (int a = 0; a < 3; ++a) low[a] = std::min(low[a], p[a]), high[a] = std::max(high[a], p[a]);
  }
  float middle[3], around = 0;
  for (int a = 0; a < 3; ++a) {
    middle[a] = 0.5f * (low[a] + high[a]);
    around += (high[a] - middle[a]) * (high[a] - middle[a]);
  }
  around = std::sqrt(around);
  for (int m = view.movers; m < view.movers + view.casters; ++m) {
    const float* ball = view.mover_frames + m * field_mover_size + 29;
    float along = 0, square = 0;
    for (int a = 0; a < 3; ++a) {
      const float way = ball[a] - middle[a];
      along += way * view.sun[a];
      square += way * way;
    }
    const float reach = ball[3] + around;
    if (along > -reach && square - along * along < reach * reach) return true;
  }
  return false;
}

/// FieldPass::render for the pixels of a tile: all rays step to their next hits, then the network sees these
/// at once.
template <typename S>
void render_tile(const void* its_view, int tile) {
  using Passes = FieldPasses<float, S>;
  const FieldView<float, S> view = *static_cast<const FieldView<float, S>*>(its_view);
  Passes passes{view};
  FieldBatch<S>& batch = of_thread<FieldBatch<S>>();
  RayGroup<S>& group = of_thread<RayGroup<S>>();
  const int across = (view.grid.width + tile_width - 1) / tile_width;
  const int left = tile % across * tile_width, top = tile / across * tile_height;
  const float pixel = passes.pixel_size();
  typename Passes::PixelRay rays[tile_pixels];
  typename Passes::Seen seen[tile_pixels];
  typename Passes::Hit hits[tile_pixels];
  float after[tile_pixels];
  int active[tile_pixels], count = 0;
  int movers[field_most_movers];
  const int mover_count = movers_near<S>(passes, left, top, movers);
  for (int k = 0; k < tile_pixels; ++k) {
    const int x = left + k % tile_width, y = top + k / tile_width;
    if (x >= view.grid.width || y >= view.grid.height) continue;
    rays[k] = passes.ray_of(x, y);
    seen[k] = passes.nothing_seen();
    after[k] = 0;
    group.set(passes, k, rays[k].ray, 1e9f);
    active[count++] = k;
  }
  for (int round = 0; round < field_most_hits && count > 0; ++round) {
    group.next_hits(passes, active, count, after, hits);
    int found = 0, more = 0;
    for (int i = 0; i < count; ++i) {
      const int k = active[i];
      for (int m = 0; m < mover_count; ++m)
        hits[k] = passes.nearer_of(rays[k].ray, movers[m], after[k], hits[k]);
      if (hits[k].surfel >= 0) active[found++] = k;
    }
    const bool shadowed = may_be_shadowed<S>(passes, rays, hits, active, found);
    for (int i = 0; i < found;) {
      const int first = i;
      int rows[tile_pixels];  // in the batch; below 0: the surfel's colour is all there is
      batch.clear();
      for (; i < found && batch.rows() < batch_rows; ++i) {
        const int k = active[i];
        const bool plain = passes.is_plain(hits[k]);
        rows[i] = plain ? -1 : batch.rows();
        if (!plain) batch.add(passes, rays[k].ray, hits[k], pixel);
      }
      if (batch.rows() > 0) batch.forward(passes);
      for (int n = first; n < i; ++n) {
        const int k = active[n];
        Vec4<float> color =
            rows[n] >= 0 ? batch.shown(passes, rows[n]) : passes.evaluate(rays[k].ray, hits[k], pixel);
        if (shadowed) color = passes.in_light(rays[k].ray, hits[k], color);
        seen[k] = passes.behind(seen[k], color, hits[k]);
        after[k] = hits[k].t;
        if (seen[k].transmittance > field_clear) active[more++] = k;
      }
    }
    count = more;
  }
  for (int k = 0; k < tile_pixels; ++k) {
    const int x = left + k % tile_width, y = top + k / tile_width;
    if (x < view.grid.width && y < view.grid.height) passes.write_pixel(x, y, rays[k], seen[k]);
  }
}

template <typename View>
int chunk_rows(const void* its_view) {
  return (static_cast<const View*>(its_view)->grid.width + field_chunk_rays - 1) / field_chunk_rays;
}

/// What a ray in the space of a mover meets. Returns how many hits there are.
template <typename S>
int meet_in_mover(FieldPasses<float, S>& passes, const typename FieldPasses<float, S>::Taught& taught,
                  float until, typename FieldPasses<float, S>::Hit* met) {
  int count = 0;
  for (float after = 0; count < field_ray_hits && after <= until;) {
    const auto hit = passes.next_taught(taught, after, until);
    if (hit.surfel < 0) break;
    met[count++] = hit;
    after = hit.t;
  }
  return count;
}

/// What the rays of a chunk meet, as learn() finds it.
template <typename S>
void meet_all(FieldPasses<float, S>& passes, int begin, int end,
              typename FieldPasses<float, S>::Taught* taught,
              typename FieldPasses<float, S>::Hit (*met)[field_ray_hits], int* counts) {
  RayGroup<S>& group = of_thread<RayGroup<S>>();
  static_assert(RayGroup<S>::room >= field_chunk_rays && RayGroup<S>::room >= tile_pixels);
  typename FieldPasses<float, S>::Hit hits[field_chunk_rays];
  float after[field_chunk_rays], until[field_chunk_rays];
  int active[field_chunk_rays], count = 0;
  for (int n = 0; n < end - begin; ++n) {
    taught[n] = passes.taught(begin + n);
    until[n] = passes.last_place(taught[n]);
    if (taught[n].mover >= 0) {
      counts[n] = meet_in_mover(passes, taught[n], until[n], met[n]);
      continue;
    }
    group.set(passes, n, taught[n].ray, until[n]);
    after[n] = 0;
    counts[n] = 0;
    active[count++] = n;
  }
  while (count > 0) {
    group.next_hits(passes, active, count, after, hits);
    int more = 0;
    for (int i = 0; i < count; ++i) {
      const int n = active[i];
      if (hits[n].surfel < 0) continue;
      met[n][counts[n]++] = hits[n];
      after[n] = hits[n].t;
      if (counts[n] < field_ray_hits && after[n] <= until[n]) active[more++] = n;
    }
    count = more;
  }
}

/// FieldPass::learn for the rays of a chunk.
template <typename S>
void learn_chunk(const void* its_view, int chunk) {
  using Passes = FieldPasses<float, S>;
  const FieldView<float, S> view = *static_cast<const FieldView<float, S>*>(its_view);
  Passes passes{view};
  FieldBatch<S>& batch = of_thread<FieldBatch<S>>();
  batch.begin(view, true);
  const int begin = chunk * field_chunk_rays, end = std::min(begin + field_chunk_rays, view.grid.width);
  float* const sums = view.weight_gradient + static_cast<std::size_t>(chunk) * field_weights;
  typename Passes::Taught taught[field_chunk_rays];
  typename Passes::Hit met[field_chunk_rays][field_ray_hits];
  int met_count[field_chunk_rays];
  meet_all(passes, begin, end, taught, met, met_count);
  for (int r = begin; r < end;) {
    const auto* rays = taught + (r - begin);
    const auto* hits = met + (r - begin);
    const int* counts = met_count + (r - begin);
    int first[field_chunk_rays], taken = 0;
    batch.clear();
    for (; r + taken < end && batch.rows() <= batch_rows - field_ray_hits; ++taken) {
      first[taken] = batch.rows();
      for (int k = 0; k < counts[taken]; ++k)
        batch.add(passes, rays[taken].ray, hits[taken][k], rays[taken].pixel);
    }
    if (batch.rows() > 0) batch.forward(passes);
    for (int n = 0; n < taken; ++n) {
      Vec4<float> colors[field_ray_hits], slopes[field_ray_hits];
      for (int k = 0; k < counts[n]; ++k) colors[k] = batch.shown(passes, first[n] + k);
      view.loss[r + n] = passes.slopes_of(rays[n], counts[n], hits[n], colors, slopes);
      view.hits[r + n] = static_cast<std::uint32_t>(counts[n]);
      for (int k = 0; k < counts[n]; ++k) batch.set_slope(first[n] + k, slopes[k]);
    }
    if (batch.rows() > 0) batch.backward(sums);
    for (int n = 0; n < taken; ++n)
      for (int k = 0; k < counts[n]; ++k) {
        const std::size_t slot =
            static_cast<std::size_t>(r + n) * field_ray_hits + static_cast<std::size_t>(k);
        const typename Passes::Place& place = batch.place(first[n] + k);
        Vec4<float>::make(place.x, place.y, place.z, place.footprint).store(view.places + slot * 4);
        view.spaces[slot] = static_cast<std::uint32_t>(place.space);
        view.verdicts[slot] = passes.verdict_of(rays[n], hits[n][k]);
        std::memcpy(view.feature_gradient + slot * field_features, batch.feature_gradient(first[n] + k),
                    sizeof(float) * field_features);
      }
    r += taken;
  }
}

/// FieldPass::move_features for a level: the same steps in the same order, with the entries of some hits
/// fetched before they are needed.
template <typename S>
void move_level_ahead(const void* its_view, int level) {
  using Passes = FieldPasses<float, S>;
  const FieldView<float, S> view = *static_cast<const FieldView<float, S>*>(its_view);
  Passes passes{view};
  if (passes.dense_level(level)) return passes.move_level(level);
  constexpr int ahead = 16;
  std::array<std::array<int, 8>, ahead> entries;
  std::array<std::array<float, 8>, ahead> shares;
  std::array<Vec4<float>, ahead> slopes;
  int held = 0;
  const auto move = [&] {
    for (int i = 0; i < held; ++i)
      for (std::size_t n = 0; n < 8; ++n)
        passes.move_entry(entries[static_cast<std::size_t>(i)][n],
                          slopes[static_cast<std::size_t>(i)] * shares[static_cast<std::size_t>(i)][n]);
    held = 0;
  };
  for (int r = 0; r < view.grid.width; ++r)
    for (int k = 0; k < static_cast<int>(view.hits[r]); ++k) {
      const std::size_t slot = static_cast<std::size_t>(r) * field_ray_hits + static_cast<std::size_t>(k);
      const float* p = view.places + slot * 4;
      const typename Passes::Place place{p[0], p[1], p[2], p[3], static_cast<int>(view.spaces[slot])};
      const float weight = passes.level_weight(level, place);
      if (weight <= 0) continue;
      const Vec4<float> g =
          Vec4<float>::load(view.feature_gradient + slot * field_features + level * field_level_width) *
          (view.gradient_scale * weight);
      if (passes.is_zero(g)) continue;
      const auto i = static_cast<std::size_t>(held++);
      slopes[i] = g;
      FieldBatch<S>::corners(passes, level, place, entries[i], shares[i]);
      for (const int e : entries[i])
        __builtin_prefetch(view.entries + static_cast<std::size_t>(e) * field_entry_size, 1);
      if (held == ahead) move();
    }
  move();
}

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
