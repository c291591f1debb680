#include "renderer/scene/texture/mipmaps.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scene {
namespace {

/// One level as floats.
struct Level {
  std::uint32_t width = 0, height = 0;
  std::vector<glm::vec4> texels;
  glm::vec4& at(std::uint32_t x, std::uint32_t y) { return texels[std::size_t{y} * width + x]; }
  const glm::vec4& at(std::uint32_t x, std::uint32_t y) const { return texels[std::size_t{y} * width + x]; }
};

/// The two or three texels of the larger level under each texel of the smaller one, with their shares: an odd
/// size does not halve evenly.
struct Taps {
  std::uint32_t first = 0, count = 0;
  std::array<float, 3> weights{};
};

std::vector<Taps> make_taps(std::uint32_t from, std::uint32_t to) {
  std::vector<Taps> taps(to);
  for (std::uint32_t i = 0; i < to; ++i) {
    const double begin = double(i) * from / to, end = double(i + 1) * from / to;
    taps[i].first = static_cast<std::uint32_t>(begin);
    for (std::uint32_t j = taps[i].first; j < end && taps[i].count < 3 && j < from; ++j) {
      const double share = (std::min(end, double(j) + 1) - std::max(begin, double(j))) / (end - begin);
      if (share > 1e-9) taps[i].weights[taps[i].count++] = static_cast<float>(share);
    }
  }
  return taps;
}

Level halved(const Level& from) {
  Level to{std::max(1u, from.width / 2), std::max(1u, from.height / 2), {}};
  to.texels.assign(std::size_t{to.width} * to.height, glm::vec4(0));
  const std::vector<Taps> columns = make_taps(from.width, to.width), rows = make_taps(from.height, to.height);
  for (std::uint32_t y = 0; y < to.height; ++y) {
    for (std::uint32_t x = 0; x < to.width; ++x) {
      glm::vec4 sum(0);
      for (std::uint32_t j = 0; j < rows[y].count; ++j)
        for (std::uint32_t i = 0; i < columns[x].count; ++i)
          sum +=
              from.at(columns[x].first + i, rows[y].first + j) * (columns[x].weights[i] * rows[y].weights[j]);
      to.at(x, y) = sum;
    }
  }
  return to;
}

const std::array<float, 256>& decode_table() {
  static const auto table = [] {
    std::array<float, 256> t{};
    for (std::size_t i = 0; i < 256; ++i) t[i] = srgb_to_linear(static_cast<float>(i) / 255);
    return t;
  }();
  return table;
}

/// 65536 entries: fine enough for the steep start of the curve.
std::uint8_t encode(float linear) {
  static const auto table = [] {
    std::vector<std::uint8_t> t(65536);
    for (std::size_t i = 0; i < t.size(); ++i)
      t[i] = static_cast<std::uint8_t>(linear_to_srgb(static_cast<float>(i) / 65535) * 255 + 0.5f);
    return t;
  }();
  return table[static_cast<std::size_t>(std::clamp(linear, 0.0f, 1.0f) * 65535 + 0.5f)];
}

std::uint8_t unorm8(float x) {
  return static_cast<std::uint8_t>(std::clamp(x, 0.0f, 1.0f) * 255 + 0.5f);
}

/// The share of the surface that passes the test when the level is sampled bilinearly, as a histogram of
/// alpha: counts[i] of 4 samples a texel lie in [i, i + 1) / size.
std::vector<std::uint32_t> alpha_histogram(const Level& level) {
  constexpr std::size_t bins = 1024;
  std::vector<std::uint32_t> counts(bins, 0);
  for (std::uint32_t y = 0; y < level.height; ++y) {
    const std::uint32_t y1 = (y + 1) % level.height;
    for (std::uint32_t x = 0; x < level.width; ++x) {
      const std::uint32_t x1 = (x + 1) % level.width;
      const float a = level.at(x, y).a, b = level.at(x1, y).a, c = level.at(x, y1).a, d = level.at(x1, y1).a;
      for (int s = 0; s < 4; ++s) {
        const float u = s % 2 == 0 ? 0.25f : 0.75f, v = s / 2 == 0 ? 0.25f : 0.75f;
        const float alpha = (a + (b - a) * u) * (1 - v) + (c + (d - c) * u) * v;
        ++counts[std::min(static_cast<std::size_t>(alpha * bins), bins - 1)];
      }
    }
  }
  return counts;
}

double coverage(const std::vector<std::uint32_t>& counts, float cutoff) {
  std::uint64_t all = 0, passing = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    all += counts[i];
    if ((static_cast<float>(i) + 0.5f) / static_cast<float>(counts.size()) >= cutoff) passing += counts[i];
  }
  return static_cast<double>(passing) / static_cast<double>(std::max<std::uint64_t>(all, 1));
}

/// The factor of alpha with which the share of samples that pass comes closest to `wanted`. On the last
/// levels either all or none pass; then thin leaves vanish, so that a card seen from its edge does not become
/// a solid bar.
float coverage_scale(const std::vector<std::uint32_t>& counts, float cutoff, double wanted) {
  std::uint64_t all = 0, passing = 0;
  for (const std::uint32_t c : counts) all += c;
  const double target = wanted * static_cast<double>(all);
  for (std::size_t i = counts.size(); i-- > 1;) {
    const std::uint64_t with = passing + counts[i];
    if (static_cast<double>(with) >= target) {
      const bool pass = static_cast<double>(with) - target <= target - static_cast<double>(passing);
      const auto threshold = static_cast<float>(pass ? i : i + 1) / static_cast<float>(counts.size());
      return std::clamp(cutoff / threshold, 0.25f, 4.0f);
    }
    passing = with;
  }
  return wanted > 0 ? 4.0f : 1.0f;
}

