#include "app/frame/thumbnails.h"

#include <algorithm>

#include "renderer/vulkan/commands.h"

namespace app {

using renderer::Shading;

Thumbnails::Thumbnails(const gpu::Device& device) {
  for (gpu::Image& image : images_)
    image = gpu::Image(device,
                       {.format = VK_FORMAT_R8G8B8A8_UNORM,
                        .width = static_cast<std::uint32_t>(size.width),
                        .height = static_cast<std::uint32_t>(size.height),
                        .usage = VK_IMAGE_USAGE_STORAGE_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                                 VK_IMAGE_USAGE_TRANSFER_DST_BIT},
                       "thumbnail");
  gpu::run_once(device, [&](VkCommandBuffer commands) {
    for (gpu::Image& image : images_) {
      gpu::to_general(commands, {&image});
      const VkClearColorValue black{{0, 0, 0, 1}};
      const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
      vkCmdClearColorImage(commands, image.get(), VK_IMAGE_LAYOUT_GENERAL, &black, 1, &all);
    }
    gpu::barrier(commands, gpu::Access::transfer, gpu::Access::all);
  });
}

const gpu::Image& Thumbnails::image(BufferView view) const {
  const auto* const found = std::find(views.begin(), views.end(), view);
  return images_[static_cast<std::size_t>(found - views.begin())];
}

std::optional<BufferView> Thumbnails::inner_of(std::uint64_t n) {
  if (n % 8 == 0) return BufferView::kernel_shape;
  if (n % 8 == 4) return BufferView::blend_weight;
  return {};
}

void Thumbnails::record(VkCommandBuffer commands, const renderer::FrameContext& frame,
                        const renderer::ViewBufferPass& pass, Lane& lane,
                        std::optional<BufferView> inner) const {
  const core::Size render = frame.info.render, output = frame.info.output;
  const auto draw = [&](BufferView view, const gpu::Image& source, core::Size source_size, Shading shading) {
    pass.record(commands, frame, source, source_size, shading, image(view), size, "thumbnails");
  };
  if (inner) lane.record_view(commands, frame);
  gpu::barrier(commands, gpu::Access::all, gpu::Access::compute);  // the panels of the frame before read them
  draw(BufferView::color, frame.targets.color, render, Shading::light);
  draw(BufferView::motion, frame.targets.motion, render, Shading::motion);
  draw(BufferView::picture, frame.outputs.picture, output, Shading::values);
  if (inner) draw(*inner, lane.view_image(), output, Shading::values);
}

}  // namespace app
