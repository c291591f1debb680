#pragma once
// Turns Vulkan's results into exceptions, and owns Vulkan's handles.

#include <vulkan/vulkan.h>

#include <utility>

#include "core/error.h"

namespace gpu {

/// The result in words, "out of device memory".
const char* result_name(VkResult result);

/// The device was lost: nothing that was made on it can be used any more.
class DeviceLost : public core::Error {
 public:
  using core::Error::Error;
};

/// Throws unless `result` is VK_SUCCESS: core::Error with `what`, the result in words and its number, or
/// DeviceLost for a lost device.
void check(VkResult result, const char* what);

/// Owns a handle and destroys it by Destroy(device, handle, nullptr). Move-only. The device must outlive it.
template <typename T, auto Destroy>
class Unique {
 public:
  Unique() = default;
  Unique(VkDevice device, T handle) : device_(device), handle_(handle) {}
  ~Unique() { reset(); }
  Unique(Unique&& other) noexcept
      : device_(other.device_), handle_(std::exchange(other.handle_, T(VK_NULL_HANDLE))) {}
  Unique& operator=(Unique&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  T get() const { return handle_; }
  const T* address() const { return &handle_; }
  explicit operator bool() const { return handle_ != T(VK_NULL_HANDLE); }
  void reset() {
    if (handle_ != T(VK_NULL_HANDLE)) Destroy(device_, handle_, nullptr);
    handle_ = T(VK_NULL_HANDLE);
  }

 private:
  VkDevice device_ = VK_NULL_HANDLE;
  T handle_ = T(VK_NULL_HANDLE);
};

using UniqueSemaphore = Unique<VkSemaphore, vkDestroySemaphore>;
using UniqueSampler = Unique<VkSampler, vkDestroySampler>;
using UniquePipeline = Unique<VkPipeline, vkDestroyPipeline>;
using UniquePipelineLayout = Unique<VkPipelineLayout, vkDestroyPipelineLayout>;
using UniqueDescriptorSetLayout = Unique<VkDescriptorSetLayout, vkDestroyDescriptorSetLayout>;
using UniqueDescriptorPool = Unique<VkDescriptorPool, vkDestroyDescriptorPool>;
using UniqueShaderModule = Unique<VkShaderModule, vkDestroyShaderModule>;
using UniqueCommandPool = Unique<VkCommandPool, vkDestroyCommandPool>;
using UniqueQueryPool = Unique<VkQueryPool, vkDestroyQueryPool>;
using UniqueImageView = Unique<VkImageView, vkDestroyImageView>;

}  // namespace gpu
