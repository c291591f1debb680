#include <algorithm>
#include <cmath>
#include <vector>

#include "neural/check/frame_pair.h"

namespace neural {
namespace {

constexpr int tile = 16, reach = 4;  // pixels; reach: how far the filters extend
constexpr float min_luminance = 1e-3f;
constexpr float flat_depth = 0.02f;       // relative second difference of reversed depth, 0 on a plane
constexpr double min_detail = 1e-4;       // mean square of log2 luminance
constexpr double ends_early = 0.4;        // energy at half Nyquist over that at a quarter
constexpr double ends_at_nyquist = 0.17;  // energy at Nyquist over that at half

struct Frame {
  const FrameIo& io;
  const PastFrame& now;
  int width = io.info.render.width, height = io.info.render.height;

  std::size_t at(int x, int y) const { return static_cast<std::size_t>(y * width + x); }
  float depth(int x, int y) const { return io.depth[at(x, y)]; }
  double light(int x, int y) const { return std::log2(min_luminance + now.luminance[at(x, y)]); }

  bool bends(int x, int y, int dx, int dy) const {
    const float c = depth(x, y);
    return !(std::abs(depth(x - dx, y - dy) + depth(x + dx, y + dy) - 2 * c) <= flat_depth * c);
  }
  /// True where the filters see one surface, and one that can be trusted.
  bool smooth(int x, int y) const {
    if (!(depth(x, y) > 0)) return false;  // the sky is left out
    for (int k = -reach; k <= reach; ++k)
      if (io.reactive[at(x + k, y)] > 0 || io.reactive[at(x, y + k)] > 0) return false;
    for (int k = 1 - reach; k < reach; ++k)
      if (bends(x + k, y, 1, 0) || bends(x, y + k, 0, 1)) return false;
    return true;
  }
};

/// Sums of squares of three filters along one line, which pass Nyquist, half of it and a quarter of it.
struct Energy {
  double nyquist = 0, half = 0, quarter = 0;
  int count = 0;

  template <typename Line>
  void add(const Line& v) {
    const double a = (v(-2) - 4 * v(-1) + 6 * v(0) - 4 * v(1) + v(2)) / 16;
    const double b = (v(-2) - 2 * v(0) + v(2)) / 4, c = (v(-4) - 2 * v(0) + v(4)) / 4;
    nyquist += a * a;
    half += b * b;
    quarter += c * c;
    ++count;
  }
};

}  // namespace

TextureDetail measure_texture_detail(const FrameIo& io, const PastFrame& now) {
  const Frame frame{io, now};
  struct Tile {
    float depth;
    bool blurred;
  };
  std::vector<Tile> tiles;
  for (int top = reach; top + tile + reach < frame.height; top += tile)
    for (int left = reach; left + tile + reach < frame.width; left += tile) {
      Energy energy;
      for (int y = top; y < top + tile; ++y)
        for (int x = left; x < left + tile; ++x) {
          if (!frame.smooth(x, y)) continue;
          energy.add([&](int k) { return frame.light(x + k, y); });
          energy.add([&](int k) { return frame.light(x, y + k); });
        }
      if (energy.count < 100 || energy.half < min_detail * energy.count) continue;
      if (energy.half < ends_early * energy.quarter) continue;
      tiles.push_back(
          {frame.depth(left + tile / 2, top + tile / 2), energy.nyquist < ends_at_nyquist * energy.half});
    }
  // Near surfaces may be blurred because their texture has no finer texels; a missing bias blurs at any
  // distance.
  const auto middle = tiles.begin() + static_cast<std::ptrdiff_t>(tiles.size() / 2);
  std::nth_element(tiles.begin(), middle, tiles.end(),
                   [](const Tile& a, const Tile& b) { return a.depth < b.depth; });
  TextureDetail detail{.tiles = static_cast<int>(middle - tiles.begin()), .blurred = 0};
  for (auto far = tiles.begin(); far != middle; ++far) detail.blurred += far->blurred;
  return detail;
}

}  // namespace neural
