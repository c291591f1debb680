#include "renderer/passes/picture/upscale_spatial.h"

#include <array>

#include "spirv/upscale_spatial_comp.h"

namespace renderer {

UpscaleSpatialPass::UpscaleSpatialPass(const gpu::Device& device) {
  for (std::int32_t filter = 0; filter < 3; ++filter) {
    pipelines_[filter] =
        gpu::ComputePipeline(device, upscale_spatial_comp,
                             {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
                             sizeof(shared::SpatialConstants), {filter});
  }
}

void UpscaleSpatialPass::record(VkCommandBuffer commands, const FrameContext& frame) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "upscale");
  const core::FrameInfo& info = frame.info;
  const int filter = frame.settings.upscaler == Upscaler::catmull_rom ? 2
                     : frame.settings.upscaler == Upscaler::nearest   ? 0
                                                                      : 1;
  const shared::SpatialConstants push{.render_size = {info.render.width, info.render.height},
                                      .output_size = {info.output.width, info.output.height},
                                      .jitter = {info.jitter[0], info.jitter[1]}};
  const std::array bindings{gpu::sampled(frame.targets.color, frame.targets.nearest),
                            gpu::storage_image(frame.output())};
  pipelines_[filter].dispatch(commands, bindings, static_cast<std::uint32_t>(info.output.width),
                              static_cast<std::uint32_t>(info.output.height), &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
