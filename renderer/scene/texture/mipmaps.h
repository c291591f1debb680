#pragma once
// Makes mip chains. Colours are averaged in linear light, weighted by their alpha. Normals are averaged as
// vectors. Alpha-tested images keep the share of texels that pass the test on every level.

#include <optional>

#include "renderer/scene/scene.h"
#include "renderer/scene/texture/image_file.h"

namespace scene {

/// The offset in bytes of a level's first texel in Texture::texels.
std::size_t mip_offset(std::uint32_t width, std::uint32_t height, std::uint32_t level);

/// The sRGB transfer function, of values in [0, 1].
float srgb_to_linear(float encoded);
float linear_to_srgb(float linear);

/// A texture of sRGB colours with alpha. With a cutoff the alpha of each level is scaled so that the same
/// share of texels passes the test (Castano 2010, "Computing Alpha Mipmaps").
Texture make_color_texture(const Image& image, std::optional<float> cutoff);

/// A texture of linear data in all four channels.
Texture make_linear_texture(const Image& image);

/// A texture of tangent-space normals, +y up. The averages are normalised.
Texture make_normal_texture(const Image& image);

}  // namespace scene
