#pragma once
// What a backend that computes beside the renderer, on the renderer's own device, may use there: features
// that the device is opened with, and the queue for its work.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <string>
#include <vector>

// Headers before 1.3.255 (Debian 12) do not have it.
#ifndef VK_KHR_cooperative_matrix
#define VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME "VK_KHR_cooperative_matrix"
inline constexpr auto VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR =
    static_cast<VkStructureType>(1000506000);
struct VkPhysicalDeviceCooperativeMatrixFeaturesKHR {
  VkStructureType sType;
  void* pNext;
  VkBool32 cooperativeMatrix, cooperativeMatrixRobustBufferAccess;
};
#else
#define NEURASTER_LAYERS_KNOW_COOPERATIVE_MATRIX  // the layers come with the headers
#endif

namespace gpu {

struct Features;

/// What a device offers, and is opened with, for computing a network beside the renderer.
struct ComputeSupport {
  std::string lacks;                ///< the first feature that is missing; empty where it has all of them
  bool float16 = false;             ///< arithmetic in halfs
  bool cooperative_matrix = false;  ///< VK_KHR_cooperative_matrix and Vulkan's memory model
};

/// The queues that a device is opened with. The one for computing is, in order of preference: of a family
/// that computes and does not draw, a second one of the graphics family, the graphics queue itself.
struct QueueChoice {
  std::uint32_t graphics_family = 0, compute_family = 0, compute_index = 0;
  /// What vkCreateDevice wants.
  std::vector<VkDeviceQueueCreateInfo> infos() const;
};
QueueChoice choose_queues(VkPhysicalDevice device);

/// Switches on what the device offers of all that. `validation` says whether the validation layer is on; one
/// that does not know cooperative matrices would complain of them.
ComputeSupport switch_on_compute(VkPhysicalDevice device, bool validation, Features& features);

}  // namespace gpu
