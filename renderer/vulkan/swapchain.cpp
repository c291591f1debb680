#include "renderer/vulkan/swapchain.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace gpu {
namespace {

constexpr VkImageUsageFlags image_usage =
    VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT;
/// Only for who saves what the window shows; not every surface has it.
constexpr VkImageUsageFlags readable_usage = VK_IMAGE_USAGE_TRANSFER_SRC_BIT;

/// Vulkan's enumeration in two calls: first the count, then the items.
template <typename T, typename Function, typename... Args>
std::vector<T> enumerate(Function function, Args... arguments) {
  std::uint32_t count = 0;
  check(function(arguments..., &count, nullptr), "cannot ask the window surface");
  std::vector<T> all(count);
  check(function(arguments..., &count, all.data()), "cannot ask the window surface");
  all.resize(count);
  return all;
}

}  // namespace

UniqueSemaphore make_binary_semaphore(const Device& device) {
  VkSemaphoreCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO;
  VkSemaphore semaphore = VK_NULL_HANDLE;
  check(vkCreateSemaphore(device.handle(), &info, nullptr, &semaphore), "cannot create a semaphore");
  return {device.handle(), semaphore};
}

Swapchain::Swapchain(const Device& device, VkSurfaceKHR surface, VkExtent2D wanted, bool vsync,
                     std::uint32_t spare)
    : device_(device), surface_(surface) {
  try {
    VkBool32 supported = VK_FALSE;
    check(vkGetPhysicalDeviceSurfaceSupportKHR(device.physical(), device.queue_family(), surface, &supported),
          "cannot ask the window surface");
    if (!supported) core::fail("'{}' cannot show pictures in this window", device.info().name);
    choose_format();
    recreate(wanted, vsync, spare);
  } catch (...) {
    destroy_images();
    if (swapchain_) vkDestroySwapchainKHR(device_.handle(), swapchain_, nullptr);
    vkDestroySurfaceKHR(device_.instance(), surface_, nullptr);
    throw;
  }
}

Swapchain::~Swapchain() {
  vkDeviceWaitIdle(device_.handle());
  destroy_images();
  if (swapchain_) vkDestroySwapchainKHR(device_.handle(), swapchain_, nullptr);
  vkDestroySurfaceKHR(device_.instance(), surface_, nullptr);
}

void Swapchain::destroy_images() {
  presentable_.clear();
  views_.clear();
  images_.clear();
}

void Swapchain::choose_format() {
  const auto formats =
      enumerate<VkSurfaceFormatKHR>(vkGetPhysicalDeviceSurfaceFormatsKHR, device_.physical(), surface_);
  for (const VkFormat wanted : {VK_FORMAT_B8G8R8A8_UNORM, VK_FORMAT_R8G8B8A8_UNORM}) {
    for (const VkSurfaceFormatKHR& format : formats) {
      if (format.format != wanted || format.colorSpace != VK_COLOR_SPACE_SRGB_NONLINEAR_KHR) continue;
      format_ = format;
      return;
    }
  }
  core::fail("the window offers no 8-bit UNORM format");
}

VkPresentModeKHR Swapchain::choose_mode(bool vsync) const {
  if (vsync) return VK_PRESENT_MODE_FIFO_KHR;  // the one that must exist
  const auto modes =
      enumerate<VkPresentModeKHR>(vkGetPhysicalDeviceSurfacePresentModesKHR, device_.physical(), surface_);
  for (const VkPresentModeKHR wanted : {VK_PRESENT_MODE_IMMEDIATE_KHR, VK_PRESENT_MODE_MAILBOX_KHR})
    if (std::find(modes.begin(), modes.end(), wanted) != modes.end()) return wanted;
  return VK_PRESENT_MODE_FIFO_KHR;
}

bool Swapchain::recreate(VkExtent2D wanted, bool vsync, std::uint32_t spare) {
  device_.wait_idle();
  VkSurfaceCapabilitiesKHR surface;
  check(vkGetPhysicalDeviceSurfaceCapabilitiesKHR(device_.physical(), surface_, &surface),
        "cannot ask the window surface");
  if ((surface.supportedUsageFlags & image_usage) != image_usage)
    core::fail("'{}' cannot copy pictures into this window", device_.info().name);
  const bool given = surface.currentExtent.width != 0xFFFFFFFFu;  // else the swapchain decides
  if (given) wanted = surface.currentExtent;
  wanted.width = std::min(wanted.width, surface.maxImageExtent.width);
  wanted.height = std::min(wanted.height, surface.maxImageExtent.height);
  if (wanted.width == 0 || wanted.height == 0) return false;
  create(surface, wanted, vsync, spare);
  return true;
}

