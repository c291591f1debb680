#include "renderer/passes/scene/view_surface.h"

#include "spirv/view_surface_comp.h"

namespace renderer {

ViewSurfacePass::ViewSurfacePass(const gpu::Device& device)
    : pipeline_(
          device, view_surface_comp,
          LightMaps::after({VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                            VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                            VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE}),
          sizeof(shared::ViewSurfaceConstants)) {}

void ViewSurfacePass::record(VkCommandBuffer commands, const FrameContext& frame, const LightMaps& light,
                             SurfaceValue value) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "view buffer");
  const Targets& t = frame.targets;
  const core::Size size = frame.info.output;
  const shared::ViewSurfaceConstants push{.size = {size.width, size.height},
                                          .kind = static_cast<std::int32_t>(value)};
  const auto bindings =
      light.after({gpu::uniform(frame.buffers.constants), gpu::sampled(t.base_color, t.nearest),
                   gpu::sampled(t.surface, t.nearest), gpu::sampled(frame.depth(), t.nearest),
                   gpu::storage_image(frame.outputs.picture)},
                  frame.scene);
  pipeline_.dispatch(commands, bindings, static_cast<std::uint32_t>(size.width),
                     static_cast<std::uint32_t>(size.height), &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
