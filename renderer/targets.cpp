#include "renderer/targets.h"

#include <algorithm>

#include "renderer/vulkan/commands.h"
#include "shaders/shared.h"

namespace renderer {

namespace {

constexpr VkImageUsageFlags attachment = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT,
                            written = VK_IMAGE_USAGE_STORAGE_BIT, source = VK_IMAGE_USAGE_TRANSFER_SRC_BIT,
                            target = VK_IMAGE_USAGE_TRANSFER_DST_BIT;

gpu::Image make_image(const gpu::Device& device, core::Size size, VkFormat format, VkImageUsageFlags usage,
                      const char* name, std::uint32_t divide = 1) {
  const auto width = static_cast<std::uint32_t>(size.width), height = static_cast<std::uint32_t>(size.height);
  return gpu::Image(device,
                    {.format = format,
                     .width = std::max(1u, (width + divide - 1) / divide),
                     .height = std::max(1u, (height + divide - 1) / divide),
                     .usage = usage | VK_IMAGE_USAGE_SAMPLED_BIT},
                    name);
}

}  // namespace

Targets::Targets(const gpu::Device& device, core::Size output_size, bool water) : size(output_size) {
  const auto make = [&](VkFormat format, VkImageUsageFlags usage, const char* name,
                        std::uint32_t divide = 1) {
    return make_image(device, size, format, usage, name, divide);
  };
  base_color = make(VK_FORMAT_R8G8B8A8_SRGB, attachment, "base colour");
  surface = make(VK_FORMAT_R32G32_UINT, attachment, "surface");
  motion_id = make(VK_FORMAT_R8_UINT, attachment, "motion id");
  color = make(VK_FORMAT_R16G16B16A16_SFLOAT, attachment | written | source | target, "colour");
  motion = make(VK_FORMAT_R16G16_SFLOAT, attachment | written | source | target, "motion");
  if (water) {
    under_water = make(VK_FORMAT_R16G16B16A16_SFLOAT, target, "under water");
    under_water_depth = make(VK_FORMAT_D32_SFLOAT, target, "under water depth");
  }
  reactive = make(VK_FORMAT_R8_UNORM, attachment | source | target, "reactive");
  samples = make(VK_FORMAT_R16G16B16A16_UNORM, written, "samples");
  reprojection = make(VK_FORMAT_R16G16B16A16_SFLOAT, written, "reprojection");
  for (auto& image : depth) {
    image =
        make(VK_FORMAT_D32_SFLOAT, VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT | source | target, "depth");
  }
  for (std::uint32_t i = 0; i < 5; ++i) {
    bloom_down[i] = make(VK_FORMAT_R16G16B16A16_SFLOAT, written, "bloom", 4u << i);
    if (i < 4) bloom_up[i] = make(VK_FORMAT_R16G16B16A16_SFLOAT, written, "bloom", 4u << i);
  }
  nearest = gpu::make_sampler(device, VK_FILTER_NEAREST, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE);
  linear = gpu::make_sampler(device, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE);
  gpu::run_once(device, [&](VkCommandBuffer commands) {
    gpu::to_general(commands, {&base_color, &surface, &motion_id, &color, &motion, &reactive, &samples,
                               &reprojection, &depth[0], &depth[1]});
    if (water) gpu::to_general(commands, {&under_water, &under_water_depth});
    for (auto& image : bloom_down) gpu::to_general(commands, {&image});
    for (auto& image : bloom_up) gpu::to_general(commands, {&image});
  });
}

Outputs::Outputs(const gpu::Device& device, core::Size size, bool history)
    : picture(make_image(device, size, VK_FORMAT_R8G8B8A8_UNORM, written | source, "picture")) {
  const auto make_output = [&] {
    return make_image(device, size, VK_FORMAT_R16G16B16A16_SFLOAT, written | source | target, "output");
  };
  output[0] = make_output();
  gpu::run_once(device, [&](VkCommandBuffer commands) { gpu::to_general(commands, {&output[0], &picture}); });
  if (!history) return;
  output[1] = make_output();
  for (auto& buffer : taau)
    buffer = gpu::Buffer(device, sizeof(shared::TaauConstants), VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT,
                         gpu::MemoryUse::upload, "taau");
  gpu::run_once(device, [&](VkCommandBuffer commands) { gpu::to_general(commands, {&output[1]}); });
}

}  // namespace renderer