void Swapchain::create(const VkSurfaceCapabilitiesKHR& surface, VkExtent2D wanted, bool vsync,
                       std::uint32_t spare) {
  // One image more than the minimum, so that acquire does not wait for the one on the screen.
  const std::uint32_t most = surface.maxImageCount ? surface.maxImageCount : 8;
  VkSwapchainCreateInfoKHR info{};
  info.sType = VK_STRUCTURE_TYPE_SWAPCHAIN_CREATE_INFO_KHR;
  info.surface = surface_;
  info.minImageCount = std::min(std::max(surface.minImageCount + 1, 3u) + spare, most);
  info.imageFormat = format_.format;
  info.imageColorSpace = format_.colorSpace;
  info.imageExtent = wanted;
  info.imageArrayLayers = 1;
  readable_ = surface.supportedUsageFlags & readable_usage;
  info.imageUsage = image_usage | (readable_ ? readable_usage : 0);
  info.imageSharingMode = VK_SHARING_MODE_EXCLUSIVE;
  info.preTransform = surface.currentTransform;
  info.compositeAlpha = (surface.supportedCompositeAlpha & VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR)
                            ? VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR
                            : VK_COMPOSITE_ALPHA_INHERIT_BIT_KHR;
  info.presentMode = choose_mode(vsync);
  info.clipped = VK_TRUE;
  info.oldSwapchain = swapchain_;
  VkSwapchainKHR created = VK_NULL_HANDLE;
  const VkResult result = vkCreateSwapchainKHR(device_.handle(), &info, nullptr, &created);
  destroy_images();
  if (swapchain_) vkDestroySwapchainKHR(device_.handle(), swapchain_, nullptr);
  swapchain_ = created;
  last_present_ = 0;
  check(result, "cannot create a swapchain");
  extent_ = wanted;
  ++generation_;

  images_ = enumerate<VkImage>(vkGetSwapchainImagesKHR, device_.handle(), swapchain_);
  for (const VkImage image : images_) {
    VkImageViewCreateInfo view{};
    view.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO;
    view.image = image;
    view.viewType = VK_IMAGE_VIEW_TYPE_2D;
    view.format = format_.format;
    view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    VkImageView handle = VK_NULL_HANDLE;
    check(vkCreateImageView(device_.handle(), &view, nullptr, &handle), "cannot create an image view");
    views_.emplace_back(device_.handle(), handle);
    presentable_.push_back(make_binary_semaphore(device_));
  }
}

std::optional<std::uint32_t> Swapchain::acquire(VkSemaphore acquired) {
  // In turns, since the image that this waits for may be one that another thread is to present.
  constexpr std::uint64_t turn_ns = 2'000'000;
  std::uint32_t index = 0;
  VkResult result = VK_TIMEOUT;
  while (result == VK_TIMEOUT || result == VK_NOT_READY) {
    {
      const std::lock_guard lock(mutex_);
      result = vkAcquireNextImageKHR(device_.handle(), swapchain_, turn_ns, acquired, VK_NULL_HANDLE, &index);
    }
    if (result == VK_TIMEOUT || result == VK_NOT_READY)
      std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  if (result == VK_ERROR_OUT_OF_DATE_KHR) return {};
  check(result, "cannot acquire a swapchain image");
  return index;  // a suboptimal one is shown all the same; present will ask for a new swapchain
}

bool Swapchain::present(std::uint32_t index) {
  VkPresentInfoKHR info{};
  info.sType = VK_STRUCTURE_TYPE_PRESENT_INFO_KHR;
  info.waitSemaphoreCount = 1;
  info.pWaitSemaphores = presentable_[index].address();
  info.swapchainCount = 1;
  info.pSwapchains = &swapchain_;
  info.pImageIndices = &index;
  VkPresentIdKHR id{};
  id.sType = VK_STRUCTURE_TYPE_PRESENT_ID_KHR;
  id.swapchainCount = 1;
  id.pPresentIds = &last_present_;
  if (device_.wait_for_present) {
    ++last_present_;
    info.pNext = &id;
  }
  VkResult result = VK_SUCCESS;
  {
    const std::lock_guard turn(mutex_);
    const std::lock_guard lock(device_.queue_mutex());
    result = vkQueuePresentKHR(device_.queue(), &info);
  }
  if (result == VK_ERROR_OUT_OF_DATE_KHR || result == VK_SUBOPTIMAL_KHR) return false;
  check(result, "cannot present");
  return true;
}

bool Swapchain::wait_until_shown() const {
  constexpr std::uint64_t longest_ns = 100'000'000;
  if (!device_.wait_for_present || last_present_ == 0) return false;
  // Whatever went wrong, the next acquire or present says it.
  return device_.wait_for_present(device_.handle(), swapchain_, last_present_, longest_ns) == VK_SUCCESS;
}

}  // namespace gpu
