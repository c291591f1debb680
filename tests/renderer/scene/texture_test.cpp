// Image files of every kind that scenes use. Other libraries write them than the one that reads them.

#include <gtest/gtest.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>

#include "renderer/scene/texture/image_file.h"
#include "renderer/scene/texture/texture_loader.h"
#include "tests/support/scratch.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace {
namespace fs = std::filesystem;

constexpr int width = 17, height = 6;  // no multiple of anything

/// One texel of the test picture.
std::array<int, 4> texel(int x, int y) {
  return {15 * x, 40 * y, (x + y) % 2 ? 200 : 30, x < 8 ? 255 : 10 * x};
}

struct PngKind {
  int bits, type;
};
/// Writes a PNG by libpng. Palette files have texel(x, 0) as entry x, each with its own alpha.
void write_png(const fs::path& file, PngKind kind) {
  std::unique_ptr<FILE, int (*)(FILE*)> out(std::fopen(file.c_str(), "wb"), std::fclose);
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_init_io(png, out.get());
  png_set_IHDR(png, info, width, height, kind.bits, kind.type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
               PNG_FILTER_TYPE_BASE);
  std::array<png_color, width> palette{};
  std::array<png_byte, width> alphas{};
  for (int x = 0; x < width; ++x) {
    const auto t = texel(x, 0);
    const auto i = static_cast<std::size_t>(x);
    palette[i] = {static_cast<png_byte>(t[0]), static_cast<png_byte>(t[1]), static_cast<png_byte>(t[2])};
    alphas[i] = static_cast<png_byte>(t[3]);
  }
  const int colors = std::min(width, 1 << std::min(kind.bits, 8));
  if (kind.type == PNG_COLOR_TYPE_PALETTE) {
    png_set_PLTE(png, info, palette.data(), colors);
    png_set_tRNS(png, info, alphas.data(), colors, nullptr);
  }
  png_write_info(png, info);
  png_set_packing(png);  // rows are given a byte a sample, where a sample is less
  for (int y = 0; y < height; ++y) {
    std::vector<png_byte> row;
    for (int x = 0; x < width; ++x) {
      const auto t = texel(x, y);
      std::vector<int> channels{t[0], t[1], t[2], t[3]};
      if (kind.type == PNG_COLOR_TYPE_RGB) channels.pop_back();
      if (kind.type == PNG_COLOR_TYPE_GRAY) channels = {t[1]};
      if (kind.type == PNG_COLOR_TYPE_GRAY_ALPHA) channels = {t[1], t[3]};
      if (kind.type == PNG_COLOR_TYPE_PALETTE) channels = {x % colors};
      if (kind.type == PNG_COLOR_TYPE_GRAY && kind.bits < 8) channels = {x % colors};
      for (const int c : channels)
        for (int byte = 0; byte < std::max(1, kind.bits / 8); ++byte)
          row.push_back(static_cast<png_byte>(c));  // c * 257
    }
    png_write_row(png, row.data());
  }
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
}

/// The largest difference of a channel; `expected` returns the right texel.
template <typename Expected>
int worst(const fs::path& file, const Expected& expected) {
  const scene::Image image = scene::read_image(file);
  EXPECT_EQ(image.width, static_cast<std::uint32_t>(width));
  EXPECT_EQ(image.height, static_cast<std::uint32_t>(height));
  int most = 0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::array<int, 4> wanted = expected(x, y);
      const std::uint8_t* got = image.texel(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y));
      for (std::size_t c = 0; c < 4; ++c) most = std::max(most, std::abs(got[c] - wanted[c]));
    }
  return most;
}

std::array<int, 4> opaque(int x, int y) {
  const auto t = texel(x, y);
  return {t[0], t[1], t[2], 255};
}

