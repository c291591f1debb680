#pragma once
// Finds the devices of a machine, checks which of them can run the program, and chooses one.

#include <string>
#include <utility>
#include <vector>

#include "renderer/vulkan/device.h"

namespace gpu {

bool has_extension(const std::vector<VkExtensionProperties>& all, const char* name);
std::vector<VkExtensionProperties> device_extensions(VkPhysicalDevice device);

/// The index of a queue family that can draw and compute; -1 where there is none.
int graphics_family(VkPhysicalDevice device);

/// Whether the device can read its timestamps and CLOCK_MONOTONIC, which is std's steady clock, at the same
/// moment.
bool reads_both_clocks(VkInstance instance, VkPhysicalDevice device);

/// Whether the device tells when an image was shown (VK_KHR_present_wait).
bool offers_present_wait(VkPhysicalDevice device);

/// Whether buffers for transfers and timeline semaphores can be exported as descriptors. Having the
/// extensions is not enough: a driver may export other things.
bool exports_hand_off(VkPhysicalDevice device);

/// The features that the program knows. vkGetPhysicalDeviceFeatures2 fills them in, and the device is made
/// with those switched on that the renderer needs (sufficient()) or that computing uses (compute_support.h).
struct Features {
  VkPhysicalDeviceVulkan13Features v13{};
  VkPhysicalDeviceVulkan12Features v12{};
  VkPhysicalDeviceVulkan11Features v11{};
  VkPhysicalDeviceFeatures2 core{};
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR cooperative_matrix{};  ///< chained on demand
  VkPhysicalDevicePresentIdFeaturesKHR present_id{};                  ///< likewise
  VkPhysicalDevicePresentWaitFeaturesKHR present_wait{};
  Features() {
    v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES;
    v13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES;
    v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    v12.pNext = &v13;
    v11.pNext = &v12;
    core.pNext = &v11;
    cooperative_matrix.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
    present_id.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PRESENT_ID_FEATURES_KHR;
    present_wait.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PRESENT_WAIT_FEATURES_KHR;
  }
  Features(const Features&) = delete;
  Features& operator=(const Features&) = delete;
  /// Only where the device has the extension.
  void chain_cooperative_matrix() { chain(cooperative_matrix); }
  /// Only where the device has both extensions.
  void chain_present_wait() { chain(present_id), chain(present_wait); }
  bool sufficient() const {
    return v13.dynamicRendering && v13.synchronization2 && v13.maintenance4 &&
           core.features.shaderStorageImageExtendedFormats && v12.timelineSemaphore &&
           v12.scalarBlockLayout && v12.hostQueryReset && core.features.depthClamp;
  }

 private:
  void chain(auto& extension) { extension.pNext = std::exchange(v13.pNext, &extension); }
};

/// How much a device is preferred where nobody chose one; less is better. NVIDIA's GPUs come first, since
/// CUDA generates in their memory, then discrete GPUs, integrated ones, and CPUs.
int preference(VkPhysicalDeviceType type, std::uint32_t vendor);
inline constexpr std::uint32_t nvidia_vendor = 0x10de;

/// The usable device that `wanted` names by a part of its name or by its index. Where `wanted` is empty,
/// preference() decides. Throws core::Error with the list of devices where none fits.
std::pair<VkPhysicalDevice, DeviceInfo> choose_physical_device(VkInstance instance,
                                                               const std::string& wanted);

}  // namespace gpu
