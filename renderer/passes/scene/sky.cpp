#include "renderer/passes/scene/sky.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "spirv/sky_comp.h"

namespace renderer {
namespace {

constexpr std::uint32_t side = 1024;

/// Of the brightest star, in units of the scene's sun: an eye that is used to a bright sky sees none.
float star_radiance(const SkyLight& light) {
  constexpr float brightest = 0.5f, blinding = 0.05f;
  return brightest * std::exp(-light.zenith.y / blinding) / std::max(light.scale, 1e-6f);
}

}  // namespace

SkyPass::SkyPass(const gpu::Device& device, const GpuScene& scene) {
  const std::uint32_t texels = scene.sky().atmosphere() ? side : 1;
  map_ = gpu::Image(device,
                    {.format = VK_FORMAT_R16G16B16A16_SFLOAT,
                     .width = texels,
                     .height = texels,
                     .usage = VK_IMAGE_USAGE_STORAGE_BIT | VK_IMAGE_USAGE_SAMPLED_BIT},
                    "sky map");
  sampler_ = gpu::make_sampler(device, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE);
  gpu::run_once(device, [&](VkCommandBuffer commands) { gpu::to_general(commands, {&map_}); });
  if (!scene.sky().atmosphere()) return;
  pipeline_ = gpu::ComputePipeline(device, sky_comp,
                                   {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
                                   sizeof(shared::SkyConstants));
  for (gpu::Buffer& table : tables_)
    table = gpu::Buffer(device, 2 * Atmosphere::rows * Atmosphere::columns * sizeof(glm::vec4),
                        VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, gpu::MemoryUse::upload, "sky tables");
}

void SkyPass::record(VkCommandBuffer commands, const FrameContext& frame) {
  if (map_.extent().width == 1) return;
  const SkyLight& light = frame.scene.sky().at(frame.settings.time_of_day);
  if (light.version == version_) return;
  version_ = light.version;
  const gpu::PassScope scope(frame.device, commands, frame.timer, "sky");
  const gpu::Buffer& buffer = tables_[frame.slot()];
  auto* values = buffer.as<glm::vec4>();
  for (const auto* part : {&light.table->air, &light.table->aerosol})
    values = std::transform(part->begin(), part->end(), values,
                            [](const glm::vec3& v) { return glm::vec4(v, 0); });
  const scene::Sky& sky = frame.scene.cpu().sky;
  const shared::SkyConstants push{.to_sun = light.to_sun,
                                  .sunlight = light.sun / std::max(light.scale, 1e-6f),
                                  .clouds = sky.clouds,
                                  .stars = sky.stars * star_radiance(light),
                                  .size = static_cast<int>(side)};
  const std::array bindings{gpu::storage(buffer), gpu::storage_image(map_)};
  pipeline_.dispatch(commands, bindings, side, side, &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
