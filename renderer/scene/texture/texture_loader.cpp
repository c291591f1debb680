#include "renderer/scene/texture/texture_loader.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "core/error.h"
#include "renderer/scene/texture/image_file.h"
#include "renderer/scene/texture/mipmaps.h"

namespace scene {
namespace {

std::string without_it(const core::Error& error) {
  return fmt::format("{}; the material does without it", error.what());
}

Image placeholder() {
  Image image{64, 64, std::vector<std::uint8_t>(std::size_t{4} * 64 * 64, 255), false};
  for (std::uint32_t y = 0; y < 64; ++y)
    for (std::uint32_t x = 0; x < 64; ++x) {
      const bool bright = (x / 8 + y / 8) % 2 == 0;
      std::uint8_t* texel = &image.rgba[4 * (std::size_t{y} * 64 + x)];
      texel[0] = texel[2] = bright ? 255 : 20;
      texel[1] = bright ? 0 : 20;
    }
  return image;
}

std::uint8_t luminance(const std::uint8_t* t) {
  return static_cast<std::uint8_t>((t[0] * 54 + t[1] * 183 + t[2] * 19) / 256);
}

/// The alpha of a separate map: its own alpha channel where it has one, else its grey.
void merge_alpha(Image& color, const Image& map) {
  const Image alpha = resized(map, color.width, color.height);
  color.has_alpha = false;
  for (std::size_t i = 0; i < color.rgba.size(); i += 4) {
    color.rgba[i + 3] = map.has_alpha ? alpha.rgba[i + 3] : luminance(&alpha.rgba[i]);
    color.has_alpha |= color.rgba[i + 3] != 255;
  }
}

void make_opaque(Image& image) {
  for (std::size_t i = 3; i < image.rgba.size(); i += 4) image.rgba[i] = 255;
  image.has_alpha = false;
}

/// The shares of texels that have an alpha in certain ranges.
struct AlphaShares {
  double none = 0, partial = 0, full = 0;
};

AlphaShares alpha_shares(const Image& image) {
  std::size_t none = 0, full = 0;
  const std::size_t count = image.rgba.size() / 4;
  for (std::size_t i = 0; i < count; ++i) {
    none += image.rgba[4 * i + 3] <= 12;
    full += image.rgba[4 * i + 3] >= 243;
  }
  const auto share = [count](std::size_t n) { return static_cast<double>(n) / static_cast<double>(count); };
  return {share(none), share(count - none - full), share(full)};
}

/// Cut-outs are tested, soft images (clouds, light cones, dirt that fades out) blended. The thresholds part
/// the 78 images with alpha of the SuperTuxKart tracks as their own material files do.
AlphaMode judge_alpha(const Image& image, AlphaHint hint, bool glass) {
  if (hint == AlphaHint::blend) return AlphaMode::blend;
  if (!image.has_alpha) return AlphaMode::opaque;
  const AlphaShares shares = alpha_shares(image);
  if (shares.full > 0.999) return AlphaMode::opaque;  // a few stray texels
  if (glass && shares.partial > 0.25) return AlphaMode::blend;
  if (hint == AlphaHint::image && shares.none < 0.2) return AlphaMode::opaque;
  return shares.partial > 0.5 ? AlphaMode::blend : AlphaMode::mask;
}

LoadedTexture load_base_color(const TextureRequest& request) {
  LoadedTexture loaded;
  Image image;
  try {
    if (!request.first.empty()) {
      image = read_image(request.first);
    }
  } catch (const core::Error& error) {
    loaded.warnings.push_back(fmt::format("{}; a magenta checker stands in for it", error.what()));
    image = placeholder();
  }
  if (!request.second.empty()) {
    try {
      const Image map = read_image(request.second);
      if (image.rgba.empty())
        image = {map.width, map.height, std::vector<std::uint8_t>(map.rgba.size(), 255), false};
      merge_alpha(image, map);
    } catch (const core::Error& error) {
      loaded.warnings.push_back(fmt::format("{}; its material is opaque", error.what()));
      if (image.rgba.empty()) image = {1, 1, {255, 255, 255, 255}, false};
    }
  }
  loaded.alpha = judge_alpha(image, request.alpha, request.glass);
  if (loaded.alpha == AlphaMode::opaque) make_opaque(image);
  loaded.texture = make_color_texture(
      image, loaded.alpha == AlphaMode::mask ? std::optional(request.alpha_cutoff) : std::nullopt);
  return loaded;
}

bool looks_like_normals(const Image& image) {
  double blue = 0, off_unit = 0;
  const std::size_t count = image.rgba.size() / 4;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* t = &image.rgba[4 * i];
    const glm::dvec3 n = glm::dvec3(t[0], t[1], t[2]) / 127.5 - 1.0;
    blue += n.z;
    off_unit += std::abs(glm::length(n) - 1);
  }
  return blue / static_cast<double>(count) > 0.4 && off_unit / static_cast<double>(count) < 0.25;
}

/// Heights as grey to normals: Sobel, repeating at the borders. A full black to white step over one texel is
/// as steep as 45 degrees at scale 1 and 512 texels.
Image normals_from_heights(const Image& image, float scale) {
  Image out{image.width, image.height, std::vector<std::uint8_t>(image.rgba.size(), 255), false};
  const auto height = [&](std::uint32_t x, std::uint32_t y) {
    return static_cast<float>(luminance(image.texel(x % image.width, y % image.height))) / 255;
  };
  for (std::uint32_t y = 0; y < image.height; ++y) {
    for (std::uint32_t x = 0; x < image.width; ++x) {
      const std::uint32_t l = x + image.width - 1, r = x + 1, u = y + image.height - 1, d = y + 1;
      const float dx =
          height(r, u) + 2 * height(r, y) + height(r, d) - height(l, u) - 2 * height(l, y) - height(l, d);
      const float dy =
          height(l, u) + 2 * height(x, u) + height(r, u) - height(l, d) - 2 * height(x, d) - height(r, d);
      const glm::vec3 n = glm::normalize(glm::vec3(-dx * scale, -dy * scale, 1));
      for (int c = 0; c < 3; ++c)
        out.rgba[4 * (std::size_t{y} * image.width + x) + static_cast<std::size_t>(c)] =
            static_cast<std::uint8_t>(std::lround((n[c] * 0.5f + 0.5f) * 255));
    }
  }
  return out;
}

LoadedTexture load_normals(const TextureRequest& request) {
  const Image image = read_image(request.first);
  LoadedTexture loaded;
  const bool heights = !looks_like_normals(image);
  loaded.texture = make_normal_texture(heights ? normals_from_heights(image, request.bump_scale) : image);
  return loaded;
}

LoadedTexture load_roughness_metallic(const TextureRequest& request) {
  LoadedTexture loaded;
  // Each is read on its own, so that one can be used where the other is missing.
  const auto read = [&](const std::filesystem::path& file, bool& lost) {
    try {
      return file.empty() ? Image{} : read_image(file);
    } catch (const core::Error& error) {
      lost = true;
      loaded.warnings.push_back(without_it(error));
      return Image{};
    }
  };
  // One file for both is packed as glTF does it: roughness in green, metallic in blue.
  const bool packed = request.first == request.second;
  const Image first = read(request.first, loaded.first_lost);
  const Image second = packed ? first : read(request.second, loaded.second_lost);
  if (packed) loaded.second_lost = loaded.first_lost;
  loaded.usable = !first.rgba.empty() || !second.rgba.empty();
  if (!loaded.usable) return loaded;
  // A wide one and a tall one together could make a huge one: then both take the size of the larger.
  std::uint32_t width = std::max(first.width, second.width), height = std::max(first.height, second.height);
  const Image& larger = first.rgba.size() >= second.rgba.size() ? first : second;
  if (std::size_t{width} * height > larger.rgba.size()) width = larger.width, height = larger.height;
  Image merged{width, height, std::vector<std::uint8_t>(std::size_t{4} * width * height, 255), false};
  const auto put = [&](const Image& from, std::size_t channel) {
    if (from.rgba.empty()) return;
    const Image fitting = resized(from, width, height);
    for (std::size_t i = 0; i < merged.rgba.size(); i += 4)
      merged.rgba[i + channel] = packed ? fitting.rgba[i + channel] : luminance(&fitting.rgba[i]);
  };
  put(first, 1);
  put(second, 2);
  loaded.texture = make_linear_texture(merged);
  return loaded;
}

/// Large images take gigabytes while they are decoded and their levels made (some 60 bytes a pixel), so this
/// happens to one request after the other.
std::unique_lock<std::mutex> turn_of_large_images(const TextureRequest& request) {
  constexpr std::int64_t large = 4096ll * 4096;
  static std::mutex one_at_a_time;
  for (const auto* file : {&request.first, &request.second}) {
    try {
      if (!file->empty() && image_pixels(*file) > large) return std::unique_lock(one_at_a_time);
    } catch (const core::Error&) {  // read_image says it
    }
  }
  return {};
}

}  // namespace

LoadedTexture load_texture(const TextureRequest& request) {
  const std::unique_lock turn = turn_of_large_images(request);
  LoadedTexture loaded;
  try {
    switch (request.role) {
      case TextureRole::base_color:
        loaded = load_base_color(request);
        break;
      case TextureRole::normal:
      case TextureRole::height:
        loaded = load_normals(request);
        break;
      case TextureRole::roughness_metallic:
        loaded = load_roughness_metallic(request);
        break;
      case TextureRole::emissive: {
        Image image = read_image(request.first);
        make_opaque(image);
        loaded.texture = make_color_texture(image, std::nullopt);
        break;
      }
    }
  } catch (const core::Error& error) {
    loaded.usable = false;
    loaded.first_lost = true;
    loaded.warnings.push_back(without_it(error));
  }
  loaded.texture.name = (request.first.empty() ? request.second : request.first).filename().string();
  return loaded;
}

}  // namespace scene
