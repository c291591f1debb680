#include "renderer/scene/texture/image_file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

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

}  // namespace

Image read_image(const std::filesystem::path& path) {
  const core::MappedFile file(path);
  const auto* bytes = reinterpret_cast<const stbi_uc*>(file.bytes().data());
  if (file.bytes().empty()) core::fail("image '{}' is empty", path.string());
  if (file.bytes().size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    core::fail("image '{}' is larger than 2 GB", path.string());
  const int size = static_cast<int>(file.bytes().size());
  int width = 0, height = 0, channels = 0;
  if (!stbi_info_from_memory(bytes, size, &width, &height, &channels))
    core::fail("image '{}' cannot be read: it is no PNG, JPEG, TGA or BMP file", path.string());
  if (width < 1 || height < 1 || std::int64_t{width} * height > largest_image)
    core::fail("image '{}' is {}x{} pixels large; at most 8192x8192 can be loaded", path.string(), width,
               height);
  if (std::int64_t{width} * height > max_pixels_a_byte * size)
    core::fail("image '{}' is cut short: {} bytes cannot hold {}x{} pixels", path.string(), size, width,
               height);
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(bytes, size, &width, &height, &channels, 4), stbi_image_free);
  if (!pixels) core::fail("image '{}' cannot be read: {}", path.string(), stbi_failure_reason());
  Image image;
  image.width = static_cast<std::uint32_t>(width);
  image.height = static_cast<std::uint32_t>(height);
  image.rgba.assign(pixels.get(), pixels.get() + std::size_t{4} * image.width * image.height);
  for (std::size_t i = 3; i < image.rgba.size() && !image.has_alpha; i += 4)
    image.has_alpha = image.rgba[i] != 255;
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
