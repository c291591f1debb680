// Preloaded for the program, in front of the Vulkan loader. It plays what lavapipe cannot: with
// NEURASTER_LOSE_DEVICE=N the program's first device is lost at its Nth submission, as after a driver's
// reset; with NEURASTER_AS_GPU=1 devices call themselves discrete GPUs. The objects of a lost device can be
// destroyed as ever.

#include <dlfcn.h>
#include <vulkan/vulkan.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}
#define NEXT(name) static const auto real = next<PFN_##name>(#name)

std::atomic<VkDevice> first = VK_NULL_HANDLE;
std::atomic<VkQueue> queues[2] = {VK_NULL_HANDLE, VK_NULL_HANDLE};  ///< of the first device
std::atomic<bool> lost = false;
std::atomic<long> submissions = 0;

bool is_lost(VkDevice device) {
  return lost && device == first;
}
bool is_lost(VkQueue queue) {
  return lost && (queue == queues[0] || queue == queues[1]);
}
/// Counts a submission, and loses the device at the one that is asked for.
bool loses(VkQueue queue) {
  static const char* const wanted = std::getenv("NEURASTER_LOSE_DEVICE");
  if (!wanted || lost || (queue != queues[0] && queue != queues[1])) return is_lost(queue);
  if (++submissions < std::atol(wanted)) return false;
  NEXT(vkDeviceWaitIdle);
  static_cast<void>(real(first));  // what was submitted before uses objects that are now destroyed
  return lost = true;
}

}  // namespace

extern "C" {

VKAPI_ATTR VkResult VKAPI_CALL vkCreateDevice(VkPhysicalDevice physical, const VkDeviceCreateInfo* info,
                                              const VkAllocationCallbacks* allocator, VkDevice* device) {
  NEXT(vkCreateDevice);
  const VkResult result = real(physical, info, allocator, device);
  VkDevice none = VK_NULL_HANDLE;
  if (result == VK_SUCCESS) first.compare_exchange_strong(none, *device);
  return result;
}

VKAPI_ATTR void VKAPI_CALL vkGetDeviceQueue(VkDevice device, std::uint32_t family, std::uint32_t index,
                                            VkQueue* queue) {
  NEXT(vkGetDeviceQueue);
  real(device, family, index, queue);
  if (device != first) return;
  VkQueue none = VK_NULL_HANDLE;
  if (!queues[0].compare_exchange_strong(none, *queue)) queues[1] = *queue;
}

VKAPI_ATTR void VKAPI_CALL vkGetPhysicalDeviceProperties2(VkPhysicalDevice device,
                                                          VkPhysicalDeviceProperties2* properties) {
  NEXT(vkGetPhysicalDeviceProperties2);
  real(device, properties);
  if (std::getenv("NEURASTER_AS_GPU"))
    properties->properties.deviceType = VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU;
}

#define LOST(condition) \
  if (condition) return VK_ERROR_DEVICE_LOST

VKAPI_ATTR VkResult VKAPI_CALL vkQueueSubmit2(VkQueue queue, std::uint32_t count, const VkSubmitInfo2* infos,
                                              VkFence fence) {
  NEXT(vkQueueSubmit2);
  LOST(loses(queue));
  return real(queue, count, infos, fence);
}
VKAPI_ATTR VkResult VKAPI_CALL vkQueuePresentKHR(VkQueue queue, const VkPresentInfoKHR* info) {
  NEXT(vkQueuePresentKHR);
  LOST(is_lost(queue));
  return real(queue, info);
}
VKAPI_ATTR VkResult VKAPI_CALL vkDeviceWaitIdle(VkDevice device) {
  NEXT(vkDeviceWaitIdle);
  LOST(is_lost(device));
  return real(device);
}
VKAPI_ATTR VkResult VKAPI_CALL vkWaitSemaphores(VkDevice device, const VkSemaphoreWaitInfo* info,
                                                std::uint64_t nanoseconds) {
  NEXT(vkWaitSemaphores);
  LOST(is_lost(device));
  return real(device, info, nanoseconds);
}
VKAPI_ATTR VkResult VKAPI_CALL vkGetSemaphoreCounterValue(VkDevice device, VkSemaphore semaphore,
                                                          std::uint64_t* value) {
  NEXT(vkGetSemaphoreCounterValue);
  LOST(is_lost(device));
  return real(device, semaphore, value);
}
VKAPI_ATTR VkResult VKAPI_CALL vkAcquireNextImageKHR(VkDevice device, VkSwapchainKHR swapchain,
                                                     std::uint64_t nanoseconds, VkSemaphore semaphore,
                                                     VkFence fence, std::uint32_t* index) {
  NEXT(vkAcquireNextImageKHR);
  LOST(is_lost(device));
  return real(device, swapchain, nanoseconds, semaphore, fence, index);
}
VKAPI_ATTR VkResult VKAPI_CALL vkGetQueryPoolResults(VkDevice device, VkQueryPool pool, std::uint32_t begin,
                                                     std::uint32_t count, std::size_t bytes, void* data,
                                                     VkDeviceSize stride, VkQueryResultFlags flags) {
  NEXT(vkGetQueryPoolResults);
  LOST(is_lost(device));
  return real(device, pool, begin, count, bytes, data, stride, flags);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetDeviceProcAddr(VkDevice device, const char* name);

/// A module asks for its functions by name.
VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetInstanceProcAddr(VkInstance instance, const char* name) {
  NEXT(vkGetInstanceProcAddr);
  if (std::string_view(name) == "vkGetInstanceProcAddr")
    return reinterpret_cast<PFN_vkVoidFunction>(&vkGetInstanceProcAddr);
  if (std::string_view(name) == "vkGetDeviceProcAddr")
    return reinterpret_cast<PFN_vkVoidFunction>(&vkGetDeviceProcAddr);
  const PFN_vkVoidFunction ours = vkGetDeviceProcAddr(VK_NULL_HANDLE, name);
  return ours ? ours : real(instance, name);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetDeviceProcAddr(VkDevice device, const char* name) {
  NEXT(vkGetDeviceProcAddr);
#define OURS(function) \
  if (!std::strcmp(name, #function)) return reinterpret_cast<PFN_vkVoidFunction>(&function)
  OURS(vkQueueSubmit2);
  OURS(vkQueuePresentKHR);
  OURS(vkDeviceWaitIdle);
  OURS(vkWaitSemaphores);
  OURS(vkGetSemaphoreCounterValue);
  OURS(vkAcquireNextImageKHR);
  OURS(vkGetQueryPoolResults);
  OURS(vkGetPhysicalDeviceProperties2);
  return device ? real(device, name) : nullptr;
}

}  // extern "C"
