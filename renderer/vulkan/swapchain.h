#pragma once
// The images of a window. Their format is UNORM, since the composite pass has already encoded for the
// display.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "renderer/vulkan/device.h"

namespace gpu {

/// Owns surface and swapchain. Each swapchain image has its own semaphore for presenting: only the next
/// acquisition of the same image proves that the presentation engine no longer uses the semaphore. Use it
/// from one thread; another one may present meanwhile.
class Swapchain {
 public:
  /// Takes ownership of the surface. Throws core::Error where the device cannot present to it.
  /// `spare` images are held back at the most, presented later than they are done.
  Swapchain(const Device& device, VkSurfaceKHR surface, VkExtent2D wanted, bool vsync,
            std::uint32_t spare = 0);
  ~Swapchain();
  Swapchain(const Swapchain&) = delete;
  Swapchain& operator=(const Swapchain&) = delete;

  /// Makes the images anew: after a resize, after a change of vsync, and where acquire or present say that
  /// they no longer fit. Waits until the device is idle. Returns false while the window has no area because
  /// it is minimised; no image can be acquired until a later call returns true.
  bool recreate(VkExtent2D wanted, bool vsync, std::uint32_t spare = 0);

  /// The index of the next image. The binary semaphore `acquired` is signalled once the image may be written.
  /// Nothing where the swapchain no longer fits the window.
  std::optional<std::uint32_t> acquire(VkSemaphore acquired);
  /// Queues the image for display, once presentable(index) is signalled. Returns false where the swapchain no
  /// longer fits the window.
  bool present(std::uint32_t index);
  /// Waits until the image that was presented last is on the screen, and returns whether the display said so:
  /// false where the device cannot tell (VK_KHR_present_wait) and after a tenth of a second, as an image of a
  /// hidden window may never be shown. Call it from the thread that presents.
  bool wait_until_shown() const;

  VkSemaphore presentable(std::uint32_t index) const { return presentable_[index].get(); }
  VkImage image(std::uint32_t index) const { return images_[index]; }
  VkImageView view(std::uint32_t index) const { return views_[index].get(); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(images_.size()); }
  /// Whether the images can be copied from.
  bool readable() const { return readable_; }
  VkFormat format() const { return format_.format; }
  VkExtent2D extent() const { return extent_; }
  /// The number of times the images were made. Framebuffers made from them must be made again when it
  /// changes.
  std::uint64_t generation() const { return generation_; }

 private:
  void choose_format();
  VkPresentModeKHR choose_mode(bool vsync) const;
  void create(const VkSurfaceCapabilitiesKHR& surface, VkExtent2D wanted, bool vsync, std::uint32_t spare);
  void destroy_images();

  const Device& device_;
  std::mutex mutex_;  ///< held while an image is acquired or presented
  VkSurfaceKHR surface_ = VK_NULL_HANDLE;
  VkSwapchainKHR swapchain_ = VK_NULL_HANDLE;
  VkSurfaceFormatKHR format_{};
  VkExtent2D extent_{};
  bool readable_ = false;
  std::vector<VkImage> images_;
  std::vector<UniqueImageView> views_;
  std::vector<UniqueSemaphore> presentable_;
  std::uint64_t generation_ = 0;
  std::uint64_t last_present_ = 0;  ///< the number of the newest image of this swapchain; 0: none
};

/// A binary semaphore, for acquire and present.
UniqueSemaphore make_binary_semaphore(const Device& device);

}  // namespace gpu
