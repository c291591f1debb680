#pragma once
// The camera of one frame, in double precision where it matters. Matrices are camera-relative, so that motion
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

  /// Returns the matrix from camera-relative world to clip space, without jitter.
  glm::dmat4 clip_from_world() const;
  friend bool operator==(const View&, const View&) = default;
};

/// Returns the view from a pose (metres), with the aspect of `output`.
View make_view(const scene::Camera& camera, const scene::CameraPose& pose, core::Size output);

/// Returns the view at a moment between two, from `before` (0) to `now` (1): the eye moves on a line, the
/// axes turn about one axis.
View view_between(const View& before, const View& now, double time);

/// Adds a shift of `jitter` render pixels: pixel (i, j) is sampled at (i + 0.5 + jitter).
glm::dmat4 jittered(const glm::dmat4& clip_from_world, const float jitter[2], core::Size render);

/// Returns the matrix from the clip space of `now` to that of `before`, for a surface fixed to a body that
/// moved from `body_before` to `body_now` (model to world). It is exactly the identity where nothing moved.
glm::mat4 clip_to_previous_clip(const View& now, const View& before, const glm::dmat4& body_now,
                                const glm::dmat4& body_before);

/// Fills in Halton(2,3) - 0.5 in render pixels, with ceil(8 * scale^2) phases; never both are 0.
void halton_jitter(std::uint64_t frame_index, double scale, float jitter[2]);

/// Returns max(1, round(output / scale)) on each axis.
core::Size render_size(core::Size output, double scale);

/// Planes of a clip matrix; a box is outside when it lies behind one of them. Reversed infinite depth has no
/// far plane, so `far` limits the distance instead, in metres.
class Frustum {
 public:
  Frustum(const glm::dmat4& clip_from_world, double far);
  /// Takes the corners of a camera-relative box. Returns false only where it is outside.
  bool intersects(const glm::vec3& low, const glm::vec3& high) const;

 private:
  glm::vec4 planes_[5];
  float far_;
};

/// Returns the axis-aligned box that holds a transformed box.
void transform_box(const glm::mat4& m, const glm::vec3& low, const glm::vec3& high, glm::vec3& out_low,
                   glm::vec3& out_high);

}  // namespace renderer
