#include "renderer/view.h"

#include <algorithm>
#include <cmath>

namespace renderer {

glm::dmat4 View::clip_from_world() const {
  return infinite_projection<double>(tan_half_fov_y, aspect, near) * glm::dmat4(glm::transpose(axes));
}

View make_view(const scene::Camera& camera, const scene::CameraPose& pose, core::Size output) {
  View view;
  view.eye = pose.position;
  glm::dvec3 forward = glm::dvec3(pose.look_at) - glm::dvec3(pose.position);
  forward = glm::length(forward) > 1e-9 ? glm::normalize(forward) : glm::dvec3(0, 0, -1);
  const glm::dvec3 up = std::abs(forward.y) > 0.9999 ? glm::dvec3(0, 0, 1) : glm::dvec3(0, 1, 0);
  const glm::dvec3 right = glm::normalize(glm::cross(forward, up));
  view.axes = glm::dmat3(right, glm::cross(right, forward), -forward);
  view.tan_half_fov_y = std::tan(glm::radians(static_cast<double>(camera.fov_y_degrees)) / 2);
  view.aspect = static_cast<double>(output.width) / output.height;
  view.near = camera.near;
  view.far = camera.far;
  return view;
}

View view_between(const View& before, const View& now, double time) {
  View view = now;
  view.eye = glm::mix(before.eye, now.eye, time);
  view.axes = glm::mat3_cast(glm::slerp(glm::quat_cast(before.axes), glm::quat_cast(now.axes), time));
  view.tan_half_fov_y = glm::mix(before.tan_half_fov_y, now.tan_half_fov_y, time);
  view.near = glm::mix(before.near, now.near, time);
  return view;
}

glm::dmat4 jittered(const glm::dmat4& clip_from_world, const float jitter[2], core::Size render) {
  // The sample moves by +jitter, so the picture moves by -jitter under the pixel centres.
  glm::dmat4 result = clip_from_world;
  const double x = -2.0 * jitter[0] / render.width, y = -2.0 * jitter[1] / render.height;
  for (int column = 0; column < 4; ++column) {
    result[column][0] += x * result[column][3];
    result[column][1] += y * result[column][3];
  }
  return result;
}

glm::mat4 clip_to_previous_clip(const View& now, const View& before, const glm::dmat4& body_now,
                                const glm::dmat4& body_before) {
  const bool camera_still = now.eye == before.eye && now.axes == before.axes && now.aspect == before.aspect &&
                            now.tan_half_fov_y == before.tan_half_fov_y && now.near == before.near;
  const bool body_still = body_now == body_before;
  if (camera_still && body_still) return glm::mat4(1);
  glm::dmat4 world(1);  // camera-relative now to camera-relative before
  if (!body_still) {
    world = glm::translate(glm::dmat4(1), -before.eye) * body_before * glm::inverse(body_now) *
            glm::translate(glm::dmat4(1), now.eye);
  } else {
    world = glm::translate(glm::dmat4(1), now.eye - before.eye);
  }
  return glm::mat4(before.clip_from_world() * world * glm::inverse(now.clip_from_world()));
}

void halton_jitter(std::uint64_t frame_index, double scale, float jitter[2]) {
  const auto phases = static_cast<std::uint64_t>(std::max(1.0, std::ceil(8 * scale * scale - 1e-6)));
  const auto index = static_cast<std::uint32_t>(frame_index % phases) + 1;
  jitter[0] = static_cast<float>(halton(index, 2) - 0.5);
  jitter[1] = static_cast<float>(halton(index, 3) - 0.5);
}

core::Size render_size(core::Size output, double scale) {
  const auto axis = [&](int pixels) { return std::max(1, static_cast<int>(std::lround(pixels / scale))); };
  return {axis(output.width), axis(output.height)};
}

Frustum::Frustum(const glm::dmat4& clip_from_world, double far) : far_(static_cast<float>(far)) {
  const glm::dmat4 t = glm::transpose(clip_from_world);
  const glm::dvec4 planes[5] = {t[3] + t[0], t[3] - t[0], t[3] + t[1], t[3] - t[1], t[3] - t[2]};
  for (int i = 0; i < 5; ++i) planes_[i] = glm::vec4(planes[i] / glm::length(glm::dvec3(planes[i])));
}

bool Frustum::intersects(const glm::vec3& low, const glm::vec3& high) const {
  for (const glm::vec4& plane : planes_) {
    const glm::vec3 corner(plane.x > 0 ? high.x : low.x, plane.y > 0 ? high.y : low.y,
                           plane.z > 0 ? high.z : low.z);
    if (glm::dot(glm::vec3(plane), corner) + plane.w < 0) return false;
  }
  return glm::length(glm::clamp(glm::vec3(0), low, high)) <= far_;
}

void transform_box(const glm::mat4& m, const glm::vec3& low, const glm::vec3& high, glm::vec3& out_low,
                   glm::vec3& out_high) {
  // The method is Arvo's, 1990, "Transforming Axis-Aligned Bounding Boxes".
  out_low = out_high = glm::vec3(m[3]);
  for (int column = 0; column < 3; ++column) {
    const glm::vec3 a = glm::vec3(m[column]) * low[column], b = glm::vec3(m[column]) * high[column];
    out_low += glm::min(a, b);
    out_high += glm::max(a, b);
  }
}

}  // namespace renderer
