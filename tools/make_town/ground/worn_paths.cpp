// Where people walk, the cobbles are lighter and smoother: from the quay to the fountain, to the arcade, to
// the market's stalls and the shops' doors. The same stones in two steps of wear, laid over the paving.

#include <algorithm>
#include <array>
#include <vector>

#include "tools/make_town/geometry/noise.h"
#include "tools/make_town/ground/paving.h"

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

constexpr float cell = 0.25f;   ///< metres: about two stones
constexpr float ring = 11.75f;  ///< where the cobbles begin around the fountain
constexpr vec2 fountain{0, -2};
constexpr vec2 low{-23.2f, -22.0f}, high{23.2f, 19.3f};
constexpr float half_width = 0.75f, hem = 0.8f;  ///< of the worn middle, and of the trodden stones beside it

/// Each path's corners.
const std::vector<std::vector<vec2>> ways = {
    {{-2.5f, 19.4f}, {-1.5f, 14}, {0, 9}},             // from the quay
    {{0, -13}, {1.5f, -18}, {0, -22.2f}},              // to the arcade
    {{11, -1}, {17, -0.5f}, {23.4f, 1.5f}},            // to the shops
    {{9.5f, 5.5f}, {15, 12}, {18.5f, 19.4f}},          // along the crane
    {{-10.5f, 3.5f}, {-15, 6}, {-17, 0}, {-17, -17}},  // past the stalls
    {{-15, 6}, {-19, 12}, {-20, 19.4f}},               // and back to the quay
    {{-8.5f, -10.5f}, {-14, -17}, {-17, -22.2f}},      // to the alley
};

float distance_to(const vec2& p, const vec2& a, const vec2& b) {
  const vec2 along = b - a;
  const float t = glm::clamp(glm::dot(p - a, along) / glm::dot(along, along), 0.0f, 1.0f);
  return glm::length(p - a - t * along);
}

/// 2 where stones are worn, 1 where they are trodden.
int wear_at(const vec2& p) {
  if (glm::length(p - fountain) < ring) return 0;
  float nearest = 1e9f;
  for (const std::vector<vec2>& way : ways)
    for (std::size_t i = 1; i < way.size(); ++i)
      nearest = std::min(nearest, distance_to(p, way[i - 1], way[i]));
  const vec2 tile = (p - low) / (high - low);
  nearest += 0.45f * fbm(tile, 14, 2, 71) + 0.3f * fbm(tile, 90, 2, 72);
  return nearest < half_width ? 2 : nearest < half_width + hem ? 1 : 0;
}

}  // namespace

void worn_paths(const Pen& pen) {
  constexpr float above = 0.004f;  ///< metres over the paving, below the gutters
  const auto columns = static_cast<int>((high.x - low.x) / cell),
             rows = static_cast<int>((high.y - low.y) / cell);
  for (int j = 0; j < rows; ++j) {
    const float z0 = low.y + cell * static_cast<float>(j), z1 = z0 + cell;
    const auto wear = [&](int i) {
      return i < columns ? wear_at({low.x + cell * (static_cast<float>(i) + 0.5f), z0 + 0.5f * cell}) : 0;
    };
    // Neighbours that are worn alike become one quad.
    for (int from = 0, to = 0; from < columns; from = to) {
      const int here = wear(from);
      while (to < columns && wear(to) == here) ++to;
      if (here == 0) continue;
      const float x0 = low.x + cell * static_cast<float>(from), x1 = low.x + cell * static_cast<float>(to);
      pen.quad(here == 2 ? Mat::cobble_worn : Mat::cobble_trodden, {x0, above, z1}, {x1, above, z1},
               {x1, above, z0}, {x0, above, z0});
    }
  }
}

}  // namespace town
