#include "renderer/vulkan/external_queue.h"

#include "renderer/vulkan/check.h"

namespace gpu {

VkExternalComputeQueueDeviceCreateInfoNV reserve_external_queue(const void* next) {
  return {VK_STRUCTURE_TYPE_EXTERNAL_COMPUTE_QUEUE_DEVICE_CREATE_INFO_NV, next, 1};
}

ExternalQueue::ExternalQueue(VkPhysicalDevice physical, VkDevice device, VkQueue beside) : device_(device) {
  const auto create = reinterpret_cast<PFN_vkCreateExternalComputeQueueNV>(
      vkGetDeviceProcAddr(device, "vkCreateExternalComputeQueueNV"));
  const auto get_data = reinterpret_cast<PFN_vkGetExternalComputeQueueDataNV>(
      vkGetDeviceProcAddr(device, "vkGetExternalComputeQueueDataNV"));
  if (!create || !get_data) core::fail("the driver has no functions for an external compute queue");
  VkPhysicalDeviceExternalComputeQueuePropertiesNV limits{};
  limits.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_COMPUTE_QUEUE_PROPERTIES_NV;
  VkPhysicalDeviceProperties2 properties{};
  properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
  properties.pNext = &limits;
  vkGetPhysicalDeviceProperties2(physical, &properties);
  data_.resize(limits.externalDataSize);
  const VkExternalComputeQueueCreateInfoNV info{VK_STRUCTURE_TYPE_EXTERNAL_COMPUTE_QUEUE_CREATE_INFO_NV,
                                                nullptr, beside};
  check(create(device, &info, nullptr, &queue_), "cannot make an external compute queue");
  VkExternalComputeQueueDataParamsNV params{VK_STRUCTURE_TYPE_EXTERNAL_COMPUTE_QUEUE_DATA_PARAMS_NV, nullptr,
                                            0};
  get_data(queue_, &params, data_.data());
}

ExternalQueue::~ExternalQueue() {
  const auto destroy = reinterpret_cast<PFN_vkDestroyExternalComputeQueueNV>(
      vkGetDeviceProcAddr(device_, "vkDestroyExternalComputeQueueNV"));
  if (destroy) destroy(device_, queue_, nullptr);
}

}  // namespace gpu
