#include "app/window/presenter.h"

#include <algorithm>

namespace app {
namespace {

VkExtent2D extent_of(core::Size size) {
  return {static_cast<std::uint32_t>(size.width), static_cast<std::uint32_t>(size.height)};
}

float effective_scale(const Window& window, float ui_scale) {
  return ui_scale > 0 ? std::clamp(ui_scale, 0.5f, 4.0f) : window.content_scale();
}

void blit(VkCommandBuffer commands, const gpu::Image& picture, VkImage target, VkExtent2D extent) {
  const auto corner = [](VkExtent2D size) {
    return VkOffset3D{static_cast<std::int32_t>(size.width), static_cast<std::int32_t>(size.height), 1};
  };
  VkImageBlit region{};
  region.srcSubresource = region.dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.srcOffsets[1] = corner(picture.extent());
  region.dstOffsets[1] = corner(extent);
  const bool same = picture.extent().width == extent.width && picture.extent().height == extent.height;
  vkCmdBlitImage(commands, picture.get(), VK_IMAGE_LAYOUT_GENERAL, target,
                 VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region,
                 same ? VK_FILTER_NEAREST : VK_FILTER_LINEAR);
}

}  // namespace

Presenter::Presenter(Window& window, const gpu::Device& device, bool vsync, float ui_scale)
    : window_(window),
      device_(device),
      vsync_(vsync),
      swapchain_(device, window.create_surface(device.instance()), extent_of(window.pixels()), vsync),
      gui_(window, device, swapchain_, effective_scale(window, ui_scale)) {
  for (Slot& slot : slots_) {
    slot.timer = gpu::Timer(device);
    slot.acquired = gpu::make_binary_semaphore(device);
  }
}

void Presenter::set_vsync(bool vsync) {
  stale_ |= vsync != vsync_;
  vsync_ = vsync;
}

void Presenter::set_ui_scale(float ui_scale) {
  gui_.set_scale(effective_scale(window_, ui_scale));
}

bool Presenter::ready() {
  const core::Size size = window_.pixels();
  if (size.width <= 0 || size.height <= 0) return false;
  const VkExtent2D now = swapchain_.extent(), wanted = extent_of(size);
  if (!stale_ && now.width == wanted.width && now.height == wanted.height) return true;
  // It stays stale while the surface has no area.
  stale_ = !swapchain_.recreate(wanted, vsync_);
  return !stale_;
}

core::Size Presenter::size() const {
  return {static_cast<std::int32_t>(swapchain_.extent().width),
          static_cast<std::int32_t>(swapchain_.extent().height)};
}

bool Presenter::acquire() {
  if (slot().recorded) {
    times_ = slot().timer.read();
    times_began_ = slot().timer.began();
  }
  slot().recorded = false;
  const auto index = swapchain_.acquire(acquired());
  stale_ |= !index;
  index_ = index.value_or(0);
  return index.has_value();
}

void Presenter::record(VkCommandBuffer commands, const gpu::Image& picture) {
  gpu::Timer& timer = slot().timer;
  timer.reset();
  slot().recorded = true;
  const VkImage target = swapchain_.image(index_);
  {
    const gpu::PassScope scope(device_, commands, timer, "present copy");
    gpu::barrier(commands, gpu::Access::all, gpu::Access::transfer);
    gpu::transition(commands, target, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
    blit(commands, picture, target, swapchain_.extent());
    gpu::transition(commands, target, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                    VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
  }
  const gpu::PassScope scope(device_, commands, timer, "panels");
  gui_.record(commands, index_);
}

void Presenter::present() {
  stale_ |= !swapchain_.present(index_);
  ++frame_;
}

}  // namespace app
