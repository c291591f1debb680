#include "app/frame/frame_camera.h"

#include <cmath>
#include <cstring>

namespace app {

using renderer::Upscaler;

core::Size render_size_of(const renderer::RenderSettings& settings, const FrameRequest& request,
                          core::Size output) {
  const bool full = settings.upscaler == Upscaler::native || request.reference_samples > 0;
  return full ? output : renderer::render_size(output, request.scale.value_or(settings.scale));
}

core::FrameInfo FrameCamera::next_info(const FrameSlot& slot, const FrameRequest& request,
                                       const renderer::View& view, core::Size output) const {
  const renderer::RenderSettings& settings = slot.settings;
  core::FrameInfo info;
  info.render = render_size_of(settings, request, output);
  info.output = output;
  info.frame_index = next_frame_;
  info.reset = reset_ || request.cut || next_frame_ == 0 ||
               slot.left_settings.upscaler != previous_settings_.upscaler ||
               settings.upscaler != previous_upscaler_;
  info.frame_seconds = request.frame_seconds;
  info.tan_half_fov_y = static_cast<float>(view.tan_half_fov_y);
  info.aspect = static_cast<float>(view.aspect);
  info.near = static_cast<float>(view.near);
  info.exposure =
      request.exposure ? *request.exposure : exposure_.exposure(settings.exposure, scene_.cpu().ev);
  if (settings.upscaler != Upscaler::native) {
    const double scale = static_cast<double>(output.height) / info.render.height;
    renderer::halton_jitter(next_frame_, scale, info.jitter);
  }
  return info;
}

renderer::FrameContext& FrameCamera::begin(FrameSlot& slot, const FrameRequest& request,
                                           const gpu::Device& device, renderer::Targets& targets,
                                           const renderer::Outputs& outputs,
                                           const renderer::FrameSourceNeeds& needs,
                                           const renderer::WaterSurface* water) {
  const renderer::RenderSettings& settings = slot.settings;
  if (slot.used()) exposure_.follow(settings.exposure, slot.buffers, request.frame_seconds);
  const scene::Camera& path = scene_.cpu().camera;
  follows_path_ = !request.camera;
  const renderer::View view = renderer::make_view(
      path, request.camera ? *request.camera : scene::camera_at(path, request.seconds), targets.size);
  info_ = next_info(slot, request, view, targets.size);
  const bool reset = info_.reset;
  renderer::FrameContext& frame = slot.context.emplace(
      renderer::FrameContext{.device = device,
                             .settings = settings,
                             .scene = scene_,
                             .targets = targets,
                             .outputs = outputs,
                             .buffers = slot.buffers,
                             .timer = slot.timer,
                             .info = info_,
                             .previous_render = reset ? info_.render : previous_info_.render,
                             .exposure_ratio = reset ? 1.0f : info_.exposure / previous_info_.exposure,
                             .view = view,
                             .previous_view = reset ? view : previous_view_,
                             .transforms = scene_.transforms(request.seconds),
                             .previous_transforms = {},
                             .draws = {},
                             .objects = {},
                             .seconds = request.seconds,
                             .previous_seconds = reset ? request.seconds : previous_seconds_,
                             .water = water});
  frame.previous_jitter[0] = reset ? info_.jitter[0] : previous_info_.jitter[0];
  frame.previous_jitter[1] = reset ? info_.jitter[1] : previous_info_.jitter[1];
  frame.previous_transforms = reset ? frame.transforms : previous_transforms_;
  if (needs.draw_lists) frame.draws = scene_.visible(view, frame.transforms, settings.culling, water);
  renderer::write_frame_buffers(frame);
  const auto* motions = slot.buffers.motions.as<glm::mat4>();
  std::memcpy(frame.info.clip_to_prev_clip, motions, sizeof frame.info.clip_to_prev_clip);
  info_ = frame.info;
  return frame;
}

renderer::View FrameCamera::view_between(const FrameSlot& slot, double time) const {
  const renderer::FrameContext& frame = *slot.context;
  if (!follows_path_ || !followed_path_) return renderer::view_between(frame.previous_view, frame.view, time);
  const scene::Camera& path = scene_.cpu().camera;
  return renderer::make_view(path, scene::camera_at(path, std::lerp(previous_seconds_, frame.seconds, time)),
                             frame.info.output);
}

bool FrameCamera::still(const FrameSlot& slot, const FrameRequest& request) const {
  const renderer::FrameContext& frame = *slot.context;
  return !frame.info.reset && slot.left_settings == previous_settings_ &&
         request.seconds == previous_seconds_ && frame.view == previous_view_ &&
         (!exposure_.resting() || frame.info.exposure == previous_info_.exposure);
}

void FrameCamera::end(const FrameSlot& slot, const FrameRequest& request, bool comparing) {
  exposure_.frame_drawn(comparing, still(slot, request), info_.exposure / previous_info_.exposure,
                        request.frame_seconds);
  previous_info_ = info_;
  previous_view_ = slot.context->view;
  previous_transforms_ = slot.context->transforms;
  previous_settings_ = slot.left_settings;
  previous_upscaler_ = slot.settings.upscaler;
  previous_seconds_ = request.seconds;
  followed_path_ = follows_path_;
  reset_ = false;
  ++next_frame_;
}

}  // namespace app
