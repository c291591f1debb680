#include "renderer/vulkan/check.h"

namespace gpu {

const char* result_name(VkResult result) {
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
      return "out of host memory";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      return "out of device memory";
    case VK_ERROR_INITIALIZATION_FAILED:
      return "initialisation failed";
    case VK_ERROR_DEVICE_LOST:
      return "the device was lost";
    case VK_ERROR_MEMORY_MAP_FAILED:
      return "memory cannot be mapped";
    case VK_ERROR_LAYER_NOT_PRESENT:
      return "a layer is not installed";
    case VK_ERROR_EXTENSION_NOT_PRESENT:
      return "an extension is missing";
    case VK_ERROR_FEATURE_NOT_PRESENT:
      return "a feature is missing";
    case VK_ERROR_INCOMPATIBLE_DRIVER:
      return "no Vulkan driver is installed";
    case VK_ERROR_TOO_MANY_OBJECTS:
      return "too many objects";
    case VK_ERROR_FORMAT_NOT_SUPPORTED:
      return "a format is not supported";
    case VK_ERROR_SURFACE_LOST_KHR:
      return "the window surface was lost";
    case VK_ERROR_OUT_OF_DATE_KHR:
      return "the swapchain is out of date";
    case VK_ERROR_INVALID_EXTERNAL_HANDLE:
      return "an external handle is not valid";
    case VK_TIMEOUT:
      return "time ran out";
    default:
      return "unknown error";
  }
}

void check(VkResult result, const char* what) {
  if (result >= 0) return;
  const auto text = fmt::format("{}: {} (VkResult {})", what, result_name(result), static_cast<int>(result));
  if (result == VK_ERROR_DEVICE_LOST) throw DeviceLost(text);
  throw core::Error(text);
}

}  // namespace gpu
