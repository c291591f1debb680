#include "compute/vulkan/device.h"

#include <vector>

#include "compute/vulkan/cooperative.h"

namespace compute::vulkan {

Device::Device(const BackendOptions& options) {
  if (!options.vulkan) core::fail("the vulkan backend computes on the device that renders, and none does");
  take(*options.vulkan);
  ask();
}

void Device::take(const VulkanDevice& given) {
  if (!given.instance || !given.physical_device || !given.device || !given.queue ||
      !given.get_instance_proc_addr)
    core::fail("the vulkan backend was given a device without all of its handles");
  api_.GetInstanceProcAddr = reinterpret_cast<PFN_vkGetInstanceProcAddr>(given.get_instance_proc_addr);
#define NEURASTER_LOAD(name)                  \
  api_.name = reinterpret_cast<PFN_vk##name>( \
      api_.GetInstanceProcAddr(static_cast<VkInstance>(given.instance), "vk" #name));
  NEURASTER_INSTANCE_FUNCTIONS(NEURASTER_LOAD)
#undef NEURASTER_LOAD
  physical_ = static_cast<VkPhysicalDevice>(given.physical_device);
  device_ = static_cast<VkDevice>(given.device);
  queue_ = static_cast<VkQueue>(given.queue);
  queue_family_ = given.queue_family;
  queue_lock_ = given.queue_lock;
  facts_.float16 = given.float16;
  facts_.matrices = given.float16 && given.cooperative_matrix &&
                    has_our_matrices(api_, static_cast<VkInstance>(given.instance), physical_);
#define NEURASTER_LOAD(name)                                                               \
  api_.name = reinterpret_cast<PFN_vk##name>(api_.GetDeviceProcAddr(device_, "vk" #name)); \
  if (!api_.name) core::fail("the Vulkan device has no function vk" #name);
  NEURASTER_DEVICE_FUNCTIONS(NEURASTER_LOAD)
#undef NEURASTER_LOAD
}

void Device::ask() {
  VkPhysicalDeviceVulkan12Properties v12{};
  v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES;
  VkPhysicalDeviceVulkan11Properties v11{};
  v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES;
  v11.pNext = &v12;
  VkPhysicalDeviceProperties2 all{};
  all.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
  all.pNext = &v11;
  api_.GetPhysicalDeviceProperties2(physical_, &all);
  const VkPhysicalDeviceLimits& limits = all.properties.limits;
  facts_.name = all.properties.deviceName;
  facts_.driver = fmt::format("{} {}", v12.driverName, v12.driverInfo);
  facts_.is_cpu = all.properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
  facts_.subgroup_size = v11.subgroupSize;
  facts_.shared_bytes = limits.maxComputeSharedMemorySize;
  facts_.uniform_alignment = static_cast<std::uint32_t>(limits.minUniformBufferOffsetAlignment);
  api_.GetPhysicalDeviceMemoryProperties(physical_, &memory_);
  std::uint32_t count = 0;
  api_.GetPhysicalDeviceQueueFamilyProperties(physical_, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  api_.GetPhysicalDeviceQueueFamilyProperties(physical_, &count, families.data());
  const std::uint32_t bits = families.at(queue_family_).timestampValidBits;
  if (bits == 0) return;
  facts_.tick_mask = bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  facts_.nanoseconds_per_tick = static_cast<double>(limits.timestampPeriod);
}

void Device::submit(const VkSubmitInfo2& info) const {
  std::unique_lock<std::mutex> lock;
  if (queue_lock_) lock = std::unique_lock(*queue_lock_);
  check(api_.QueueSubmit2(queue_, 1, &info, VK_NULL_HANDLE), "cannot give work to the GPU");
}

std::uint32_t Device::memory_type(std::uint32_t allowed_bits, VkMemoryPropertyFlags required,
                                  VkMemoryPropertyFlags preferred) const {
  for (const VkMemoryPropertyFlags wanted : {required | preferred, required})
    for (std::uint32_t i = 0; i < memory_.memoryTypeCount; ++i)
      if ((allowed_bits >> i & 1) && (memory_.memoryTypes[i].propertyFlags & wanted) == wanted) return i;
  core::fail("'{}' has no memory of the wanted kind", facts_.name);
}

}  // namespace compute::vulkan
