#include "app/report/picture.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/file.h"

namespace app {
namespace {

constexpr int jpeg_quality = 92;
constexpr std::uintmax_t largest_picture = std::uintmax_t{32} << 20;

std::string base64(std::span<const std::byte> bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8 | (i + k < bytes.size() ? static_cast<std::uint32_t>(bytes[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k <= bytes.size() ? digits[three >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

}  // namespace

void write_jpeg(const std::filesystem::path& path, core::Size size, std::span<const std::byte> rgb8) {
  std::vector<std::byte> file;
  const auto append = [](void* context, void* data, int count) {
    const auto* bytes = static_cast<const std::byte*>(data);
    auto& all = *static_cast<std::vector<std::byte>*>(context);
    all.insert(all.end(), bytes, bytes + count);
  };
  if (rgb8.size() != 3 * area(size) ||
      stbi_write_jpg_to_func(append, &file, size.width, size.height, 3, rgb8.data(), jpeg_quality) == 0)
    core::fail("cannot write '{}': {} bytes are no {} x {} picture", path.string(), rgb8.size(), size.width,
               size.height);
  core::write_file(path, file);
}

std::string picture_for_page(const std::filesystem::path& folder, const std::string& name) {
  // The name comes from a file: it must not lead to the user's other files.
  const std::filesystem::path plain = std::filesystem::path(name).filename();
  if (name.empty() || plain != name || plain.extension() != ".jpg") return {};
  try {
    const std::vector<std::byte> file = core::read_file(folder / plain, largest_picture);
    if (file.size() < 3 || file[0] != std::byte{0xff} || file[1] != std::byte{0xd8}) return {};
    return "data:image/jpeg;base64," + base64(file);
  } catch (const core::Error&) {
    return {};
  }
}

}  // namespace app
