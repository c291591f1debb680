#pragma once
// The passes for processors, many rays at once: tiles of a frame, chunks of rays to learn, and levels.

#include <memory>

#include "neural/field/pixel/batch.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

inline constexpr int tile_width = 32, tile_height = 8;
inline constexpr int tile_pixels = tile_width * tile_height;

/// The batch of the thread that calls: it is too large to be made anew for each row.
template <typename S>
FieldBatch<S>& batch_of_thread() {
  static thread_local const std::unique_ptr<FieldBatch<S>> batch(new FieldBatch<S>);
  return *batch;
}

template <typename View>
int tile_rows(const void* its_view) {
  const View& view = *static_cast<const View*>(its_view);
  return (view.grid.width + tile_width - 1) / tile_width *
         ((view.grid.height + tile_height - 1) / tile_height);
}

/// FieldPass::render for the pixels of a tile: all rays step to their next hits, then the network sees these
/// at once.
template <typename S>
void render_tile(const void* its_view, int tile) {
  using Passes = FieldPasses<float, S>;
  struct Pixel {
    typename Passes::PixelRay p;
    typename Passes::Seen seen;
    float after;
  };
  const FieldView<float, S> view = *static_cast<const FieldView<float, S>*>(its_view);
  Passes passes{view};
  FieldBatch<S>& batch = batch_of_thread<S>();
  const int across = (view.grid.width + tile_width - 1) / tile_width;
  const int left = tile % across * tile_width, top = tile / across * tile_height;
  const float pixel = passes.pixel_size();
  std::array<Pixel, tile_pixels> pixels;
  std::array<int, tile_pixels> active, next;
  int count = 0;
  for (int k = 0; k < tile_pixels; ++k) {
    const int x = left + k % tile_width, y = top + k / tile_width;
    if (x >= view.grid.width || y >= view.grid.height) continue;
    pixels[static_cast<std::size_t>(k)] = {passes.ray_of(x, y), passes.nothing_seen(), 0};
    active[static_cast<std::size_t>(count++)] = k;
  }
  for (int round = 0; round < field_most_hits && count > 0; ++round) {
    int more = 0;
    for (int i = 0; i < count;) {
      std::array<int, batch_rows> who;
      std::array<typename Passes::Hit, batch_rows> hits;
      int rows = 0;
      batch.clear();
      for (; i < count && rows < batch_rows; ++i) {
        const int k = active[static_cast<std::size_t>(i)];
        const Pixel& one = pixels[static_cast<std::size_t>(k)];
        const typename Passes::Hit hit = passes.next_hit(one.p.ray, one.after, 1e9f);
        if (hit.surfel < 0) continue;
        who[static_cast<std::size_t>(rows)] = k;
        hits[static_cast<std::size_t>(rows++)] = hit;
        if (view.untrained == 0) batch.add(passes, one.p.ray, hit, pixel);
      }
      if (view.untrained == 0 && rows > 0) batch.forward(passes);
      for (int r = 0; r < rows; ++r) {
        const int k = who[static_cast<std::size_t>(r)];
        Pixel& one = pixels[static_cast<std::size_t>(k)];
        const typename Passes::Hit& hit = hits[static_cast<std::size_t>(r)];
        const Vec4<float> color =
            view.untrained == 0 ? batch.shown(passes, r) : passes.evaluate(one.p.ray, hit, pixel);
        one.seen = passes.behind(one.seen, color, hit.t);
        one.after = hit.t;
        if (one.seen.transmittance > field_clear) next[static_cast<std::size_t>(more++)] = k;
      }
    }
    active = next;
    count = more;
  }
  for (int k = 0; k < tile_pixels; ++k) {
    const int x = left + k % tile_width, y = top + k / tile_width;
    if (x < view.grid.width && y < view.grid.height)
      passes.write_pixel(x, y, pixels[static_cast<std::size_t>(k)].p,
                         pixels[static_cast<std::size_t>(k)].seen);
  }
}

template <typename View>
int chunk_rows(const void* its_view) {
  return (static_cast<const View*>(its_view)->grid.width + field_chunk_rays - 1) / field_chunk_rays;
}

/// FieldPass::learn for the rays of a chunk.
template <typename S>
void learn_chunk(const void* its_view, int chunk) {
  using Passes = FieldPasses<float, S>;
  const FieldView<float, S> view = *static_cast<const FieldView<float, S>*>(its_view);
  Passes passes{view};
  FieldBatch<S>& batch = batch_of_thread<S>();
  batch.begin(view, true);
  const int begin = chunk * field_chunk_rays, end = std::min(begin + field_chunk_rays, view.grid.width);
  float* const sums = view.weight_gradient + static_cast<std::size_t>(chunk) * field_weights;
  for (int r = begin; r < end;) {
    typename Passes::Taught rays[field_chunk_rays];
    typename Passes::Hit hits[field_chunk_rays][field_ray_hits];
    int counts[field_chunk_rays], first[field_chunk_rays], taken = 0;
    batch.clear();
    for (; r + taken < end && batch.rows() <= batch_rows - field_ray_hits; ++taken) {
      const typename Passes::Taught& ray = rays[taken] = passes.taught(r + taken);
      const float until = passes.last_place(ray);
      float after = 0;
      first[taken] = batch.rows();
      counts[taken] = 0;
      while (counts[taken] < field_ray_hits && after <= until) {
        const typename Passes::Hit hit = passes.next_hit(ray.ray, after, until);
        if (hit.surfel < 0) break;
        hits[taken][counts[taken]++] = hit;
        batch.add(passes, ray.ray, hit, ray.pixel);
        after = hit.t;
      }
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
      const typename Passes::Place place{p[0], p[1], p[2], p[3]};
      const float weight = passes.level_weight(level, place.footprint);
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
