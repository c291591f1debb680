#pragma once
// Mip chains: colours averaged in linear light and weighted by their alpha, normals as directions, and
// alpha-tested images with the same share of texels passing the test on every level.

#include <optional>

#include "renderer/scene/scene.h"
#include "renderer/scene/texture/image_file.h"

namespace scene {

/// The first texel's offset of a level in Texture::texels, in bytes.
std::size_t mip_offset(std::uint32_t width, std::uint32_t height, std::uint32_t level);

float srgb_to_linear(float encoded);
float linear_to_srgb(float linear);

/// sRGB colours with alpha. With a cutoff the alpha of each level is scaled so that the coverage stays
/// (Castano 2010, "Computing Alpha Mipmaps").
Texture make_color_texture(const Image& image, std::optional<float> cutoff);

/// Linear data in all four channels.
Texture make_linear_texture(const Image& image);

/// Tangent-space normals, +y up: averaged as vectors and made unit again.
Texture make_normal_texture(const Image& image);

}  // namespace scene
