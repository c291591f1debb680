#pragma once
// What VK_KHR_cooperative_matrix adds to Vulkan's headers. Debian 12's do not know the extension; where newer
// ones do, theirs are used.

#include <vector>

#include "compute/vulkan/api.h"

#ifndef VK_KHR_cooperative_matrix
#define VK_KHR_cooperative_matrix 1
constexpr auto VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR = static_cast<VkStructureType>(1000506001);
enum VkComponentTypeKHR { VK_COMPONENT_TYPE_FLOAT16_KHR = 0, VK_COMPONENT_TYPE_FLOAT32_KHR = 1 };
enum VkScopeKHR { VK_SCOPE_SUBGROUP_KHR = 3 };
struct VkCooperativeMatrixPropertiesKHR {
  VkStructureType sType;
  void* pNext;
  std::uint32_t MSize, NSize, KSize;
  VkComponentTypeKHR AType, BType, CType, ResultType;
  VkBool32 saturatingAccumulation;
  VkScopeKHR scope;
};
using PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR =
    VkResult(VKAPI_PTR*)(VkPhysicalDevice, std::uint32_t*, VkCooperativeMatrixPropertiesKHR*);
#endif

namespace compute::vulkan {

/// Returns whether subgroups multiply 16x16 by 16x16 halfs and add floats, which our shader needs.
inline bool has_our_matrices(const Api& api, VkInstance instance, VkPhysicalDevice device) {
  const auto list = reinterpret_cast<PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR>(
      api.GetInstanceProcAddr(instance, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR"));
  std::uint32_t count = 0;
  if (!list || list(device, &count, nullptr) != VK_SUCCESS) return false;
  VkCooperativeMatrixPropertiesKHR empty{};
  empty.sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
  std::vector<VkCooperativeMatrixPropertiesKHR> all(count, empty);
  if (list(device, &count, all.data()) != VK_SUCCESS) return false;
  for (const VkCooperativeMatrixPropertiesKHR& one : all)
    if (one.MSize == 16 && one.NSize == 16 && one.KSize == 16 && one.AType == VK_COMPONENT_TYPE_FLOAT16_KHR &&
        one.BType == VK_COMPONENT_TYPE_FLOAT16_KHR && one.CType == VK_COMPONENT_TYPE_FLOAT32_KHR &&
        one.ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR && one.scope == VK_SCOPE_SUBGROUP_KHR)
      return true;
  return false;
}

}  // namespace compute::vulkan
