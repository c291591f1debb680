#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "core/error.h"
#include "core/file.h"
#include "core/picture/image_io.h"
#include "core/random.h"
#include "tests/support/scratch.h"

namespace fs = std::filesystem;
using testing_support::message_of;
using testing_support::scratch;

namespace {

core::Image ramp(int width, int height) {
  core::Image image(width, height);
  for (std::size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = static_cast<float>(i % 256) / 255;
  return image;
}

TEST(Png, RoundTripsEightBitsAndIsDeterministic) {
  const fs::path folder = scratch();
  const core::Image image = ramp(37, 23);
  core::write_png(folder / "a.png", image);
  core::write_png(folder / "b.png", image);
  const core::Image back = core::read_png(folder / "a.png");
  ASSERT_EQ(back.width, 37);
  ASSERT_EQ(back.height, 23);
  EXPECT_EQ(back.rgb, image.rgb);
  EXPECT_EQ(core::read_file(folder / "a.png"), core::read_file(folder / "b.png"));
}

TEST(Png, ClampsAndRoundsWhatDoesNotFit) {
  const fs::path file = scratch() / "a.png";
  core::Image image(2, 1);
  image.rgb = {-3, 7, std::numeric_limits<float>::quiet_NaN(), 0.5f, 0.001f, 0.002f};
  core::write_png(file, image);
  const core::Image back = core::read_png(file);
  const float expected[] = {0, 1, 0, 128 / 255.0f, 0, 1 / 255.0f};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(back.rgb[i], expected[i]) << i;
}

/// A file that is no such picture, or is empty, truncated or missing, is named in one sentence.
template <typename Write, typename Read>
void expect_clear_errors(const fs::path& folder, const std::string& extension, const Write& write,
                         const Read& read) {
  const auto file = [&](const char* stem) { return folder / (stem + extension); };
  core::write_file(file("text"), "this is no picture");
  core::write_file(file("empty"), "");
  write(file("whole"), ramp(64, 64));
  const auto bytes = core::read_file(file("whole"));
  core::write_file(file("cut"), std::span(bytes).first(bytes.size() / 2));
  for (const char* stem : {"text", "empty", "cut", "none"}) {
    const std::string message = message_of([&] { read(file(stem)); });
    EXPECT_NE(message.find(stem + extension), std::string::npos) << stem << ": " << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

TEST(Png, SaysWhatIsWrongInOneSentence) {
  const fs::path folder = scratch();
  expect_clear_errors(
      folder, ".png", [](const fs::path& file, const core::Image& image) { core::write_png(file, image); },
      [](const fs::path& file) { return core::read_png(file); });
  EXPECT_NE(message_of([&] { core::write_png(folder / "zero.png", core::Image(0, 0)); }).find("out of range"),
            std::string::npos);
}

/// As the references of `evaluate` lie in their cache.
TEST(Png, EachFlippedBitIsNoticedOrChangesNothing) {
  const fs::path file = scratch() / "a.png";
  core::Image image(40, 30);
  for (std::size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = static_cast<float>(i * i % 255) / 255;
  core::write_png(file, image);
  std::vector<std::byte> bytes = core::read_file(file);
  const core::Image whole = core::read_png(file);
  core::Random random(7);
  int noticed = 0;
  for (int flip = 0; flip < 200; ++flip) {
    const auto at = static_cast<std::size_t>(random.below(static_cast<int>(bytes.size())));
    const auto bit = static_cast<std::byte>(1 << random.below(8));
    bytes[at] ^= bit;
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    bytes[at] ^= bit;
    const std::string message = message_of([&] {
      const core::Image read = core::read_png(file);
      EXPECT_EQ(read.width, whole.width) << "byte " << at;
      EXPECT_EQ(read.rgb, whole.rgb) << "byte " << at;
    });
    noticed += !message.empty();
  }
  EXPECT_GT(noticed, 150) << "only the colour space's own chunks may be damaged unnoticed";
}

TEST(PictureSize, IsReadWithoutUnpacking) {
  const fs::path folder = scratch();
  core::write_png(folder / "a.png", core::Image(40, 30));
  core::write_exr(folder / "a.exr", core::Image(20, 10));
  EXPECT_EQ(core::picture_size(folder / "a.png").width, 40);
  EXPECT_EQ(core::picture_size(folder / "a.exr").height, 10);
  std::vector<std::byte> bytes = core::read_file(folder / "a.png");
  bytes.resize(bytes.size() - 20);  // the last of the pixels are missing
  core::write_file(folder / "header.png", bytes);
  EXPECT_EQ(core::picture_size(folder / "header.png").height, 30);
}

/// The header is enough: nothing is decoded, and no memory taken.
TEST(Png, AnotherSizeThanExpectedIsRefusedByTheHeader) {
  const fs::path folder = scratch();
  // A header of 8000 x 8000 pixels, and nothing after it.
  std::string png("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x1f\x40\0\0\x1f\x40\x08\x02\0\0\0\x89\x93\x3a\xa3",
                  33);
  png += std::string("\0\0\0\0IDAT\x35\xaf\x06\x1e", 12);
  core::write_file(folder / "a.png", png);
  const std::string said = message_of([&] { core::read_png(folder / "a.png", {64, 36}); });
  EXPECT_NE(said.find("a.png' is 8000 x 8000 pixels large; it must be 64 x 36"), std::string::npos) << said;
  core::write_exr(folder / "a.exr", core::Image(20, 10));
  EXPECT_NE(message_of([&] {
              core::read_exr(folder / "a.exr", {20, 11});
            }).find("is 20 x 10 pixels large; it must be 20 x 11"),
            std::string::npos);
  EXPECT_NO_THROW(core::read_exr(folder / "a.exr", {20, 10}));
}

/// The cache of reference pictures is PNG files, whose own checksums notice a damaged bit, unless it is one
/// that says nothing of the pixels.
TEST(Png, AnyDamagedBitIsNoticedOrHarmless) {
  const fs::path folder = scratch();
  const core::Image image = ramp(64, 36);
  core::write_png(folder / "good.png", image);
  const std::string good = core::read_text(folder / "good.png");
  unsigned seed = 1, noticed = 0;
  for (int n = 0; n < 200; ++n) {
    seed = seed * 1664525u + 1013904223u;
    std::string bad = good;
    const std::size_t bit = (seed >> 4) % (8 * good.size());
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    std::ofstream(folder / "bad.png", std::ios::binary) << bad;
    try {
      EXPECT_EQ(core::read_png(folder / "bad.png", {64, 36}).rgb, image.rgb) << "bit " << bit;
    } catch (const core::Error&) {
      ++noticed;
    }
  }
  EXPECT_GT(noticed, 100u);
}

TEST(Exr, RoundTripsHalfAndFloatChannelsFromInterleavedMemory) {
  const fs::path folder = scratch();
  const int width = 19, height = 11;
  std::vector<std::uint16_t> color(4 * width * height);  // f16 bits, as core/frame.h has them
  for (std::size_t i = 0; i < color.size(); ++i)
    color[i] = static_cast<std::uint16_t>(0x3c00 + i % 1024);  // 1 + (i % 1024) / 1024
  std::vector<float> depth(width * height);
  for (std::size_t i = 0; i < depth.size(); ++i) depth[i] = 0.1f / (1 + static_cast<float>(i));
  using core::ExrType;
  const core::ExrChannel channels[] = {{"R", ExrType::half, color.data(), 8},
                                       {"A", ExrType::half, color.data() + 3, 8},
                                       {"Z", ExrType::full, depth.data(), 4},
                                       {"motion.X", ExrType::half, color.data() + 1, 8}};
  core::write_exr(folder / "a.exr", width, height, channels);
  core::write_exr(folder / "b.exr", width, height, channels);
  EXPECT_EQ(core::read_file(folder / "a.exr"), core::read_file(folder / "b.exr"));
  const core::ExrImage back = core::read_exr(folder / "a.exr");
  ASSERT_EQ(back.width, width);
  ASSERT_EQ(back.height, height);
  ASSERT_EQ(back.channels.size(), 4u);
  EXPECT_EQ(back.channels.at("Z"), depth);
  for (std::size_t i = 0; i < depth.size(); ++i) {
    EXPECT_EQ(back.channels.at("R")[i], 1 + static_cast<float>(4 * i % 1024) / 1024);
    EXPECT_EQ(back.channels.at("A")[i], 1 + static_cast<float>((4 * i + 3) % 1024) / 1024);
    EXPECT_EQ(back.channels.at("motion.X")[i], 1 + static_cast<float>((4 * i + 1) % 1024) / 1024);
  }
  EXPECT_NE(message_of([&] { back.rgb(); }).find("no channel G"), std::string::npos);
}

TEST(Exr, RoundTripsAPicture) {
  const fs::path file = scratch() / "a.exr";
  core::Image image = ramp(8, 5);
  image.rgb[3] = 12345.678f;
  core::write_exr(file, image);
  EXPECT_EQ(core::read_exr(file).rgb().rgb, image.rgb);
}

TEST(Exr, SaysWhatIsWrongInOneSentence) {
  expect_clear_errors(
      scratch(), ".exr", [](const fs::path& file, const core::Image& image) { core::write_exr(file, image); },
      [](const fs::path& file) { return core::read_exr(file); });
}

}  // namespace