TEST(Textures, PngOfEveryKind) {
  const fs::path folder = testing_support::scratch();
  for (const int bits : {8, 16}) {
    SCOPED_TRACE(bits);
    const fs::path file = folder / "a.png";
    write_png(file, {bits, PNG_COLOR_TYPE_RGB});
    EXPECT_EQ(worst(file, opaque), 0);
    EXPECT_FALSE(scene::read_image(file).has_alpha);
    write_png(file, {bits, PNG_COLOR_TYPE_RGB_ALPHA});
    EXPECT_EQ(worst(file, texel), 0);
    EXPECT_TRUE(scene::read_image(file).has_alpha);
    write_png(file, {bits, PNG_COLOR_TYPE_GRAY});
    EXPECT_EQ(worst(file,
                    [](int x, int y) {
                      const int grey = texel(x, y)[1];
                      return std::array<int, 4>{grey, grey, grey, 255};
                    }),
              0);
    write_png(file, {bits, PNG_COLOR_TYPE_GRAY_ALPHA});
    EXPECT_EQ(worst(file,
                    [](int x, int y) {
                      const auto t = texel(x, y);
                      return std::array<int, 4>{t[1], t[1], t[1], t[3]};
                    }),
              0);
  }
  const fs::path file = folder / "palette.png";
  write_png(file, {8, PNG_COLOR_TYPE_PALETTE});
  EXPECT_EQ(worst(file, [](int x, int) { return texel(x, 0); }), 0);
  for (const int bits : {1, 2, 4}) {
    SCOPED_TRACE(bits);
    const int colors = 1 << bits;
    write_png(file, {bits, PNG_COLOR_TYPE_PALETTE});
    EXPECT_EQ(worst(file, [&](int x, int) { return texel(x % colors, 0); }), 0);
    write_png(file, {bits, PNG_COLOR_TYPE_GRAY});
    EXPECT_EQ(worst(file,
                    [&](int x, int) {
                      const int grey = x % colors * 255 / (colors - 1);
                      return std::array<int, 4>{grey, grey, grey, 255};
                    }),
              0);
  }
}

void write_bytes(const fs::path& file, const std::vector<int>& values) {
  std::ofstream out(file, std::ios::binary);
  for (const int value : values) out.put(static_cast<char>(value));
}

/// Entry i of the palettes below.
std::array<int, 4> entry(int i) {
  return {20 * i, 255 - 20 * i, 7 * i, 255};
}

TEST(Textures, GreyAndPaletteTga) {
  const fs::path file = testing_support::scratch() / "a.tga";
  std::vector<int> grey{0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, width, 0, height, 0, 8, 0x20};
  std::vector<int> palette{0, 1, 1, 0, 0, 10, 0, 24, 0, 0, 0, 0, width, 0, height, 0, 8, 0x20};
  for (int i = 0; i < 10; ++i)
    for (const std::size_t c : {2, 1, 0}) palette.push_back(entry(i)[c]);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      grey.push_back(texel(x, y)[1] + x);
      palette.push_back((x + y) % 10);
    }
  write_bytes(file, grey);
  EXPECT_EQ(worst(file,
                  [](int x, int y) {
                    const int value = texel(x, y)[1] + x;
                    return std::array<int, 4>{value, value, value, 255};
                  }),
            0);
  write_bytes(file, palette);
  EXPECT_EQ(worst(file, [](int x, int y) { return entry((x + y) % 10); }), 0);
}

/// Writes a BMP: rows from the bottom up, each padded to a multiple of four bytes.
TEST(Textures, PaletteBmpOfOneFourAndEightBits) {
  const fs::path file = testing_support::scratch() / "a.bmp";
  for (const int bits : {1, 4, 8}) {
    SCOPED_TRACE(bits);
    const int colors = std::min(10, 1 << bits), row = (width * bits + 31) / 32 * 4, start = 54 + 4 * colors,
              all = start + row * height;
    std::vector<int> bytes{'B', 'M', all % 256, all / 256, 0,    0, 0,     0, 0, 0, start,  0,
                           0,   0,   40,        0,         0,    0, width, 0, 0, 0, height, 0,
                           0,   0,   1,         0,         bits, 0, 0,     0, 0, 0};
    bytes.resize(46);
    bytes.insert(bytes.end(), {colors, 0, 0, 0, 0, 0, 0, 0});
    for (int i = 0; i < colors; ++i)
      for (const std::size_t c : {2, 1, 0, 4})  // blue, green, red, nothing
        bytes.push_back(c == 4 ? 0 : entry(i)[c]);
    const auto index = [&](int x, int y) { return (x + 2 * y) % colors; };
    for (int y = height - 1; y >= 0; --y) {
      std::vector<int> packed(static_cast<std::size_t>(row));
      for (int x = 0; x < width; ++x)
        packed[static_cast<std::size_t>(x * bits / 8)] |= index(x, y) << (8 - bits - x * bits % 8);
      bytes.insert(bytes.end(), packed.begin(), packed.end());
    }
    write_bytes(file, bytes);
    EXPECT_EQ(worst(file, [&](int x, int y) { return entry(index(x, y)); }), 0);
  }
}