/// Colours are premultiplied while they are averaged. Where alpha is 0 a texel takes the colour of the next
/// smaller level, so that a bilinear fetch at an edge does not mix in the colour of invisible texels.
std::vector<Level> straighten(std::vector<Level> levels) {
  for (std::size_t l = levels.size(); l-- > 0;) {
    for (std::uint32_t y = 0; y < levels[l].height; ++y) {
      for (std::uint32_t x = 0; x < levels[l].width; ++x) {
        glm::vec4& t = levels[l].at(x, y);
        if (t.a > 1e-4f) {
          t = glm::vec4(glm::vec3(t) / t.a, t.a);
        } else if (l + 1 < levels.size()) {
          const Level& parent = levels[l + 1];
          t = glm::vec4(
              glm::vec3(parent.at(std::min(x / 2, parent.width - 1), std::min(y / 2, parent.height - 1))), 0);
        }
      }
    }
  }
  return levels;
}

std::vector<Level> make_chain(Level base) {
  std::vector<Level> levels;
  levels.push_back(std::move(base));
  while (levels.back().width > 1 || levels.back().height > 1) levels.push_back(halved(levels.back()));
  return levels;
}

template <typename Decode>
Level make_level(const Image& image, Decode&& decode) {
  Level level{image.width, image.height, {}};
  level.texels.resize(std::size_t{image.width} * image.height);
  for (std::size_t i = 0; i < level.texels.size(); ++i) level.texels[i] = decode(&image.rgba[4 * i]);
  return level;
}

template <typename Encode>
Texture pack(const std::vector<Level>& levels, TextureKind kind, Encode&& to_bytes) {
  Texture texture;
  texture.kind = kind;
  texture.width = levels[0].width;
  texture.height = levels[0].height;
  texture.levels = static_cast<std::uint32_t>(levels.size());
  texture.texels.resize(mip_offset(texture.width, texture.height, texture.levels));
  auto* out = reinterpret_cast<std::uint8_t*>(texture.texels.data());
  for (std::size_t l = 0; l < levels.size(); ++l)
    for (const glm::vec4& texel : levels[l].texels) {
      to_bytes(texel, l, out);
      out += 4;
    }
  return texture;
}

}  // namespace

std::size_t mip_offset(std::uint32_t width, std::uint32_t height, std::uint32_t level) {
  std::size_t texels = 0;
  for (std::uint32_t l = 0; l < level; ++l)
    texels += std::size_t{std::max(1u, width >> l)} * std::max(1u, height >> l);
  return 4 * texels;
}

float srgb_to_linear(float e) {
  return e <= 0.04045f ? e / 12.92f : std::pow((e + 0.055f) / 1.055f, 2.4f);
}
float linear_to_srgb(float l) {
  return l <= 0.0031308f ? l * 12.92f : 1.055f * std::pow(l, 1 / 2.4f) - 0.055f;
}

Texture make_color_texture(const Image& image, std::optional<float> cutoff) {
  const auto& table = decode_table();
  Level base = make_level(image, [&](const std::uint8_t* t) {
    const float alpha = static_cast<float>(t[3]) / 255;
    return glm::vec4(glm::vec3(table[t[0]], table[t[1]], table[t[2]]) * alpha, alpha);
  });
  std::vector<Level> levels = make_chain(std::move(base));
  std::vector<float> scales(levels.size(), 1.0f);
  if (cutoff && image.has_alpha) {
    const double wanted = coverage(alpha_histogram(levels[0]), *cutoff);
    for (std::size_t l = 1; l < levels.size(); ++l)
      scales[l] = coverage_scale(alpha_histogram(levels[l]), *cutoff, wanted);
  }
  if (image.has_alpha) levels = straighten(std::move(levels));
  return pack(levels, TextureKind::color, [&](const glm::vec4& t, std::size_t level, std::uint8_t* out) {
    for (int c = 0; c < 3; ++c) out[c] = encode(t[c]);
    out[3] = unorm8(t.a * scales[level]);
  });
}

Texture make_linear_texture(const Image& image) {
  Level base =
      make_level(image, [](const std::uint8_t* t) { return glm::vec4(t[0], t[1], t[2], t[3]) / 255.0f; });
  return pack(make_chain(std::move(base)), TextureKind::linear,
              [](const glm::vec4& t, std::size_t, std::uint8_t* out) {
                for (int c = 0; c < 4; ++c) out[c] = unorm8(t[c]);
              });
}

Texture make_normal_texture(const Image& image) {
  Level base = make_level(image, [](const std::uint8_t* t) {
    const glm::vec3 n = glm::vec3(t[0], t[1], t[2]) / 127.5f - 1.0f;
    const float length = glm::length(n);
    return glm::vec4(length > 1e-3f ? n / length : glm::vec3(0, 0, 1), 1);
  });
  return pack(make_chain(std::move(base)), TextureKind::linear,
              [](const glm::vec4& t, std::size_t, std::uint8_t* out) {
                const float length = glm::length(glm::vec3(t));
                const glm::vec3 n = length > 1e-3f ? glm::vec3(t) / length : glm::vec3(0, 0, 1);
                for (int c = 0; c < 3; ++c) out[c] = unorm8(n[c] * 0.5f + 0.5f);
                out[3] = 255;
              });
}

}  // namespace scene
