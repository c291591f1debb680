#include "tools/make_town/textures/surface.h"

#include <algorithm>
#include <cmath>

#include "tools/make_town/textures/image.h"

namespace town {

namespace {

std::uint8_t byte(float x) {
  return static_cast<std::uint8_t>(std::lround(saturate(x) * 255.0f));
}

}  // namespace

void bake(const TextureSet& set, int size_limit, const std::filesystem::path& folder) {
  const int size = std::min(set.size, size_limit);
  std::vector<float> height(static_cast<std::size_t>(size) * size);
  Image color(size, size, set.alpha ? 4 : 3), normal(size, size, 3), roughness(size, size, 1);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const glm::vec2 uv = (glm::vec2(x, size - 1 - y) + 0.5f) / static_cast<float>(size);
      const Texel texel = set.surface(uv);
      std::uint8_t* c = color.at(x, y);
      for (int i = 0; i < 3; ++i) c[i] = byte(texel.color[i]);
      if (set.alpha) c[3] = byte(texel.alpha);
      *roughness.at(x, y) = byte(texel.roughness);
      height[static_cast<std::size_t>(y) * size + x] = texel.height;
    }
  write_png(folder / (set.name + "_color.png"), color);
  if (set.color_only) return;
  const float step = 2 * set.metres / static_cast<float>(size);
  const auto at = [&](int x, int y) {
    return height[static_cast<std::size_t>((y + size) % size) * size + (x + size) % size];
  };
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const glm::vec3 n = glm::normalize(
          glm::vec3((at(x - 1, y) - at(x + 1, y)) / step, (at(x, y + 1) - at(x, y - 1)) / step, 1.0f));
      for (int i = 0; i < 3; ++i) normal.at(x, y)[i] = byte(n[i] * 0.5f + 0.5f);
    }
  write_png(folder / (set.name + "_normal.png"), normal);
  write_png(folder / (set.name + "_roughness.png"), roughness);
}

}  // namespace town