/// Many programs leave the fourth channel at 0, or write something else into it.
TEST(Textures, AlphaThatNobodyMeantIsOpaque) {
  const fs::path file = testing_support::scratch() / "a.tga";
  const auto alphas = [&](int header_bits, int first, int second) {
    write_bytes(file, {0,  0,  2,  0,     0,  0,  0,  0,     0, 0, 0, 0, 2, 0, 1, 0, 32, 0x20 | header_bits,
                       10, 20, 30, first, 40, 50, 60, second});
    const scene::Image image = scene::read_image(file);
    EXPECT_EQ(image.rgba[0], 30);
    EXPECT_EQ(image.has_alpha, image.rgba[3] != 255 || image.rgba[7] != 255);
    return std::pair(int{image.rgba[3]}, int{image.rgba[7]});
  };
  EXPECT_EQ(alphas(8, 0, 128), std::pair(0, 128)) << "meant";
  EXPECT_EQ(alphas(8, 0, 0), std::pair(255, 255)) << "0 everywhere";
  EXPECT_EQ(alphas(0, 0, 128), std::pair(255, 255)) << "the header says that there is none";
  std::vector<int> bmp{'B', 'M', 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,  40,
                       0,   0,   0,  2, 0, 0, 0, 1, 0, 0, 0,  1, 0, 32, 0};
  bmp.resize(54);
  bmp.insert(bmp.end(), {10, 20, 30, 7, 40, 50, 60, 200});
  write_bytes(file, bmp);
  EXPECT_FALSE(scene::read_image(file).has_alpha) << "a BMP of the oldest kind";
}

/// A picture of 4096 x 1 and one of 1 x 4096 are small, but a texture that is as wide and as tall is not.
TEST(Textures, ThinOnesDoNotMergeIntoAHugeOne) {
  const fs::path folder = testing_support::scratch();
  const auto thin = [&](const char* name, int w, int h) {
    std::vector<int> bytes{0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, w % 256, w / 256, h % 256, h / 256, 8, 0x20};
    bytes.resize(18 + static_cast<std::size_t>(w * h), 100);
    write_bytes(folder / name, bytes);
    return folder / name;
  };
  scene::TextureRequest request{.role = scene::TextureRole::roughness_metallic,
                                .first = thin("wide.tga", 4096, 1),
                                .second = thin("tall.tga", 1, 4096)};
  const scene::Texture merged = scene::load_texture(request).texture;
  EXPECT_EQ(merged.width * merged.height, 4096u);
  EXPECT_EQ(std::to_integer<int>(merged.texels[1]), 100);
  EXPECT_EQ(std::to_integer<int>(merged.texels[2]), 100);
}

TEST(Textures, BmpTgaAndJpeg) {
  const fs::path folder = testing_support::scratch();
  std::vector<std::uint8_t> rgba, rgb;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 4; ++c) {
        const auto value = static_cast<std::uint8_t>(texel(x, y)[static_cast<std::size_t>(c)]);
        rgba.push_back(value);
        if (c < 3) rgb.push_back(value);
      }
  const auto file = [&](const char* name) { return (folder / name).string(); };
  ASSERT_TRUE(stbi_write_bmp(file("a.bmp").c_str(), width, height, 3, rgb.data()));
  EXPECT_EQ(worst(file("a.bmp"), opaque), 0);
  ASSERT_TRUE(stbi_write_tga(file("a.tga").c_str(), width, height, 4, rgba.data()));  // run-length coded
  EXPECT_EQ(worst(file("a.tga"), texel), 0);
  // JPEG is lossy, and red and blue at half the resolution unless the quality is high.
  std::vector<std::uint8_t> smooth;
  const auto soft = [](int x, int y) {
    return std::array<int, 4>{100 + 4 * x, 80 + 10 * y, 150 - 3 * x, 255};
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (std::size_t c = 0; c < 3; ++c) smooth.push_back(static_cast<std::uint8_t>(soft(x, y)[c]));
  ASSERT_TRUE(stbi_write_jpg(file("a.jpg").c_str(), width, height, 3, smooth.data(), 100));
  EXPECT_LE(worst(file("a.jpg"), soft), 3);
}

}  // namespace
