#pragma once
// Rays through the bricks for processors, many at once: march.inl's next_hit() with the leaps of several rays
// side by side. What a ray meets in a full brick is found by the one source, ray by ray.

#ifdef __AVX__
#include <immintrin.h>
#endif

#include <array>

#include "neural/field/pixel/field.h"
#include "neural/field/pixel/products.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

typedef int IntLanes __attribute__((vector_size(4 * lanes)));

NEURASTER_HD Lanes least_of(Lanes a, Lanes b) {
  return a < b ? a : b;
}
NEURASTER_HD Lanes most_of(Lanes a, Lanes b) {
  return a > b ? a : b;
}
/// Whether a lane of a mask is set.
NEURASTER_HD bool any_of(IntLanes mask) {
#if defined(__AVX512F__)
  return _mm512_test_epi32_mask(reinterpret_cast<__m512i>(mask), reinterpret_cast<__m512i>(mask)) != 0;
#elif defined(__AVX__)
  return _mm256_testz_si256(reinterpret_cast<__m256i>(mask), reinterpret_cast<__m256i>(mask)) == 0;
#else
  int any = 0;
  for (int n = 0; n < lanes; ++n) any |= mask[n];
  return any != 0;
#endif
}
NEURASTER_HD IntLanes load_ints(const int* p) {
  IntLanes x;
  std::memcpy(&x, p, sizeof x);
  return x;
}
/// Bytes at several places. Up to three bytes after each are read too.
NEURASTER_HD IntLanes bytes_at(const std::uint8_t* from, IntLanes places) {
#if defined(__AVX512F__)
  return reinterpret_cast<IntLanes>(
             _mm512_mask_i32gather_epi32(__m512i{}, 0xffff, reinterpret_cast<__m512i>(places), from, 1)) &
         255;
#else
  alignas(64) int at[lanes], values[lanes];
  std::memcpy(at, &places, sizeof at);
  for (int n = 0; n < lanes; ++n) values[n] = from[at[n]];
  return load_ints(values);
#endif
}

/// Up to `room` rays, each with a place that it is followed from and one that it is followed to.
template <typename S>
class RayGroup {
 public:
  using Passes = FieldPasses<float, S>;
  using Ray = typename Passes::Ray;
  using Hit = typename Passes::Hit;
  static constexpr int room = 256;

  void set(Passes& passes, int k, const Ray& ray, float until) {
    rays_[k] = ray;
    until_[k] = until;
    const float o[3] = {ray.ox, ray.oy, ray.oz}, d[3] = {ray.dx, ray.dy, ray.dz};
    for (int a = 0; a < 3; ++a) {
      origin_[a][k] = o[a];
      way_[a][k] = d[a];
      inverse_[a][k] = passes.inverse_of(d[a]);
    }
  }

  /// next_hit() of the rays `who`: hits[k] becomes that of ray k after after[k].
  void next_hits(Passes& passes, const int* who, int count, const float* after, Hit* hits) {
    int* list = list_;
    for (int n = 0; n < count; ++n) {
      const int k = list[n] = who[n];
      after_[k] = after[k];
      at_[k] = 0;
      if (after[k] > 0) at_[k] = passes.first_place(rays_[k], after[k]);
      steps_[k] = cascade_[k] = 0;
      hits[k] = passes.no_hit();
    }
    while (count > 0) {
      for (int n = 0; n < count; n += lanes) leap(passes, list + n, std::min(lanes, count - n));
      int stopped = 0, left = 0;
      for (int n = 0; n < count; ++n)  // the others left the cubes, or came to their end
        if (stopped_[list[n]] != 0) look_ahead(passes, list[stopped++] = list[n]);
      for (int n = 0; n < stopped; ++n) {
        const int k = list[n];
        hits[k] = in_brick(passes, k);
        if (hits[k].surfel < 0) list[left++] = k;
      }
      count = left;
    }
  }

