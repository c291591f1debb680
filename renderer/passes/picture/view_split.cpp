#include "renderer/passes/picture/view_split.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "spirv/view_split_comp.h"

namespace renderer {

ViewSplitPass::ViewSplitPass(const gpu::Device& device, core::Size size)
    : pipeline_(device, view_split_comp,
                {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                 VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
                sizeof(shared::ViewSplitConstants)),
      result_(device,
              {.format = VK_FORMAT_R8G8B8A8_UNORM,
               .width = static_cast<std::uint32_t>(size.width),
               .height = static_cast<std::uint32_t>(size.height),
               .usage = VK_IMAGE_USAGE_STORAGE_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT},
              "compared") {
  gpu::run_once(device, [&](VkCommandBuffer commands) { gpu::to_general(commands, {&result_}); });
}

void ViewSplitPass::record(VkCommandBuffer commands, const FrameContext& frame, const gpu::Image& left,
                           const gpu::Image& right, const SplitView& view) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "split view");
  const core::Size size = frame.info.output;
  // Places the magnifier under the cursor, moved so that it stays inside the picture.
  const auto corner = [](float center, int extent, int limit) {
    return std::clamp(static_cast<int>(std::lround(center)) - extent / 2, 0, std::max(limit - extent, 0));
  };
  const shared::ViewSplitConstants push{
      .size = {size.width, size.height},
      .divider = view.divider,
      .line = view.line,
      .lens_corner = {corner(view.lens_center[0], view.lens_side * view.lens_panes, size.width),
                      corner(view.lens_center[1], view.lens_side, size.height)},
      .lens_side = view.lens_side,
      .lens_panes = view.lens_panes,
      .lens_center = {view.lens_center[0], view.lens_center[1]},
      .zoom = view.zoom};
  const gpu::UniqueSampler& nearest = frame.targets.nearest;
  const std::array bindings{gpu::sampled(left, nearest), gpu::sampled(right, nearest),
                            gpu::storage_image(result_)};
  pipeline_.dispatch(commands, bindings, static_cast<std::uint32_t>(size.width),
                     static_cast<std::uint32_t>(size.height), &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
