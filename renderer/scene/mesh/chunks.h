#pragma once
// A mesh cut into pieces that lie close together, each in an order that a GPU likes.

#include <span>

#include "renderer/scene/mesh/geometry.h"

namespace scene {

inline constexpr std::size_t largest_chunk = 4096;  ///< triangles

/// `model_size` is about the diagonal of the whole model: chunks are kept small beside it, for culling.
Geometry make_chunks(std::span<const Vertex> vertices, std::span<const std::uint32_t> indices,
                     std::uint32_t material, float model_size);

}  // namespace scene
