#include "renderer/scene/texture/image_file.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include "core/error.h"
#include "core/file.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC  // another library of the process may have its own
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_TGA
#define STBI_ONLY_BMP
#define STBI_MAX_DIMENSIONS 16384  // what Vulkan devices promise at most
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image.h>
#pragma GCC diagnostic pop

namespace scene {
namespace {

/// A small file can name a huge image; decoding takes memory before the lie is found.
constexpr std::int64_t largest_image = 8192ll * 8192;
/// No format packs more: deflate reaches 1,032 to 1, of 8 pixels a byte.
constexpr std::int64_t max_pixels_a_byte = 10'000;

/// Whether the header of a file that has four channels says that the fourth is no alpha: a TGA with 0 alpha
/// bits, or a BMP of the oldest kind.
bool denies_alpha(std::span<const std::byte> file) {
  const auto byte = [&](std::size_t i) { return i < file.size() ? std::to_integer<int>(file[i]) : 0; };
  if (byte(0) == 'B' && byte(1) == 'M') return byte(14) == 40 && byte(30) == 0;
  const bool png = byte(0) == 0x89 && byte(1) == 'P', jpeg = byte(0) == 0xff && byte(1) == 0xd8;
  return !png && !jpeg && (byte(17) & 15) == 0;
}

/// A picture that is transparent everywhere was not meant to be: its alpha holds something else, or nothing.
void settle_alpha(Image& image, bool denied) {
  bool visible = false;
  for (std::size_t i = 3; i < image.rgba.size(); i += 4) {
    visible |= image.rgba[i] != 0;
    image.has_alpha |= image.rgba[i] != 255;
  }
  if (!image.has_alpha || (visible && !denied)) return;
  for (std::size_t i = 3; i < image.rgba.size(); i += 4) image.rgba[i] = 255;
  image.has_alpha = false;
}

/// An image file whose header was read and whose size can be loaded.
class Header {
 public:
  explicit Header(const std::filesystem::path& path);
  const stbi_uc* bytes() const { return reinterpret_cast<const stbi_uc*>(file_.bytes().data()); }
  int size() const { return static_cast<int>(file_.bytes().size()); }
  std::span<const std::byte> file() const { return file_.bytes(); }
  std::int64_t pixels() const { return std::int64_t{width_} * height_; }

 private:
  core::MappedFile file_;
  int width_ = 0, height_ = 0;
};

Header::Header(const std::filesystem::path& path) : file_(path, core::file_limit::picture) {
  if (file_.bytes().empty()) core::fail("image '{}' is empty", path.string());
  int channels = 0;
  if (!stbi_info_from_memory(bytes(), size(), &width_, &height_, &channels))
    core::fail("image '{}' cannot be read: it is no PNG, JPEG, TGA or BMP file", path.string());
  if (width_ < 1 || height_ < 1 || pixels() > largest_image)
    core::fail("image '{}' is {}x{} pixels large; at most 8192x8192 can be loaded", path.string(), width_,
               height_);
  if (pixels() > max_pixels_a_byte * size())
    core::fail("image '{}' is cut short: {} bytes cannot hold {}x{} pixels", path.string(), size(), width_,
               height_);
}

}  // namespace

std::int64_t image_pixels(const std::filesystem::path& path) {
  return Header(path).pixels();
}

Image read_image(const std::filesystem::path& path) {
  const Header header(path);
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(header.bytes(), header.size(), &width, &height, &channels, 4), stbi_image_free);
  if (!pixels) core::fail("image '{}' cannot be read: {}", path.string(), stbi_failure_reason());
  Image image;
  image.width = static_cast<std::uint32_t>(width);
  image.height = static_cast<std::uint32_t>(height);
  image.rgba.assign(pixels.get(), pixels.get() + std::size_t{4} * image.width * image.height);
  settle_alpha(image, denies_alpha(header.file()));
  return image;
}

Image resized(const Image& image, std::uint32_t width, std::uint32_t height) {
  if (image.width == width && image.height == height) return image;
  Image out{width, height, std::vector<std::uint8_t>(std::size_t{4} * width * height), image.has_alpha};
  for (std::uint32_t y = 0; y < height; ++y) {
    const float fy = std::clamp(
        (static_cast<float>(y) + 0.5f) * static_cast<float>(image.height) / static_cast<float>(height) - 0.5f,
        0.0f, static_cast<float>(image.height - 1));
    const auto y0 = static_cast<std::uint32_t>(fy), y1 = std::min(y0 + 1, image.height - 1);
    for (std::uint32_t x = 0; x < width; ++x) {
      const float fx = std::clamp(
          (static_cast<float>(x) + 0.5f) * static_cast<float>(image.width) / static_cast<float>(width) - 0.5f,
          0.0f, static_cast<float>(image.width - 1));
      const auto x0 = static_cast<std::uint32_t>(fx), x1 = std::min(x0 + 1, image.width - 1);
      const float tx = fx - static_cast<float>(x0), ty = fy - static_cast<float>(y0);
      for (std::size_t c = 0; c < 4; ++c) {
        const float top = std::lerp(static_cast<float>(image.texel(x0, y0)[c]),
                                    static_cast<float>(image.texel(x1, y0)[c]), tx);
        const float bottom = std::lerp(static_cast<float>(image.texel(x0, y1)[c]),
                                       static_cast<float>(image.texel(x1, y1)[c]), tx);
        out.rgba[4 * (std::size_t{y} * width + x) + c] =
            static_cast<std::uint8_t>(std::lerp(top, bottom, ty) + 0.5f);
      }
    }
  }
  return out;
}

}  // namespace scene
