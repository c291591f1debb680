#include "renderer/vulkan/compute_support.h"

#include "renderer/vulkan/physical_device.h"

namespace gpu {
namespace {

bool offers_cooperative_matrix(VkPhysicalDevice device) {
  VkPhysicalDeviceProperties properties;
  vkGetPhysicalDeviceProperties(device, &properties);
  // A processor only imitates them, and is slower with them than without.
  if (properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU ||
      !has_extension(device_extensions(device), VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME))
    return false;
  Features offered;
  offered.chain_cooperative_matrix();
  vkGetPhysicalDeviceFeatures2(device, &offered.core);
  return offered.cooperative_matrix.cooperativeMatrix && offered.v12.vulkanMemoryModel;
}

}  // namespace

std::vector<VkDeviceQueueCreateInfo> QueueChoice::infos() const {
  static constexpr float priorities[2]{1, 1};
  const auto info = [](std::uint32_t family, std::uint32_t count) {
    VkDeviceQueueCreateInfo queues{};
    queues.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
    queues.queueFamilyIndex = family;
    queues.queueCount = count;
    queues.pQueuePriorities = priorities;
    return queues;
  };
  if (compute_family == graphics_family) return {info(graphics_family, compute_index + 1)};
  return {info(graphics_family, 1), info(compute_family, 1)};
}

QueueChoice choose_queues(VkPhysicalDevice device) {
  const auto graphics = static_cast<std::uint32_t>(graphics_family(device));
  std::uint32_t count = 0;
  vkGetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
  for (std::uint32_t i = 0; i < count; ++i) {
    const VkQueueFlags flags = families[i].queueFlags;
    if ((flags & VK_QUEUE_COMPUTE_BIT) && !(flags & VK_QUEUE_GRAPHICS_BIT)) return {graphics, i, 0};
  }
  return {graphics, graphics, families[graphics].queueCount > 1 ? 1u : 0u};
}

ComputeSupport switch_on_compute(VkPhysicalDevice device, bool validation, Features& features) {
  Features offered;
  vkGetPhysicalDeviceFeatures2(device, &offered.core);
  ComputeSupport support;
  const auto need = [&](VkBool32& feature, VkBool32 is_offered, const char* name) {
    feature = is_offered;
    if (!is_offered && support.lacks.empty()) support.lacks = name;
  };
  need(features.v12.bufferDeviceAddress, offered.v12.bufferDeviceAddress, "bufferDeviceAddress");
  need(features.v12.storageBuffer8BitAccess, offered.v12.storageBuffer8BitAccess, "storageBuffer8BitAccess");
  need(features.v12.uniformAndStorageBuffer8BitAccess, offered.v12.uniformAndStorageBuffer8BitAccess,
       "uniformAndStorageBuffer8BitAccess");
  need(features.v11.storageBuffer16BitAccess, offered.v11.storageBuffer16BitAccess,
       "storageBuffer16BitAccess");
  features.v12.shaderFloat16 = offered.v12.shaderFloat16;
  support.float16 = offered.v12.shaderFloat16 && offered.v11.storageBuffer16BitAccess;
#ifndef NEURASTER_LAYERS_KNOW_COOPERATIVE_MATRIX
  const bool known = !validation;
#else
  const bool known = true;
  static_cast<void>(validation);
#endif
  if (known && offers_cooperative_matrix(device)) {
    support.cooperative_matrix = true;
    features.v12.vulkanMemoryModel = VK_TRUE;
    features.v12.vulkanMemoryModelDeviceScope = offered.v12.vulkanMemoryModelDeviceScope;
    features.chain_cooperative_matrix();
    features.cooperative_matrix.cooperativeMatrix = VK_TRUE;
  }
  return support;
}

}  // namespace gpu
