#pragma once
// Cascaded shadow maps of the sun. Casters that stand still are kept in cached maps. When the camera has
// moved on, one map at a time is redrawn beside them, a share of it in each frame, so that no frame is late.
// Moving casters are drawn in each frame into a copy of the parts that they touch.

#include <array>
#include <optional>
#include <span>

#include "renderer/frame_context.h"
#include "renderer/passes/scene/casters.h"

namespace renderer {

class ShadowPass {
 public:
  ShadowPass(const gpu::Device& device, const GpuScene& scene, std::int32_t resolution);

  /// Records the updates that are due and writes the cascades into the slot's FrameConstants.
  void record(VkCommandBuffer commands, const FrameContext& frame);
  /// Forgets the cached maps; call it after a cut.
  void invalidate();
  /// The map, to be compared with a depth.
  gpu::Binding map() const { return gpu::sampled(image(), sampler_); }
  /// The same map, to be read.
  gpu::Binding depths() const { return gpu::sampled(image(), plain_sampler_); }
  std::int32_t resolution() const { return resolution_; }

 private:
  const gpu::Image& image() const { return scene_has_motion_ ? moving_map_ : still_map_; }

  struct Cascade {
    bool valid = false;
    glm::dvec3 center{0};           ///< world
    double radius = 1;              ///< metres, half a side
    glm::dmat4 clip_from_world{1};  ///< scene's world, not camera-relative
    double left = 0;                ///< how far the camera has left the map's middle, in radii
    double speed = 0;               ///< growth of `left` in the last frame
    std::vector<VkRect2D> moved;    ///< texels that hold moving casters now
  };
  /// A cascade's next map while it is drawn.
  struct Redraw {
    std::uint32_t index;
    Cascade cascade;
    std::vector<CasterPiece> pieces;
    std::size_t drawn;
    double cost_left;
  };
  void place(Cascade& cascade, const glm::dvec3& wanted, const glm::dvec3& light) const;
  void draw_still(VkCommandBuffer commands, const FrameContext& frame, std::uint32_t index);
  void begin_redraw(const FrameContext& frame, std::uint32_t index, const glm::dvec3& wanted);
  /// Returns true in the frame in which the map takes its cascade's place.
  bool continue_redraw(VkCommandBuffer commands, const FrameContext& frame);
  void draw_moving(VkCommandBuffer commands, const FrameContext& frame, std::uint32_t index, bool anew);
  /// Returns the same triangles in pieces that cost no more than a frame's least share.
  std::vector<CasterPiece> cut(const FrameContext& frame, const Cascade& cascade,
                               std::span<const CasterPiece> chunks) const;
  VkRect2D texels_of(const Cascade& cascade, const glm::vec3& low, const glm::vec3& high) const;

  /// The rectangle of a map.
  VkRect2D whole() const {
    const auto side = static_cast<std::uint32_t>(resolution_);
    return {{0, 0}, {side, side}};
  }

  Casters casters_;
  std::int32_t resolution_;
  bool scene_has_motion_;
  std::uint32_t count_ = 0;
  float distance_ = 0;
  double finest_ = 0;  ///< the least radius of a cascade
  glm::dvec3 light_{0};
  std::array<Cascade, shared::MAX_CASCADES> cascades_;
  std::vector<double> surface_;  ///< of each chunk, in square metres of its model's space
  std::optional<Redraw> redraw_;
  gpu::Image still_map_, moving_map_, next_map_;
  std::vector<gpu::UniqueImageView> still_views_, moving_views_;
  gpu::UniqueImageView next_view_;
  gpu::UniqueSampler sampler_, plain_sampler_;
};

}  // namespace renderer
