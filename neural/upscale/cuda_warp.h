#pragma once
// Pass::warp on a GPU as a part of the network's first launch: a block makes the history of the output rows
// under its samples just before it looks at them. Only .cu files include this.

#include "compute/cuda/fused/network_start.h"
#include "neural/upscale/cuda_outputs.h"

namespace neural::cuda {

/// The last output pixel that the features of a sample read, and the first one; see history_under().
NEURASTER_HD int last_read(const Half& v, int axis, int s) {
  const int last = (axis == 0 ? v.output.width : v.output.height) - 1;
  if (s == (axis == 0 ? v.render.width : v.render.height) - 1) return last;
  const float begin = static_cast<float>(s) * v.ratio[axis];
  const float point = (static_cast<float>(s) + 0.5f + v.jitter[axis]) * v.ratio[axis];
  return compute::pixel::clamped(
      compute::pixel::most(compute::pixel::floor_int(begin + v.ratio[axis] - 1e-4f),
                           compute::pixel::floor_int(point - 0.5f) + 1),
      0, last);
}
NEURASTER_HD int first_read(const Half& v, int axis, int s) {
  if (s <= 0) return 0;
  const float begin = static_cast<float>(s) * v.ratio[axis];
  const float point = (static_cast<float>(s) + 0.5f + v.jitter[axis]) * v.ratio[axis];
  return compute::pixel::most(compute::pixel::least(compute::pixel::floor_int(begin + 1e-4f),
                                                    compute::pixel::floor_int(point - 0.5f)),
                              0);
}
/// The first output pixel that belongs to the strip which begins at sample s.
NEURASTER_HD int first_own(const Half& v, int axis, int s) {
  const int samples = axis == 0 ? v.render.width : v.render.height,
            outputs = axis == 0 ? v.output.width : v.output.height;
  return s >= samples ? outputs : compute::pixel::floor_int(static_cast<float>(s) * v.ratio[axis]);
}

/// What a strip does before it looks at samples: see network_start.h.
struct WarpBefore {
  static constexpr bool works = true;
  struct Shared {
    FourHalfs warped[HistoryTile::rows * HistoryTile::columns];
    f16 count[HistoryTile::rows * HistoryTile::columns];
  };
  HalfPasses passes;
  int next;  ///< the first row that is not there yet

  __device__ WarpBefore(const Half& v, Shared& shared, const compute::cuda::Strip& strip)
      : passes{v}, next(first_read(v, 1, strip.y - 2)) {
    static_assert(HistoryTile::columns == 32 * compute::cuda::Strip::warps);
    HistoryTile& tile = passes.history_tile;
    tile.used = true, tile.warped = shared.warped, tile.count = shared.count;
    tile.left = first_read(v, 0, strip.x - 2);
    tile.own_left = first_own(v, 0, strip.x), tile.own_top = first_own(v, 1, strip.y);
    tile.own_columns =
        static_cast<unsigned>(first_own(v, 0, strip.x + compute::cuda::Strip::own_columns) - tile.own_left);
    tile.own_rows =
        static_cast<unsigned>(first_own(v, 1, strip.y + compute::cuda::Strip::own_rows) - tile.own_top);
  }
  /// Makes what samples up to row `last` read. All threads of the block call it.
  __device__ void advance(int last) {
    const Half& v = passes.v;
    if (last < 0) return;
    const int end = last_read(v, 1, compute::pixel::least(last, v.render.height - 1)) + 1;
    const int x = passes.history_tile.left + static_cast<int>(threadIdx.y * 32 + threadIdx.x);
    if (x < v.output.width) {
      NEURASTER_ROLLED
      for (int y = next; y < end; ++y) {
        passes.history_tile.row = y % HistoryTile::rows * HistoryTile::columns;
        passes.warp(x, y);
      }
    }
    next = compute::pixel::most(next, end);
  }
};

/// The history was made by a launch of its own.
struct NothingBefore {
  static constexpr bool works = false;
  struct Shared {};
  HalfPasses passes;
  __device__ NothingBefore(const Half& v, Shared&, const compute::cuda::Strip&) : passes{v} {}
  __device__ void advance(int) {}
};

}  // namespace neural::cuda
