// Linked into a test in front of the Vulkan loader. It gives lavapipe, whose memory is the host's, the export
// of memory and of timeline semaphores that the hand-off needs, and the UUID of CUDA's simulated device. The
// file behind a descriptor holds what the simulator imports. All other calls go on to the loader and its
// layers.

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vulkan/vulkan.h>

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime.h"

namespace {

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}
#define NEXT(name) static const auto real = next<PFN_##name>(#name)

constexpr const char* added[] = {VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME,
                                 VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME};

/// Takes a structure out of a chain while a call is made.
class Without {
 public:
  Without(const void* head, VkStructureType type) {
    auto* before = static_cast<VkBaseOutStructure*>(const_cast<void*>(head));
    for (; before && before->pNext; before = before->pNext)
      if (before->pNext->sType == type) {
        before_ = before;
        taken_ = before->pNext;
        before->pNext = taken_->pNext;
        return;
      }
  }
  ~Without() {
    if (taken_) before_->pNext = taken_;
  }
  Without(const Without&) = delete;
  Without& operator=(const Without&) = delete;
  bool found() const { return taken_ != nullptr; }

 private:
  VkBaseOutStructure *before_ = nullptr, *taken_ = nullptr;
};

struct Semaphore {
  VkDevice device;
  VkSemaphore semaphore;
};
bool wait(void* context, std::uint64_t value) {
  const auto& s = *static_cast<Semaphore*>(context);
  VkSemaphoreWaitInfo info{};
  info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO;
  info.semaphoreCount = 1;
  info.pSemaphores = &s.semaphore;
  info.pValues = &value;
  return vkWaitSemaphores(s.device, &info, 5'000'000) == VK_SUCCESS;
}
void signal(void* context, std::uint64_t value) {
  const auto& s = *static_cast<Semaphore*>(context);
  VkSemaphoreSignalInfo info{};
  info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO;
  info.semaphore = s.semaphore;
  info.value = value;
  static_cast<void>(vkSignalSemaphore(s.device, &info));
}

std::mutex mutex;
std::map<VkDeviceMemory, VkDeviceSize> exportable;  ///< allocated for export, with their sizes
std::map<VkDeviceMemory, void*> mapped;
std::map<VkSemaphore, std::unique_ptr<Semaphore>> semaphores;  ///< made for export

VkResult file_of(const simulator::ExportedPointer& exported, int* fd) {
  *fd = memfd_create("exported", MFD_CLOEXEC);
  return *fd >= 0 && pwrite(*fd, &exported, sizeof exported, 0) == sizeof exported
             ? VK_SUCCESS
             : VK_ERROR_TOO_MANY_OBJECTS;
}

VKAPI_ATTR VkResult VKAPI_CALL get_memory_fd(VkDevice device, const VkMemoryGetFdInfoKHR* info, int* fd) {
  const std::lock_guard lock(mutex);
  const auto found = exportable.find(info->memory);
  if (found == exportable.end()) return VK_ERROR_INVALID_EXTERNAL_HANDLE;
  void*& at = mapped[info->memory];
  if (!at) {
    const VkResult result = vkMapMemory(device, info->memory, 0, VK_WHOLE_SIZE, 0, &at);
    if (result != VK_SUCCESS) return result;
  }
  return file_of({.memory = at, .bytes = found->second}, fd);
}

VKAPI_ATTR VkResult VKAPI_CALL get_semaphore_fd(VkDevice, const VkSemaphoreGetFdInfoKHR* info, int* fd) {
  const std::lock_guard lock(mutex);
  const auto found = semaphores.find(info->semaphore);
  if (found == semaphores.end()) return VK_ERROR_INVALID_EXTERNAL_HANDLE;
  return file_of({.wait = wait, .signal = signal, .context = found->second.get()}, fd);
}

}  // namespace

