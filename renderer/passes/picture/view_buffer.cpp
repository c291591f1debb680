#include "renderer/passes/picture/view_buffer.h"

#include <array>

#include "spirv/view_buffer_comp.h"

namespace renderer {

ViewBufferPass::ViewBufferPass(const gpu::Device& device)
    : pipeline_(device, view_buffer_comp,
                {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
                sizeof(shared::ViewBufferConstants)) {}

void ViewBufferPass::record(VkCommandBuffer commands, const FrameContext& frame, const gpu::Image& source,
                            core::Size source_size, Shading shading) const {
  record(commands, frame, source, source_size, shading, frame.outputs.picture, frame.info.output,
         "view buffer");
}

void ViewBufferPass::record(VkCommandBuffer commands, const FrameContext& frame, const gpu::Image& source,
                            core::Size source_size, Shading shading, const gpu::Image& target,
                            core::Size size, const char* name) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, name);
  const shared::ViewBufferConstants push{.size = {size.width, size.height},
                                         .source_size = {source_size.width, source_size.height},
                                         .kind = static_cast<std::int32_t>(shading),
                                         .tone_curve = static_cast<std::int32_t>(frame.settings.tone_curve)};
  const std::array bindings{gpu::sampled(source, frame.targets.nearest), gpu::storage_image(target)};
  pipeline_.dispatch(commands, bindings, static_cast<std::uint32_t>(size.width),
                     static_cast<std::uint32_t>(size.height), &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
