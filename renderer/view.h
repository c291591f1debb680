#pragma once
// The camera of one frame, in double precision where it matters: matrices are camera-relative, so that motion
// stays exact far from the scene's origin.

#include <glm/glm.hpp>

#include "core/frame.h"
#include "renderer/math.h"
#include "renderer/scene/scene.h"

namespace renderer {

struct View {
  glm::dvec3 eye{0};
  glm::dmat3 axes{1};  ///< columns: right, up, backward
  double tan_half_fov_y = 1, aspect = 1, near = 0.1, far = 1000;

  /// Camera-relative world to clip, without jitter.
  glm::dmat4 clip_from_world() const;
  friend bool operator==(const View&, const View&) = default;
};

View make_view(const scene::Camera& camera, const scene::CameraPose& pose, core::Size output);

/// Adds a shift of `jitter` render pixels: pixel (i, j) is sampled at (i + 0.5 + jitter).
glm::dmat4 jittered(const glm::dmat4& clip_from_world, const float jitter[2], core::Size render);

/// Clip space of `now` to clip space of `before`, for a surface fixed to a body that moved from
/// `body_before` to `body_now` (model to world). Exactly the identity where nothing moved.
glm::mat4 clip_to_previous_clip(const View& now, const View& before, const glm::dmat4& body_now,
                                const glm::dmat4& body_before);

/// Halton(2,3) - 0.5 with ceil(8 * scale^2) phases, never both 0.
void halton_jitter(std::uint64_t frame_index, double scale, float jitter[2]);

/// max(1, round(output / scale)) on each axis.
core::Size render_size(core::Size output, double scale);

/// Six planes of a clip matrix; a box is outside when it lies behind one of them. No far plane: reversed
/// infinite depth has none, so `far` adds one by distance.
class Frustum {
 public:
  Frustum(const glm::dmat4& clip_from_world, double far);
  /// Camera-relative box.
  bool intersects(const glm::vec3& low, const glm::vec3& high) const;

 private:
  glm::vec4 planes_[5];
  float far_;
};

/// The box of a box after a transform.
void transform_box(const glm::mat4& m, const glm::vec3& low, const glm::vec3& high, glm::vec3& out_low,
                   glm::vec3& out_high);

}  // namespace renderer