 private:
  /// Moves some rays to the next bricks that may be full.
  __attribute__((noinline)) void leap(Passes& passes, const int* who, int count) {
    const auto& v = passes.v;
    const auto gather = [&](const float* from) {
      alignas(64) float values[lanes];
      for (int n = 0; n < lanes; ++n) values[n] = from[who[n < count ? n : 0]];
      return load_lanes(values);
    };
    const Lanes ox = gather(origin_[0]), oy = gather(origin_[1]), oz = gather(origin_[2]);
    const Lanes dx = gather(way_[0]), dy = gather(way_[1]), dz = gather(way_[2]);
    const Lanes ix = gather(inverse_[0]), iy = gather(inverse_[1]), iz = gather(inverse_[2]);
    const Lanes until = gather(until_);
    const IntLanes ax = (ix > 0) & 1, ay = (iy > 0) & 1, az = (iz > 0) & 1;
    Lanes t = gather(at_);
    alignas(64) int cascades[lanes];
    for (int n = 0; n < lanes; ++n) cascades[n] = cascade_[who[n < count ? n : 0]];
    IntLanes cascade = load_ints(cascades);
    Lanes half_side = __builtin_convertvector(1 << cascade, Lanes) * (v.voxel * float(field_half)),
          inverse_side = float(field_half / field_brick_side) / half_side;
    IntLanes running{}, stopped{};
    for (int n = 0; n < lanes; ++n) running[n] = n < count ? -1 : 0;
    running &= t < until;
    for (int n = 0; n < field_most_steps && any_of(running); ++n) {
      const Lanes px = ox + dx * t, py = oy + dy * t, pz = oz + dz * t;
      const Lanes far = most_of(most_of(px, -px), most_of(most_of(py, -py), most_of(pz, -pz))) * 1.001f;
      for (IntLanes in = running & (cascade > 0) & (far < half_side * 0.5f); any_of(in);
           in = running & (cascade > 0) & (far < half_side * 0.5f)) {
        cascade += in;
        half_side = in ? half_side * 0.5f : half_side;
        inverse_side = in ? inverse_side * 2.0f : inverse_side;
      }
      for (IntLanes out = running & (cascade < field_cascades) & (far >= half_side); any_of(out);
           out = running & (cascade < field_cascades) & (far >= half_side)) {
        cascade -= out;
        half_side = out ? half_side * 2.0f : half_side;
        inverse_side = out ? inverse_side * 0.5f : inverse_side;
      }
      running &= cascade < field_cascades;
      const Lanes side = half_side * float(1.0 / field_half), brick_side = side * float(field_brick_side);
      const IntLanes bx = brick(px, half_side, inverse_side), by = brick(py, half_side, inverse_side),
                     bz = brick(pz, half_side, inverse_side);
      constexpr int blocks = field_bricks / 4;
      const IntLanes block = ((cascade * blocks + (bz >> 2)) * blocks + (by >> 2)) * blocks + (bx >> 2);
      const IntLanes place = block * 64 + (bz & 3) * 16 + (by & 3) * 4 + (bx & 3);
      const IntLanes apart = bytes_at(v.distance, running ? place : IntLanes{});
      const IntLanes full = running & (apart == 0);
      stopped |= full;
      running &= ~full;
      const IntLanes beside = apart - 1, room_there = beside > 0 ? beside : IntLanes{},
                     wide = 2 * room_there + 1;
      const auto leaves = [&](IntLanes b, IntLanes a, Lanes o, Lanes i) {
        const IntLanes wall = b - room_there + a * wide;
        return (__builtin_convertvector(wall, Lanes) * brick_side - half_side - o) * i;
      };
      const Lanes end =
          least_of(leaves(bx, ax, ox, ix), least_of(leaves(by, ay, oy, iy), leaves(bz, az, oz, iz)));
      t = running ? most_of(end, t) + 2e-3f * side : t;
      running &= t < until;
    }
    for (int n = 0; n < count; ++n) {
      at_[who[n]] = t[n];
      cascade_[who[n]] = cascade[n];
      stopped_[who[n]] = stopped[n] != 0;
    }
  }
  static IntLanes brick(Lanes p, Lanes half_side, Lanes inverse_side) {
    const IntLanes b = __builtin_convertvector((p + half_side) * inverse_side, IntLanes);
    const IntLanes low = b > 0 ? b : IntLanes{};
    return low < field_bricks - 1 ? low : IntLanes{} + (field_bricks - 1);
  }
  /// Asks memory for the brick that a ray stopped before.
  void look_ahead(Passes& passes, int k) {
    const typename Passes::Step& step = bricks_[k] =
        passes.step_at(rays_[k], inverse_[0][k], inverse_[1][k], inverse_[2][k], at_[k], cascade_[k]);
    if (step.brick < 0) return;
    __builtin_prefetch(passes.v.voxel_bits + static_cast<std::ptrdiff_t>(step.brick) * 16);
    __builtin_prefetch(passes.v.voxel_first + static_cast<std::ptrdiff_t>(step.brick) * 16);
  }
  /// What a ray meets in that brick, behind which it goes on where that is nothing.
  __attribute__((noinline)) Hit in_brick(Passes& passes, int k) {
    const typename Passes::Step& step = bricks_[k];
    Hit hit = passes.no_hit();
    if (++steps_[k] > field_most_steps) return at_[k] = until_[k], hit;
    if (step.brick >= 0)
      hit = passes.nearest_in_brick(rays_[k], inverse_[0][k], inverse_[1][k], inverse_[2][k], step.brick,
                                    step.lx, step.ly, step.lz, step.side, at_[k], step.end, after_[k]);
    at_[k] = std::max(step.end, at_[k]) + 2e-3f * step.side;
    return hit;
  }

  alignas(64) float origin_[3][room], way_[3][room], inverse_[3][room], until_[room], at_[room], after_[room];
  std::array<Ray, room> rays_;
  std::array<typename Passes::Step, room> bricks_;
  int list_[room], cascade_[room], stopped_[room], steps_[room];
};

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
