#pragma once
// Replaces the product's tensor_cores.h: the same instructions, as the PTX ISA describes them, run by fibers.
// The layouts are written here a second time, so that an error in tiles.h shows.

#include "compute/types.h"

namespace compute::cuda {

namespace simulated {

inline float half_of(unsigned word, int i) {
  return __half2float(__ushort_as_half(static_cast<unsigned short>(word >> (16 * i))));
}
inline int lane() {
  return static_cast<int>(threadIdx.x % 32);
}

}  // namespace simulated

/// ldmatrix.x4: the addresses of lanes 8 m to 8 m + 7 are the rows of matrix m; lane l gets halfs 2 (l % 4)
/// and the next one of row l / 4 of each.
inline void load_a(std::uint32_t (&a)[4], const f16* address) {
  if (reinterpret_cast<std::uintptr_t>(address) % 16) std::abort();  // an error on a GPU
  simulator::Shown mine{};
  for (int i = 0; i < 4; ++i)
    mine.words[i] = static_cast<unsigned>(address[2 * i + 1]) << 16 | address[2 * i];
  const simulator::Shown* rows = simulator::show_warp(mine);
  const int lane = simulated::lane();
  for (int m = 0; m < 4; ++m) a[m] = rows[8 * m + lane / 4].words[lane % 4];
}

/// mma.m16n8k16, with g = lane / 4 and t = lane % 4: A's four registers hold rows g, g + 8, g, g + 8 at
/// columns 2 t, 2 t, 2 t + 8, 2 t + 8 and the next; B's two hold rows 2 t and 2 t + 8 and the next of column
/// g; C's four floats are (g, 2 t), (g, 2 t + 1), (g + 8, 2 t), (g + 8, 2 t + 1).
inline void multiply(float (&c)[4], const std::uint32_t (&a)[4], uint2 b) {
  const simulator::Shown* all = simulator::show_warp({{a[0], a[1], a[2], a[3], b.x, b.y}});
  const int g = simulated::lane() / 4, t = simulated::lane() % 4;
  for (int i = 0; i < 4; ++i) {
    const int upper = i / 2, column = 2 * t + i % 2;  // row g + 8 upper
    for (int k = 0; k < 16; ++k) {
      const unsigned left = all[4 * g + k % 8 / 2].words[upper + 2 * (k / 8)];
      const unsigned right = all[4 * column + k % 8 / 2].words[4 + k / 8];
      c[i] += simulated::half_of(left, k % 2) * simulated::half_of(right, k % 2);
    }
  }
}

}  // namespace compute::cuda
