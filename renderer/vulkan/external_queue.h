#pragma once
// VK_NV_external_compute_queue, by which CUDA joins its context to the Vulkan device. Without it the GPU runs
// the two contexts in turns, and a hand-off between them waits for the next turn.

#include <vulkan/vulkan.h>

#include <cstddef>
#include <vector>

// Headers before 1.4.312 (Debian 12 and 13) do not have it.
#ifndef VK_NV_external_compute_queue
#define VK_NV_EXTERNAL_COMPUTE_QUEUE_EXTENSION_NAME "VK_NV_external_compute_queue"
VK_DEFINE_HANDLE(VkExternalComputeQueueNV)
inline constexpr auto VK_STRUCTURE_TYPE_EXTERNAL_COMPUTE_QUEUE_DEVICE_CREATE_INFO_NV =
    static_cast<VkStructureType>(1000556000);
inline constexpr auto VK_STRUCTURE_TYPE_EXTERNAL_COMPUTE_QUEUE_CREATE_INFO_NV =
    static_cast<VkStructureType>(1000556001);
inline constexpr auto VK_STRUCTURE_TYPE_EXTERNAL_COMPUTE_QUEUE_DATA_PARAMS_NV =
    static_cast<VkStructureType>(1000556002);
inline constexpr auto VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_COMPUTE_QUEUE_PROPERTIES_NV =
    static_cast<VkStructureType>(1000556003);
struct VkExternalComputeQueueDeviceCreateInfoNV {
  VkStructureType sType;
  const void* pNext;
  uint32_t reservedExternalQueues;
};
struct VkExternalComputeQueueCreateInfoNV {
  VkStructureType sType;
  const void* pNext;
  VkQueue preferredQueue;
};
struct VkExternalComputeQueueDataParamsNV {
  VkStructureType sType;
  const void* pNext;
  uint32_t deviceIndex;
};
struct VkPhysicalDeviceExternalComputeQueuePropertiesNV {
  VkStructureType sType;
  void* pNext;
  uint32_t externalDataSize;
  uint32_t maxExternalQueues;
};
using PFN_vkCreateExternalComputeQueueNV = VkResult(VKAPI_PTR*)(VkDevice,
                                                                const VkExternalComputeQueueCreateInfoNV*,
                                                                const VkAllocationCallbacks*,
                                                                VkExternalComputeQueueNV*);
using PFN_vkDestroyExternalComputeQueueNV = void(VKAPI_PTR*)(VkDevice, VkExternalComputeQueueNV,
                                                             const VkAllocationCallbacks*);
using PFN_vkGetExternalComputeQueueDataNV = void(VKAPI_PTR*)(VkExternalComputeQueueNV,
                                                             VkExternalComputeQueueDataParamsNV*, void*);
#endif

namespace gpu {

/// Goes into the chain of VkDeviceCreateInfo (`next` follows it) and reserves room for one ExternalQueue.
VkExternalComputeQueueDeviceCreateInfoNV reserve_external_queue(const void* next);

/// The queue on which the driver runs CUDA's work beside the Vulkan queue. The device must have been made
/// with the extension.
class ExternalQueue {
 public:
  /// `beside` is the graphics queue. Throws core::Error.
  ExternalQueue(VkPhysicalDevice physical, VkDevice device, VkQueue beside);
  ~ExternalQueue();
  ExternalQueue(const ExternalQueue&) = delete;
  ExternalQueue& operator=(const ExternalQueue&) = delete;
  /// Opaque bytes for CUDA's CUctxCigParam.
  const std::vector<std::byte>& data() const { return data_; }

 private:
  VkDevice device_;
  VkExternalComputeQueueNV queue_ = VK_NULL_HANDLE;
  std::vector<std::byte> data_;
};

}  // namespace gpu