extern "C" {

VKAPI_ATTR VkResult VKAPI_CALL vkEnumerateDeviceExtensionProperties(VkPhysicalDevice device,
                                                                    const char* layer, std::uint32_t* count,
                                                                    VkExtensionProperties* properties) {
  NEXT(vkEnumerateDeviceExtensionProperties);
  std::uint32_t own = 0;
  VkResult result = real(device, layer, &own, nullptr);
  if (result != VK_SUCCESS) return result;
  std::vector<VkExtensionProperties> all(own);
  result = real(device, layer, &own, all.data());
  for (const char* name : added) {
    all.emplace_back();
    std::strcpy(all.back().extensionName, name);
  }
  if (properties) std::copy_n(all.begin(), std::min<std::size_t>(*count, all.size()), properties);
  *count = static_cast<std::uint32_t>(all.size());
  return result;
}

VKAPI_ATTR void VKAPI_CALL vkGetPhysicalDeviceProperties2(VkPhysicalDevice device,
                                                          VkPhysicalDeviceProperties2* properties) {
  NEXT(vkGetPhysicalDeviceProperties2);
  real(device, properties);
  properties->properties.deviceType = VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU;
  for (auto* s = static_cast<VkBaseOutStructure*>(properties->pNext); s; s = s->pNext)
    if (s->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES)
      std::memcpy(reinterpret_cast<VkPhysicalDeviceVulkan11Properties*>(s)->deviceUUID, simulator::uuid,
                  VK_UUID_SIZE);
}

VKAPI_ATTR VkResult VKAPI_CALL vkCreateDevice(VkPhysicalDevice physical, const VkDeviceCreateInfo* create,
                                              const VkAllocationCallbacks* allocator, VkDevice* device) {
  NEXT(vkCreateDevice);
  std::vector<const char*> names;
  for (std::uint32_t i = 0; i < create->enabledExtensionCount; ++i) {
    const char* name = create->ppEnabledExtensionNames[i];
    if (std::strcmp(name, added[0]) != 0 && std::strcmp(name, added[1]) != 0) names.push_back(name);
  }
  VkDeviceCreateInfo info = *create;
  info.enabledExtensionCount = static_cast<std::uint32_t>(names.size());
  info.ppEnabledExtensionNames = names.data();
  return real(physical, &info, allocator, device);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetDeviceProcAddr(VkDevice device, const char* name) {
  NEXT(vkGetDeviceProcAddr);
  if (!std::strcmp(name, "vkGetMemoryFdKHR")) return reinterpret_cast<PFN_vkVoidFunction>(get_memory_fd);
  if (!std::strcmp(name, "vkGetSemaphoreFdKHR"))
    return reinterpret_cast<PFN_vkVoidFunction>(get_semaphore_fd);
  return real(device, name);
}

VKAPI_ATTR VkResult VKAPI_CALL vkCreateBuffer(VkDevice device, const VkBufferCreateInfo* info,
                                              const VkAllocationCallbacks* allocator, VkBuffer* buffer) {
  NEXT(vkCreateBuffer);
  const Without without(info, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO);
  return real(device, info, allocator, buffer);
}

VKAPI_ATTR VkResult VKAPI_CALL vkAllocateMemory(VkDevice device, const VkMemoryAllocateInfo* info,
                                                const VkAllocationCallbacks* allocator,
                                                VkDeviceMemory* memory) {
  NEXT(vkAllocateMemory);
  const Without without(info, VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO);
  const VkResult result = real(device, info, allocator, memory);
  const std::lock_guard lock(mutex);
  if (result == VK_SUCCESS && without.found()) exportable[*memory] = info->allocationSize;
  return result;
}

VKAPI_ATTR void VKAPI_CALL vkFreeMemory(VkDevice device, VkDeviceMemory memory,
                                        const VkAllocationCallbacks* allocator) {
  NEXT(vkFreeMemory);
  {
    const std::lock_guard lock(mutex);
    exportable.erase(memory);
    mapped.erase(memory);
  }
  real(device, memory, allocator);
}

VKAPI_ATTR void VKAPI_CALL vkGetPhysicalDeviceExternalBufferProperties(
    VkPhysicalDevice device, const VkPhysicalDeviceExternalBufferInfo* info,
    VkExternalBufferProperties* properties) {
  NEXT(vkGetPhysicalDeviceExternalBufferProperties);
  real(device, info, properties);
  if (info->handleType == VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT)
    properties->externalMemoryProperties.externalMemoryFeatures |= VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT;
}

VKAPI_ATTR void VKAPI_CALL vkGetPhysicalDeviceExternalSemaphoreProperties(
    VkPhysicalDevice device, const VkPhysicalDeviceExternalSemaphoreInfo* info,
    VkExternalSemaphoreProperties* properties) {
  NEXT(vkGetPhysicalDeviceExternalSemaphoreProperties);
  real(device, info, properties);
  if (info->handleType == VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT)
    properties->externalSemaphoreFeatures |= VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT;
}

VKAPI_ATTR VkResult VKAPI_CALL vkCreateSemaphore(VkDevice device, const VkSemaphoreCreateInfo* info,
                                                 const VkAllocationCallbacks* allocator,
                                                 VkSemaphore* semaphore) {
  NEXT(vkCreateSemaphore);
  const Without without(info, VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO);
  const VkResult result = real(device, info, allocator, semaphore);
  const std::lock_guard lock(mutex);
  if (result == VK_SUCCESS && without.found())
    semaphores[*semaphore] = std::make_unique<Semaphore>(Semaphore{device, *semaphore});
  return result;
}

VKAPI_ATTR void VKAPI_CALL vkDestroySemaphore(VkDevice device, VkSemaphore semaphore,
                                              const VkAllocationCallbacks* allocator) {
  NEXT(vkDestroySemaphore);
  {
    const std::lock_guard lock(mutex);
    semaphores.erase(semaphore);
  }
  real(device, semaphore, allocator);
}

}  // extern "C"
