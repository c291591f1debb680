#pragma once
// Vulkan's functions, found at run time, and their errors as exceptions: the module links no loader.

#include <vulkan/vulkan.h>

#include <utility>

#include "core/error.h"

namespace compute::vulkan {

#define NEURASTER_INSTANCE_FUNCTIONS(F) \
  F(GetDeviceProcAddr)                  \
  F(GetPhysicalDeviceMemoryProperties)  \
  F(GetPhysicalDeviceProperties2)       \
  F(GetPhysicalDeviceQueueFamilyProperties)

#define NEURASTER_DEVICE_FUNCTIONS(F) \
  F(AllocateCommandBuffers)           \
  F(AllocateDescriptorSets)           \
  F(AllocateMemory)                   \
  F(BeginCommandBuffer)               \
  F(BindBufferMemory)                 \
  F(CmdBindDescriptorSets)            \
  F(CmdBindPipeline)                  \
  F(CmdCopyBuffer)                    \
  F(CmdDispatch)                      \
  F(CmdFillBuffer)                    \
  F(CmdPipelineBarrier2)              \
  F(CmdPushConstants)                 \
  F(CmdResetQueryPool)                \
  F(CmdWriteTimestamp2)               \
  F(CreateBuffer)                     \
  F(CreateCommandPool)                \
  F(CreateComputePipelines)           \
  F(CreateDescriptorPool)             \
  F(CreateDescriptorSetLayout)        \
  F(CreatePipelineLayout)             \
  F(CreateQueryPool)                  \
  F(CreateSemaphore)                  \
  F(CreateShaderModule)               \
  F(DestroyBuffer)                    \
  F(DestroyCommandPool)               \
  F(DestroyDescriptorPool)            \
  F(DestroyDescriptorSetLayout)       \
  F(DestroyPipeline)                  \
  F(DestroyPipelineLayout)            \
  F(DestroyQueryPool)                 \
  F(DestroySemaphore)                 \
  F(DestroyShaderModule)              \
  F(EndCommandBuffer)                 \
  F(FreeMemory)                       \
  F(GetBufferDeviceAddress)           \
  F(GetBufferMemoryRequirements)      \
  F(GetQueryPoolResults)              \
  F(GetSemaphoreCounterValue)         \
  F(MapMemory)                        \
  F(QueueSubmit2)                     \
  F(ResetCommandPool)                 \
  F(UpdateDescriptorSets)             \
  F(WaitSemaphores)

/// Vulkan's functions without their prefix. Filled in by Device.
struct Api {
  PFN_vkGetInstanceProcAddr GetInstanceProcAddr = nullptr;
#define NEURASTER_DECLARE(name) PFN_vk##name name = nullptr;
  NEURASTER_INSTANCE_FUNCTIONS(NEURASTER_DECLARE)
  NEURASTER_DEVICE_FUNCTIONS(NEURASTER_DECLARE)
#undef NEURASTER_DECLARE
};

/// Throws core::Error with `what` and Vulkan's result unless the call succeeded.
void check(VkResult result, const char* what);

/// Owns a Vulkan object of a device; Destroy is a member of Api.
template <typename Handle, auto Destroy>
class Owned {
 public:
  Owned() = default;
  Owned(const Api& api, VkDevice device, Handle handle) : api_(&api), device_(device), handle_(handle) {}
  ~Owned() {
    if (handle_) (api_->*Destroy)(device_, handle_, nullptr);
  }
  Owned(Owned&& other) noexcept { swap(other); }
  Owned& operator=(Owned&& other) noexcept {
    swap(other);
    return *this;
  }
  Handle get() const { return handle_; }

 private:
  void swap(Owned& other) noexcept {
    std::swap(api_, other.api_);
    std::swap(device_, other.device_);
    std::swap(handle_, other.handle_);
  }
  const Api* api_ = nullptr;
  VkDevice device_ = VK_NULL_HANDLE;
  Handle handle_ = VK_NULL_HANDLE;
};

}  // namespace compute::vulkan
