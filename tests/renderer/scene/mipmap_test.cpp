// Mip levels of textures: linear light, odd sizes, coverage of cut-outs.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "renderer/scene/texture/mipmaps.h"

namespace {

scene::Image noise_image(std::uint32_t width, std::uint32_t height) {
  scene::Image image{width, height, {}, true};
  std::uint32_t state = 1;
  for (std::uint32_t i = 0; i < 4 * width * height; ++i) {
    state = state * 1664525u + 1013904223u;
    image.rgba.push_back(static_cast<std::uint8_t>(state >> 24));
  }
  return image;
}

TEST(Mipmaps, AveragesInLinearLight) {
  // A checker pattern of black and white reflects half the light, which is sRGB 188 and not 128.
  scene::Image checker{2, 2, {0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 255}, false};
  const scene::Texture t = scene::make_color_texture(checker, std::nullopt);
  EXPECT_EQ(t.levels, 2u);
  EXPECT_EQ(static_cast<int>(t.texels[16]), 188);
  EXPECT_EQ(static_cast<int>(t.texels[19]), 255);
}

TEST(Mipmaps, OddSizesKeepTheMean) {
  scene::Image image = noise_image(7, 5);
  const scene::Texture t = scene::make_linear_texture(image);
  EXPECT_EQ(t.levels, 3u);
  EXPECT_EQ(t.texels.size(), 4u * (35 + 3 * 2 + 1));
  double mean = 0;
  for (std::size_t i = 0; i < image.rgba.size(); i += 4) mean += image.rgba[i] / 35.0;
  EXPECT_NEAR(static_cast<double>(t.texels[4 * 41]), mean, 1.0);
}

TEST(Mipmaps, FirstLevelIsTheImageItself) {
  scene::Image image = noise_image(16, 16);
  for (std::size_t i = 3; i < image.rgba.size(); i += 4) image.rgba[i] = 255;
  const scene::Texture t = scene::make_color_texture(image, std::nullopt);
  for (std::size_t i = 0; i < image.rgba.size(); ++i)
    ASSERT_EQ(static_cast<int>(t.texels[i]), image.rgba[i]) << i;
}

TEST(Mipmaps, CoverageIsKept) {
  // Specks of 2 x 2 texels on a quarter of the area. Plain averages would pass the test nowhere.
  constexpr std::uint32_t size = 256;
  scene::Image blades{size, size, std::vector<std::uint8_t>(4 * size * size, 128), true};
  const scene::Image noise = noise_image(size / 2, size / 2);
  for (std::uint32_t y = 0; y < size; ++y)
    for (std::uint32_t x = 0; x < size; ++x)
      blades.rgba[4 * (y * size + x) + 3] = noise.texel(x / 2, y / 2)[0] < 64 ? 255 : 0;
  // The renderer filters bilinearly; this does so at 6 x 6 points in each texel.
  const auto coverage = [](const scene::Texture& t, std::uint32_t level) {
    const std::uint32_t n = size >> level;
    const std::size_t from = scene::mip_offset(size, size, level);
    const auto alpha = [&](std::uint32_t x, std::uint32_t y) {
      return static_cast<double>(t.texels[from + 4 * (std::size_t{y % n} * n + x % n) + 3]) / 255;
    };
    int passing = 0;
    for (std::uint32_t y = 0; y < 6 * n; ++y)
      for (std::uint32_t x = 0; x < 6 * n; ++x) {
        const double u = (x % 6 + 0.5) / 6, v = (y % 6 + 0.5) / 6;
        const double top = std::lerp(alpha(x / 6, y / 6), alpha(x / 6 + 1, y / 6), u);
        const double bottom = std::lerp(alpha(x / 6, y / 6 + 1), alpha(x / 6 + 1, y / 6 + 1), u);
        passing += std::lerp(top, bottom, v) >= 0.5;
      }
    return passing / 36.0 / n / n;
  };
  const scene::Texture kept = scene::make_color_texture(blades, 0.5f);
  const scene::Texture lost = scene::make_color_texture(blades, std::nullopt);
  for (const std::uint32_t level : {3u, 4u}) {
    EXPECT_NEAR(coverage(kept, level), coverage(kept, 0), 0.05) << level;
    EXPECT_LT(coverage(lost, level), 0.5 * coverage(lost, 0)) << level;
  }
}

}  // namespace
