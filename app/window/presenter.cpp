#include "app/window/presenter.h"

#include <algorithm>
#include <optional>

namespace app {
namespace {

VkExtent2D extent_of(core::Size size) {
  return {static_cast<std::uint32_t>(size.width), static_cast<std::uint32_t>(size.height)};
}

float effective_scale(const Window& window, float ui_scale) {
  return ui_scale > 0 ? std::clamp(ui_scale, 0.5f, 4.0f) : window.content_scale();
}

/// Copies the whole picture to this part of the target, scaled where the sizes differ.
void blit(VkCommandBuffer commands, const gpu::Image& picture, VkImage target, VkOffset3D low,
          VkOffset3D high) {
  VkImageBlit region{};
  region.srcSubresource = region.dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.srcOffsets[1] = {static_cast<std::int32_t>(picture.extent().width),
                          static_cast<std::int32_t>(picture.extent().height), 1};
  region.dstOffsets[0] = low;
  region.dstOffsets[1] = high;
  const bool same = region.srcOffsets[1].x == high.x - low.x && region.srcOffsets[1].y == high.y - low.y;
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
  if (vsync != vsync_) stale_ = true;
  vsync_ = vsync;
}

void Presenter::set_between(int pictures) {
  if (pictures != between_) stale_ = true;
  between_ = pictures;
}

void Presenter::set_ui_scale(float ui_scale) {
  gui_.set_scale(effective_scale(window_, ui_scale));
}

bool Presenter::ready() {
  const core::Size size = window_.pixels();
  if (size.width <= 0 || size.height <= 0) return false;
  const VkExtent2D now = swapchain_.extent(), wanted = extent_of(size);
  if (!stale_ && now.width == wanted.width && now.height == wanted.height) return true;
  if (pacer_) pacer_->drain();
  pace_.forget();
  // It stays stale while the surface has no area.
  stale_ = !swapchain_.recreate(wanted, vsync_, static_cast<std::uint32_t>(between_));
  if (between_ == 0)
    pacer_.reset();
  else if (!pacer_)
    pacer_ = std::make_unique<Pacer>();
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
  if (!index) stale_ = true;
  index_ = index.value_or(0);
  return index.has_value();
}

void Presenter::record(VkCommandBuffer commands, const gpu::Image& picture,
                       const std::vector<PicturePatch>& patches) {
  gpu::Timer& timer = slot().timer;
  timer.reset();
  slot().recorded = true;
  const VkImage target = swapchain_.image(index_);
  {
    const gpu::PassScope scope(device_, commands, timer, "present copy");
    gpu::barrier(commands, gpu::Access::all, gpu::Access::transfer);
    gpu::transition(commands, target, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
    blit(commands, picture, target, {0, 0, 0}, {size().width, size().height, 1});
    if (!patches.empty()) gpu::barrier(commands, gpu::Access::transfer, gpu::Access::transfer);
    for (const PicturePatch& patch : patches)  // a window that is too small for them has none
      if (patch.left >= 0 && patch.top >= 0 && patch.left < patch.right && patch.top < patch.bottom &&
          patch.right <= size().width && patch.bottom <= size().height)
        blit(commands, *patch.image, target, {patch.left, patch.top, 0}, {patch.right, patch.bottom, 1});
    gpu::transition(commands, target, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                    VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
  }
  const gpu::PassScope scope(device_, commands, timer, "panels");
  gui_.record(commands, index_);
  if (std::exchange(capture_wanted_, false)) record_capture(commands, target);
}

void Presenter::capture() {
  if (!swapchain_.readable()) core::fail("what this window shows cannot be read back");
  capture_wanted_ = true;
}

void Presenter::record_capture(VkCommandBuffer commands, VkImage shown) {
  constexpr auto readable = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL;
  gpu::transition(commands, shown, VK_IMAGE_LAYOUT_PRESENT_SRC_KHR, readable);
  captured_.record(device_, commands, shown, swapchain_.extent(), readable);
  gpu::transition(commands, shown, readable, VK_IMAGE_LAYOUT_PRESENT_SRC_KHR);
}

std::vector<std::byte> Presenter::take_capture() {
  device_.wait_idle();
  return std::exchange(captured_, {}).rgb(swapchain_.format() == VK_FORMAT_B8G8R8A8_UNORM);
}

void Presenter::present(int index, int pictures) {
  ++frame_;
  const bool own = index + 1 == pictures;
  if (!pacer_) {
    present_now(index_, own);
    return;
  }
  const auto due = index == 0 ? pace_.begin(Pace::Clock::now(), pictures) : pace_.next();
  pacer_->show(
      [this, image = index_, own]() -> std::optional<Pace::Clock::time_point> {
        if (!present_now(image, own) || !swapchain_.wait_until_shown()) return {};
        return Pace::Clock::now();
      },
      due, pace_.apart());
}

/// On the pacer's thread while there is one.
bool Presenter::present_now(std::uint32_t image, bool own) {
  const bool fits = swapchain_.present(image);
  if (!fits) stale_ = true;
  ++(own ? presented_own_ : presented_between_);
  return fits;
}

}  // namespace app
