#pragma once
// Which devices a machine has, which of them can run the program, and which is taken.

#include <string>
#include <utility>
#include <vector>

#include "renderer/vulkan/device.h"

namespace gpu {

bool has_extension(const std::vector<VkExtensionProperties>& all, const char* name);
std::vector<VkExtensionProperties> device_extensions(VkPhysicalDevice device);

/// Of the queues that draw and compute; -1 where there is none.
int graphics_family(VkPhysicalDevice device);

/// Whether timestamps of the queue can be read at the same moment as CLOCK_MONOTONIC, std's steady clock.
bool reads_both_clocks(VkInstance instance, VkPhysicalDevice device);

/// The features the program stands on; filled by the driver when asked, all switched on for the device.
struct Features {
  VkPhysicalDeviceVulkan13Features v13{};
  VkPhysicalDeviceVulkan12Features v12{};
  VkPhysicalDeviceFeatures2 core{};
  Features() {
    v13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES;
    v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    v12.pNext = &v13;
    core.pNext = &v12;
  }
  Features(const Features&) = delete;
  Features& operator=(const Features&) = delete;
  bool sufficient() const {
    return v13.dynamicRendering && v13.synchronization2 && v13.maintenance4 &&
           core.features.shaderStorageImageExtendedFormats && v12.timelineSemaphore &&
           v12.scalarBlockLayout && v12.hostQueryReset && core.features.depthClamp;
  }
};

/// The usable device that `wanted` (part of a name, or an index) names, or else the one to be preferred.
/// Throws core::Error where there is none, with what there is.
std::pair<VkPhysicalDevice, DeviceInfo> choose_physical_device(VkInstance instance,
                                                               const std::string& wanted);

}  // namespace gpu
