#pragma once
// The Vulkan instance and device, the one graphics queue, and what the validation layer said.

#include <vulkan/vulkan.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "renderer/vulkan/check.h"
#include "renderer/vulkan/external_queue.h"

namespace gpu {

struct DeviceInfo {
  std::string name, driver;  ///< driver: name and version as text
  std::uint32_t index = 0;   ///< order of enumeration, for --device
  VkPhysicalDeviceType type = VK_PHYSICAL_DEVICE_TYPE_OTHER;
  std::array<std::uint8_t, VK_UUID_SIZE> uuid{};  ///< CUDA's device has the same one
  std::string unusable;                           ///< why it cannot run the program; empty when it can
};

struct DeviceOptions {
  std::string device = {};  ///< part of a name, or an index; empty: discrete before integrated before CPU
  bool validation = false;  ///< fails where the layer is not installed
  bool external_memory = false;  ///< chain export structures: only for CUDA (lavapipe exports no semaphores)
  /// Let CUDA's context join the device's, where the driver offers it; not with validation, whose layer does
  /// not know the extension in Debian's versions.
  bool joined_contexts = false;
  std::vector<const char*> instance_extensions = {};  ///< what the window system asks for; empty: headless
};

/// All devices of this machine, the usable and the others with the reason.
std::vector<DeviceInfo> list_devices();

/// What device memory is there for.
enum class MemoryOwner : std::uint8_t { textures, geometry, targets, shared_frame, constants };
inline constexpr std::size_t memory_owners = 5;
const char* name_of(MemoryOwner owner);

/// What the driver says of all heaps together (VK_EXT_memory_budget); zeros where it says nothing.
struct HeapUse {
  std::uint64_t used = 0, budget = 0;  ///< bytes, of this process
};

/// What was made so far, and how often the host stood still: what a frame must not do when a slider moves.
struct Made {
  std::uint64_t allocations = 0, pipelines = 0, waits = 0;
  friend bool operator==(const Made&, const Made&) = default;
};

/// The GPU's clock and the CPU's at one moment.
struct Clocks {
  std::uint64_t ticks = 0;  ///< as timestamp queries count them
  std::chrono::steady_clock::time_point host;
};

/// Owns instance, device and queue. Not movable: everything else points to it.
class Device {
 public:
  explicit Device(const DeviceOptions& options = {});
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  VkInstance instance() const { return instance_; }
  VkPhysicalDevice physical() const { return physical_; }
  VkDevice handle() const { return device_; }
  VkQueue queue() const { return queue_; }
  std::uint32_t queue_family() const { return queue_family_; }
  const DeviceInfo& info() const { return info_; }
  const VkPhysicalDeviceLimits& limits() const { return limits_; }
  bool is_cpu() const { return info_.type == VK_PHYSICAL_DEVICE_TYPE_CPU; }
  bool external_memory() const { return external_memory_; }
  /// What CUDA's context joins this device with; empty where it cannot.
  std::vector<std::byte> external_queue() const {
    return external_queue_ ? external_queue_->data() : std::vector<std::byte>{};
  }
  float max_anisotropy() const;

  /// Memory type for the wanted properties, or the best that has all `required` ones. Throws when none has.
  std::uint32_t memory_type(std::uint32_t allowed_bits, VkMemoryPropertyFlags required,
                            VkMemoryPropertyFlags preferred = 0) const;
  VkMemoryPropertyFlags memory_flags(std::uint32_t type) const {
    return memory_.memoryTypes[type].propertyFlags;
  }

  /// Counts memory before it is allocated. Throws where the device cannot hold `bytes` more: a driver on the
  /// processor would go on until the system kills the program.
  void reserve(std::uint64_t bytes, const char* name, MemoryOwner owner) const;
  void release(std::uint64_t bytes, MemoryOwner owner) const {
    allocated_ -= bytes;
    owned_[static_cast<std::size_t>(owner)] -= bytes;
  }
  std::uint64_t allocated() const { return allocated_; }
  std::uint64_t allocated(MemoryOwner owner) const { return owned_[static_cast<std::size_t>(owner)]; }
  HeapUse heap_use() const;

  void wait_idle() const;
  Made made() const { return {allocations_, pipelines_, waits_}; }
  void count_pipeline() const { ++pipelines_; }

  /// By VK_EXT_calibrated_timestamps; nothing where the device has it not.
  std::optional<Clocks> clocks() const;

  /// Warnings and errors of the validation layer since the start; tests and --validation demand 0.
  std::uint32_t validation_messages() const;
  /// Throws with the first message where the validation layer has complained.
  void expect_valid() const;

  PFN_vkGetMemoryFdKHR get_memory_fd = nullptr;  ///< null without external_memory()
  PFN_vkGetSemaphoreFdKHR get_semaphore_fd = nullptr;
  PFN_vkCmdPushDescriptorSetKHR push_descriptors = nullptr;
  PFN_vkCmdBeginDebugUtilsLabelEXT begin_label = nullptr;  ///< null without VK_EXT_debug_utils
  PFN_vkCmdEndDebugUtilsLabelEXT end_label = nullptr;
  PFN_vkSetDebugUtilsObjectNameEXT set_name = nullptr;

 private:
  struct Messages;
  void create_instance(const DeviceOptions& options);
  void create_device(const DeviceOptions& options);
  void destroy();
  std::uint64_t memory_budget() const;

  std::unique_ptr<Messages> messages_;
  VkInstance instance_ = VK_NULL_HANDLE;
  VkDebugUtilsMessengerEXT messenger_ = VK_NULL_HANDLE;
  VkPhysicalDevice physical_ = VK_NULL_HANDLE;
  VkDevice device_ = VK_NULL_HANDLE;
  VkQueue queue_ = VK_NULL_HANDLE;
  std::optional<ExternalQueue> external_queue_;
  std::uint32_t queue_family_ = 0;
  DeviceInfo info_;
  VkPhysicalDeviceLimits limits_{};
  VkPhysicalDeviceMemoryProperties memory_{};
  std::uint64_t budget_ = 0;  ///< bytes
  mutable std::atomic<std::uint64_t> allocated_ = 0;
  mutable std::array<std::atomic<std::uint64_t>, memory_owners> owned_{};
  mutable std::atomic<std::uint64_t> allocations_ = 0, pipelines_ = 0, waits_ = 0;
  PFN_vkGetCalibratedTimestampsEXT get_calibrated_timestamps_ = nullptr;
  bool heap_budgets_ = false, external_memory_ = false, presents_ = false, debug_utils_ = false;
};

}  // namespace gpu
