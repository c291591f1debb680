#pragma once
// The images of a window. UNORM: the composite pass has already encoded for the display.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "renderer/vulkan/device.h"

namespace gpu {

/// Owns surface and swapchain. Present semaphores belong to swapchain images: only the next acquisition of
/// the same image proves that the presentation engine has finished with one.
class Swapchain {
 public:
  /// Takes the surface. Throws Error where the device cannot present to it.
  Swapchain(const Device& device, VkSurfaceKHR surface, VkExtent2D wanted, bool vsync);
  ~Swapchain();
  Swapchain(const Swapchain&) = delete;
  Swapchain& operator=(const Swapchain&) = delete;

  /// After a resize, a change of vsync, or when acquire or present ask for it. Waits for the device. False
  /// where the window has no area (minimised): nothing can be acquired until it has.
  bool recreate(VkExtent2D wanted, bool vsync);

  /// The index of the next image, `acquired` (binary) signalled when it can be written. Nothing where the
  /// swapchain no longer fits the window.
  std::optional<std::uint32_t> acquire(VkSemaphore acquired);
  /// Waits for presentable(index). False where the swapchain no longer fits the window.
  bool present(std::uint32_t index);

  VkSemaphore presentable(std::uint32_t index) const { return presentable_[index].get(); }
  VkImage image(std::uint32_t index) const { return images_[index]; }
  VkImageView view(std::uint32_t index) const { return views_[index].get(); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(images_.size()); }
  VkFormat format() const { return format_.format; }
  VkExtent2D extent() const { return extent_; }
  /// Counts recreations: what was made from the images is stale when it changes.
  std::uint64_t generation() const { return generation_; }

 private:
  void choose_format();
  VkPresentModeKHR choose_mode(bool vsync) const;
  void create(const VkSurfaceCapabilitiesKHR& surface, VkExtent2D wanted, bool vsync);
  void destroy_images();

  const Device& device_;
  VkSurfaceKHR surface_ = VK_NULL_HANDLE;
  VkSwapchainKHR swapchain_ = VK_NULL_HANDLE;
  VkSurfaceFormatKHR format_{};
  VkExtent2D extent_{};
  std::vector<VkImage> images_;
  std::vector<UniqueImageView> views_;
  std::vector<UniqueSemaphore> presentable_;
  std::uint64_t generation_ = 0;
};

/// A semaphore for acquire and present.
UniqueSemaphore make_binary_semaphore(const Device& device);

}  // namespace gpu
