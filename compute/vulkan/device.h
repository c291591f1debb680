#pragma once
// The device that the backend computes on: the renderer's, by its handles.

#include <cstdint>
#include <mutex>
#include <string>

#include "compute/backend.h"
#include "compute/vulkan/api.h"

namespace compute::vulkan {

/// What the choice of a product and the sizes of work depend on.
struct DeviceFacts {
  std::string name, driver;
  bool is_cpu = false;
  bool float16 = false;   ///< arithmetic in halfs is enabled
  bool matrices = false;  ///< cooperative matrices of our shader's shape and types are enabled
  std::uint32_t subgroup_size = 0;
  std::uint32_t shared_bytes = 0;  ///< of a work group
  std::uint32_t uniform_alignment = 256;
  double nanoseconds_per_tick = 0;  ///< of timestamps; 0: the queue has none
  std::uint64_t tick_mask = 0;      ///< the bits of a timestamp that count
};

/// It cannot be moved, since everything else points to it, and outlives all that was made from it.
class Device {
 public:
  /// Throws core::Error with one sentence where the options name no device.
  explicit Device(const BackendOptions& options);
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const Api& api() const { return api_; }
  VkDevice handle() const { return device_; }
  std::uint32_t queue_family() const { return queue_family_; }
  const DeviceFacts& facts() const { return facts_; }

  /// Submits, with the lock of a shared queue held. Throws core::Error.
  void submit(const VkSubmitInfo2& info) const;
  /// Returns the index of a memory type with the `required` properties and, where possible, the `preferred`
  /// ones.
  std::uint32_t memory_type(std::uint32_t allowed_bits, VkMemoryPropertyFlags required,
                            VkMemoryPropertyFlags preferred) const;

 private:
  void take(const VulkanDevice& given);
  void ask();

  Api api_;
  VkPhysicalDevice physical_ = VK_NULL_HANDLE;
  VkDevice device_ = VK_NULL_HANDLE;
  VkQueue queue_ = VK_NULL_HANDLE;
  std::uint32_t queue_family_ = 0;
  std::mutex* queue_lock_ = nullptr;
  DeviceFacts facts_;
  VkPhysicalDeviceMemoryProperties memory_{};
};

}  // namespace compute::vulkan
