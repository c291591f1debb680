#include "renderer/passes/scene/bounce.h"

#include "renderer/scene/ambient/sun_bounce.h"

namespace renderer {
namespace {

/// Cosines of how far the sun may be from where the grid has it: 1 degree, and 12 while it is being turned.
constexpr float near = 0.99985f, turning = 0.978f;

gpu::Image upload(const gpu::Device& device, const glm::ivec3& cells,
                  std::span<const std::array<std::uint8_t, 4>> light) {
  gpu::Image image(device,
                   {.format = VK_FORMAT_R8G8B8A8_UNORM,
                    .width = static_cast<std::uint32_t>(cells.x),
                    .height = static_cast<std::uint32_t>(cells.y),
                    .depth = static_cast<std::uint32_t>(cells.z),
                    .usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT},
                   "reflected sunlight");
  gpu::upload_image(device, image, std::as_bytes(light));
  return image;
}

}  // namespace

BouncedLight::BouncedLight(const gpu::Device& device)
    : sampler_(gpu::make_sampler(device, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE)) {
  const std::array<std::array<std::uint8_t, 4>, 1> black{};
  grid_ = upload(device, glm::ivec3(1), black);
}

void BouncedLight::prepare(const gpu::Device& device, const GpuScene& scene, const RenderSettings& settings) {
  const bool turned = settings.time_of_day != time_of_day_;
  time_of_day_ = settings.time_of_day;
  const scene::AmbientGrid& grid = scene.cpu().ambient;
  if (grid.surfaces.empty() || !settings.sky_visibility.enabled || settings.sun_bounce <= 0) return;
  const glm::vec3 to_sun = scene.sky().at(settings.time_of_day).to_sun;
  if (glm::dot(to_sun, to_sun_) > (turned ? turning : near)) return;
  to_sun_ = to_sun;
  device.wait_idle();
  grid_ = upload(device, scene::bounce_cells(grid), scene::make_sun_bounce(grid, to_sun));
}

}  // namespace renderer
