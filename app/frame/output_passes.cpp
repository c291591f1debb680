#include "app/frame/output_passes.h"

#include <algorithm>
#include <cmath>

namespace app {
namespace {

using renderer::Shading;
using renderer::Upscaler;

void copy_native(VkCommandBuffer commands, const renderer::FrameContext& frame,
                 const gpu::Image& full_color) {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "upscale");
  VkImageCopy copy{};
  copy.srcSubresource = copy.dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  copy.extent = {static_cast<std::uint32_t>(frame.info.output.width),
                 static_cast<std::uint32_t>(frame.info.output.height), 1};
  vkCmdCopyImage(commands, full_color.get(), VK_IMAGE_LAYOUT_GENERAL, frame.output().get(),
                 VK_IMAGE_LAYOUT_GENERAL, 1, &copy);
  gpu::barrier(commands, gpu::Access::transfer, gpu::Access::all);
}

}  // namespace

renderer::SplitView split_view(const ComparisonSettings& comparison, const ComparisonNow& now,
                               core::Size size) {
  const auto width = static_cast<float>(size.width), height = static_cast<float>(size.height);
  renderer::SplitView view;
  view.divider = size.width;
  if (comparison.compare && comparison.flicker) view.divider = now.flicker_right ? 0 : size.width;
  if (comparison.compare && !comparison.flicker) {
    view.divider = static_cast<std::int32_t>(std::lround(comparison.divider * width));
    view.line = std::max(1, size.height / 720);
  }
  if (!comparison.magnifier) return view;
  view.lens_panes = comparison.compare ? 2 : 1;
  const float side = std::min(comparison.lens * height, width / static_cast<float>(view.lens_panes));
  view.lens_side = static_cast<std::int32_t>(side);
  const bool inside = now.cursor[0] >= 0 && now.cursor[1] >= 0;
  view.lens_center[0] = inside ? now.cursor[0] : width / 2;
  view.lens_center[1] = inside ? now.cursor[1] : height / 2;
  view.zoom = comparison.zoom;
  return view;
}

OutputPasses::OutputPasses(const gpu::Device& device)
    : upscale_spatial_(device),
      upscale_taau_(device),
      bloom_(device),
      composite_(device),
      view_buffer_(device) {}

void OutputPasses::record_upscale(VkCommandBuffer commands, const renderer::FrameContext& frame, Lane& lane,
                                  const gpu::Image& full_color, BufferView view) const {
  switch (frame.settings.upscaler) {
    case Upscaler::taau: {
      const auto own = upscaler_view(view);
      const gpu::Image* drawn = own ? &lane.view_image() : nullptr;
      upscale_taau_.record(commands, frame, drawn, own ? static_cast<std::int32_t>(*own) : 0);
      break;
    }
    case Upscaler::native:
      copy_native(commands, frame, full_color);
      break;
    default:
      upscale_spatial_.record(commands, frame);
      break;
  }
}

void OutputPasses::record_picture(VkCommandBuffer commands, const renderer::FrameContext& frame) const {
  record_bloom(commands, frame);
  record_composite(commands, frame);
}

void OutputPasses::record_bloom(VkCommandBuffer commands, const renderer::FrameContext& frame) const {
  if (frame.settings.bloom.enabled) bloom_.record(commands, frame);
}

void OutputPasses::record_composite(VkCommandBuffer commands, const renderer::FrameContext& frame) const {
  composite_.record(commands, frame);
}

void OutputPasses::record_view(VkCommandBuffer commands, const renderer::FrameContext& frame,
                               const renderer::FrameSource& source, Lane& lane, bool generated,
                               BufferView view) const {
  const renderer::Targets& t = frame.targets;
  const core::Size render = frame.info.render, output = frame.info.output;
  const auto draw = [&](const gpu::Image& buffer, core::Size size, Shading shading) {
    view_buffer_.record(commands, frame, buffer, size, shading);
  };
  switch (view) {
    case BufferView::color:
      return draw(t.color, render, Shading::light);
    case BufferView::depth:
      return draw(frame.depth(), render, Shading::depth);
    case BufferView::motion:
      return draw(t.motion, render, Shading::motion);
    case BufferView::reactive:
      return draw(t.reactive, render, Shading::grey);
    case BufferView::history:
      return draw(frame.history(), output, frame.info.reset ? Shading::nothing : Shading::light);
    case BufferView::output:
      return draw(frame.output(), output, Shading::light);
    default:
      break;
  }
  if (const auto value = surface_value(view)) {
    if (!source.record_surface(commands, frame, *value)) draw(t.color, render, Shading::nothing);
    return;
  }
  // These are the upscaler's own views: TAAU drew its view with its output, a generator draws it afterwards.
  if (generated) lane.record_view(commands, frame);
  const bool drawn = generated || frame.settings.upscaler == Upscaler::taau;
  const Shading shading = view == BufferView::warped_history ? Shading::light : Shading::values;
  draw(lane.view_image(), output, drawn ? shading : Shading::nothing);
}

}  // namespace app
