#pragma once
// Cuts a mesh into chunks: triangles that lie close together, in an order that suits the GPU's vertex cache.

#include <span>

#include "renderer/scene/mesh/geometry.h"

namespace scene {

inline constexpr std::size_t largest_chunk = 4096;  ///< triangles

/// Cuts triangles of one material (three indices each) into chunks. `model_size` is roughly the diagonal of
/// the whole model in metres; chunks stay small compared to it, so that culling can drop them.
Geometry make_chunks(std::span<const Vertex> vertices, std::span<const std::uint32_t> indices,
                     std::uint32_t material, float model_size);

}  // namespace scene
