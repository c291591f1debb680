#include "compute/vulkan/api.h"

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
    default:
      return fmt::format("Vulkan's error {}", static_cast<int>(result));
  }
}

}  // namespace

void check(VkResult result, const char* what) {
  if (result < 0) core::fail("{}: {}", what, name_of(result));
}

}  // namespace compute::vulkan
