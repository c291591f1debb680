#pragma once
// Opens a Vulkan device for computing where no renderer brings one, and lists those of the machine.

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "compute/backend.h"
#include "compute/vulkan/api.h"

namespace compute::vulkan {

using Uuid = std::array<std::uint8_t, 16>;

/// An instance, a device and its queue with compute. It stays where it is: the validation layer points to it.
class OwnDevice {
 public:
  /// Takes the device with this UUID, or else a discrete GPU before an integrated one before a processor.
  /// Throws core::Error with one sentence where none fits.
  explicit OwnDevice(const std::optional<Uuid>& wanted);
  ~OwnDevice();
  OwnDevice(const OwnDevice&) = delete;
  OwnDevice& operator=(const OwnDevice&) = delete;

  VulkanDevice handles() const;
  void expect_valid() const;  ///< see Device

 private:
  static VKAPI_ATTR VkBool32 VKAPI_CALL receive(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                                VkDebugUtilsMessageTypeFlagsEXT type,
                                                const VkDebugUtilsMessengerCallbackDataEXT* data, void* self);
  void create_instance();
  void create_device(const std::optional<Uuid>& wanted);
  void destroy();

  PFN_vkGetInstanceProcAddr get_ = nullptr;
  Api api_;  ///< of the instance
  VkInstance instance_ = VK_NULL_HANDLE;
  VkDebugUtilsMessengerEXT messenger_ = VK_NULL_HANDLE;
  VkPhysicalDevice physical_ = VK_NULL_HANDLE;
  VkDevice device_ = VK_NULL_HANDLE;
  VkQueue queue_ = VK_NULL_HANDLE;
  std::uint32_t queue_family_ = 0;
  bool float16_ = false, matrices_ = false;
  mutable std::mutex mutex_;
  std::string message_;  ///< the first of the validation layer
};

/// Fills in the instance's functions.
void load_instance_functions(Api& api, VkInstance instance);

/// Returns a line for each Vulkan device of this machine: whether it can compute, or what it lacks. One line
/// says so where there is no Vulkan.
std::vector<std::string> describe_devices();

}  // namespace compute::vulkan
