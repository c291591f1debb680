#pragma once
// Draws what casts shadows into depth maps: of the sun, of a lamp.

#include <span>
#include <vector>

#include "renderer/frame_context.h"

namespace renderer {

/// Triangles of a chunk that one call draws.
struct CasterPiece {
  std::uint32_t chunk, first_index, index_count;
  double cost = 0;  ///< in alpha-tested texels, where it was estimated
};

class Casters {
 public:
  /// With `clamped`, what stands before the near plane casts as well. Throws core::Error.
  Casters(const gpu::Device& device, const GpuScene& scene, bool clamped);

  /// Returns the whole chunks whose box in clip space, by a matrix without perspective, touches the map:
  /// opaque ones, then alpha-tested ones.
  static std::vector<CasterPiece> within(const FrameContext& frame, const glm::dmat4& clip_from_world,
                                         bool moving);
  /// Computes the box of a chunk in clip space, by a matrix without perspective.
  static void box_of(const FrameContext& frame, const glm::dmat4& clip_from_world, const scene::Chunk& chunk,
                     glm::vec3& low, glm::vec3& high);

  /// Begins to draw into a square map's part.
  static void begin(VkCommandBuffer commands, VkImageView view, const VkRect2D& part, bool clear);
  void draw(VkCommandBuffer commands, const FrameContext& frame, const glm::dmat4& clip_from_world,
            std::span<const CasterPiece> pieces) const;

 private:
  gpu::UniquePipelineLayout layout_;
  gpu::UniquePipeline opaque_, masked_;
};

}  // namespace renderer
