#include "compute/vulkan/api.h"

#include <dlfcn.h>

#include <string>

namespace compute::vulkan {
namespace {

std::string name_of(VkResult result) {
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
      return "no memory is left";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      return "no memory of the GPU is left";
    case VK_ERROR_DEVICE_LOST:
      return "its driver has reset it, or it is gone";
    case VK_ERROR_INITIALIZATION_FAILED:
      return "the driver failed to start";
    case VK_ERROR_LAYER_NOT_PRESENT:
      return "the validation layer is not installed (package vulkan-validationlayers)";
    case VK_ERROR_INCOMPATIBLE_DRIVER:
      return "no Vulkan driver is installed";
    default:
      return fmt::format("Vulkan's error {}", static_cast<int>(result));
  }
}

}  // namespace

void check(VkResult result, const char* what) {
  if (result < 0) core::fail("{}: {}", what, name_of(result));
}

PFN_vkGetInstanceProcAddr open_loader() {
  // It stays open: layers and drivers do not all survive being closed.
  void* loader = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!loader) core::fail("the Vulkan loader is not installed (package libvulkan1)");
  const auto function = reinterpret_cast<PFN_vkGetInstanceProcAddr>(dlsym(loader, "vkGetInstanceProcAddr"));
  if (!function) core::fail("libvulkan.so.1 is no Vulkan loader");
  return function;
}

}  // namespace compute::vulkan
