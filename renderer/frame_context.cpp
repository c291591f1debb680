#include "renderer/frame_context.h"

#include <algorithm>
#include <cmath>

#include "renderer/scene/ambient/sun_bounce.h"

namespace renderer {
namespace {

constexpr float contact_metres = 0.3f;

/// Selects the lights that reach the picture, the nearest first where there are more than a frame holds.
std::uint32_t choose_lights(const FrameContext& frame, shared::Light* lights) {
  if (!frame.settings.point_lights) return 0;
  const Frustum frustum(frame.view.clip_from_world(), frame.view.far);
  std::vector<shared::Light> visible;
  const std::vector<scene::PointLight>& lights_of_scene = frame.scene.cpu().lights;
  for (std::size_t i = 0; i < lights_of_scene.size(); ++i) {
    const scene::PointLight& light = lights_of_scene[i];
    const glm::vec3 place(glm::dvec3(light.position) - frame.view.eye);
    if (!frustum.intersects(place - light.radius, place + light.radius)) continue;
    visible.push_back(
        {place, light.radius, light.color * light.intensity, static_cast<std::uint32_t>(i), -1, 0});
  }
  std::stable_sort(visible.begin(), visible.end(), [](const shared::Light& a, const shared::Light& b) {
    return glm::length(a.position) - a.radius < glm::length(b.position) - b.radius;
  });
  const std::size_t count = std::min<std::size_t>(visible.size(), shared::MAX_LIGHTS);
  std::copy_n(visible.begin(), count, lights);
  return static_cast<std::uint32_t>(count);
}

void write_sky(const FrameContext& frame, shared::FrameConstants& out) {
  const SkyLight& light = frame.scene.sky().at(frame.settings.time_of_day);
  const float sky = frame.settings.sky_intensity;
  out.sun_direction = light.to_sun;
  out.sun_radiance = light.sun * frame.settings.sun_intensity;
  out.sky_zenith = light.zenith * sky;
  out.sky_horizon = light.horizon * sky;
  out.sky_sunward = light.sunward * sky;
  out.air_extinction = light.extinction / frame.scene.cpu().metre;
  out.air_sunward = light.air_sunward * sky;
  out.air_away = light.air_away * sky;
  out.sky_scale = light.scale * sky;
}

void write_ambient(const FrameContext& frame, shared::FrameConstants& out) {
  const scene::AmbientGrid& grid = frame.scene.cpu().ambient;
  const SkyVisibilitySettings& settings = frame.settings.sky_visibility;
  const scene::AmbientLight open = scene::open_light();
  out.ambient_open = glm::vec4(open.slope, open.level);
  out.ambient_strength = settings.enabled && !grid.empty() ? settings.strength : 0.0f;
  out.bounce_strength =
      settings.enabled && !grid.empty() ? frame.settings.sun_bounce * scene::bounce_white : 0.0f;
  if (grid.empty()) {
    out.ambient_scale = glm::vec3(0);
    out.ambient_corner = glm::vec3(0.5f);
    out.ambient_cell = 0;
    return;
  }
  out.ambient_scale = 1.0f / (grid.cell * glm::vec3(grid.cells));
  out.ambient_corner = glm::vec3(frame.view.eye - glm::dvec3(grid.corner)) * out.ambient_scale;
  out.ambient_cell = grid.cell;
}

void write_constants(const FrameContext& frame, shared::FrameConstants& out) {
  const core::FrameInfo& info = frame.info;
  const RenderSettings& settings = frame.settings;
  const scene::Scene& scene = frame.scene.cpu();
  out.clip_from_world = glm::mat4(jittered(frame.view.clip_from_world(), info.jitter, info.render));
  out.ray_center = -frame.view.axes[2];
  out.ray_x = frame.view.axes[0] * (frame.view.tan_half_fov_y * frame.view.aspect);
  out.ray_y = frame.view.axes[1] * -frame.view.tan_half_fov_y;
  out.camera_position = frame.view.eye;
  write_sky(frame, out);
  out.render_size = {info.render.width, info.render.height};
  out.output_size = {info.output.width, info.output.height};
  out.jitter = {info.jitter[0], info.jitter[1]};
  out.exposure = info.exposure;
  out.near = info.near;
  // The contract defines the bias as log2(render / output) - 1, also for `native`, where no bias is applied.
  const float ratio = static_cast<float>(info.render.height) / static_cast<float>(info.output.height);
  const bool native = settings.upscaler == Upscaler::native;
  out.mip_bias = settings.mip_bias + (native ? 0.0f : std::log2(ratio) - 1.0f);
  out.seconds = static_cast<float>(frame.seconds);
  out.tan_half_fov_y = info.tan_half_fov_y;
  out.shadow_softness = settings.shadow.softness * scene.metre;
  out.shadow_bias = settings.shadow.bias;
  out.shadow_spread = settings.shadow.spread;
  out.contact_length =
      settings.shadow.enabled && settings.shadow.contact ? contact_metres * scene.metre : 0.0f;
  out.sway = settings.sway * scene.sway * scene.metre;
  out.previous_seconds = static_cast<float>(frame.previous_seconds);
  out.ao_radius = settings.ambient_occlusion.radius;
  out.ao_strength = settings.ambient_occlusion.enabled ? settings.ambient_occlusion.strength : 0.0f;
  write_ambient(frame, out);
  out.metre = scene.metre;
  if (frame.water) {
    out.water_corner = frame.water->corner;
    out.water_cell = frame.water->cell;
    out.water_cells = frame.water->cells;
    out.water_wind = settings.water.wind;
    out.water_foam = settings.water.foam;
    out.water_mirrors = settings.water.reflections ? 1u : 0u;
  }
  out.light_count = choose_lights(frame, out.lights);
  out.lamp_shadow_count = 0;
}

}  // namespace

FrameBuffers::FrameBuffers(const gpu::Device& device, const GpuScene& scene)
    : constants(device, sizeof(shared::FrameConstants), VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT,
                gpu::MemoryUse::upload, "frame constants"),
      motions(device, sizeof(glm::mat4) * shared::MAX_MOVING, VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT,
              gpu::MemoryUse::upload, "motions"),
      blended_indices(device, sizeof(std::uint32_t) * std::max<std::size_t>(1, scene.blended_index_count()),
                      VK_BUFFER_USAGE_INDEX_BUFFER_BIT, gpu::MemoryUse::upload, "blended indices"),
      luminance(device, sizeof(float), VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, gpu::MemoryUse::readback,
                "luminance") {}

FrameContext rebind(const FrameContext& frame, const RenderSettings& settings, Targets& targets,
                    const Outputs& outputs, FrameBuffers& buffers, gpu::Timer& timer) {
  return {.device = frame.device,
          .settings = settings,
          .scene = frame.scene,
          .targets = targets,
          .outputs = outputs,
          .buffers = buffers,
          .timer = timer,
          .info = frame.info,
          .previous_render = frame.previous_render,
          .previous_jitter = {frame.previous_jitter[0], frame.previous_jitter[1]},
          .exposure_ratio = frame.exposure_ratio,
          .view = frame.view,
          .previous_view = frame.previous_view,
          .transforms = frame.transforms,
          .previous_transforms = frame.previous_transforms,
          .draws = frame.draws,
          .objects = frame.objects,
          .seconds = frame.seconds,
          .previous_seconds = frame.previous_seconds,
          .water = frame.water};
}

void write_frame_buffers(FrameContext& frame) {
  write_constants(frame, *frame.buffers.constants.as<shared::FrameConstants>());
  auto* motions = frame.buffers.motions.as<glm::mat4>();
  std::copy(frame.draws.blended_indices.begin(), frame.draws.blended_indices.end(),
            frame.buffers.blended_indices.as<std::uint32_t>());
  const glm::dmat4 to_eye = glm::translate(glm::dmat4(1), -frame.view.eye);
  motions[0] = clip_to_previous_clip(frame.view, frame.previous_view, glm::dmat4(1), glm::dmat4(1));
  frame.objects.clear();
  for (std::uint32_t m = 0; m < frame.transforms.size(); ++m) {
    const std::uint32_t id = frame.scene.motion_id(m);
    frame.objects.push_back({glm::mat4x3(to_eye * frame.transforms[m]), id});
    if (id) {
      motions[id] = clip_to_previous_clip(frame.view, frame.previous_view, frame.transforms[m],
                                          frame.previous_transforms[m]);
    }
  }
}

}  // namespace renderer
