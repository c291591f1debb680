#pragma once
// The Vulkan instance and device, its graphics queue with one for computing beside it, and the messages of
// the validation layer.

#include <vulkan/vulkan.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "renderer/vulkan/check.h"
#include "renderer/vulkan/compute_support.h"
#include "renderer/vulkan/external_queue.h"

namespace gpu {

struct DeviceInfo {
  std::string name, driver;  ///< `driver` holds its name and version
  std::uint32_t index = 0;   ///< position in the order of enumeration, for --device
  VkPhysicalDeviceType type = VK_PHYSICAL_DEVICE_TYPE_OTHER;
  std::uint32_t vendor = 0;                       ///< on the PCI bus
  std::array<std::uint8_t, VK_UUID_SIZE> uuid{};  ///< the same as that of CUDA's device for this GPU
  std::string unusable;                           ///< why it cannot run the program; empty when it can
};

struct DeviceOptions {
  std::string device = {};       ///< part of a name, or an index; empty takes what preference() says
  bool validation = false;       ///< switch the validation layer on; opening fails where it is not installed
  bool synchronization = false;  ///< with `validation`: let it look for missing barriers too, which is slow
  bool external_memory = false;  ///< allow exports to CUDA; lavapipe cannot export semaphores
  /// Let CUDA's context join this device's where the driver offers that. Has no effect together with
  /// `validation`: the layer in Debian's versions does not know the extension.
  bool joined_contexts = false;
  std::vector<const char*> instance_extensions =
      {};  ///< those that the window system needs; empty without a window
};

/// All Vulkan devices of this machine. Those that cannot run the program say why in `unusable`. Throws
/// core::Error where there is no Vulkan.
std::vector<DeviceInfo> list_devices();

/// What a piece of device memory is used for.
enum class MemoryOwner : std::uint8_t { textures, geometry, targets, shared_frame, constants };
inline constexpr std::size_t memory_owners = 5;
const char* name_of(MemoryOwner owner);  ///< for people

/// This process's use of all memory heaps together, as the driver reports it (VK_EXT_memory_budget). Zeros
/// where it reports nothing.
struct HeapUse {
  std::uint64_t used = 0, budget = 0;  ///< bytes
};

/// How many allocations and pipelines were made so far, and how often the host waited for the device to be
/// idle. Tests use it to show that a moved slider causes none of these.
struct Made {
  std::uint64_t allocations = 0, pipelines = 0, waits = 0;
  friend bool operator==(const Made&, const Made&) = default;
};

/// The GPU's clock and the CPU's clock, read at the same moment.
struct Clocks {
  std::uint64_t ticks = 0;  ///< in the unit of timestamp queries
  std::chrono::steady_clock::time_point host;
};

/// Owns instance, device and queue. It cannot be moved, because everything else points to it, and must
/// outlive all that was made from it. Use it from one thread, except where a function says otherwise.
class Device {
 public:
  /// Throws core::Error where no device fits the options, with the devices that there are.
  explicit Device(const DeviceOptions& options = {});
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  VkInstance instance() const { return instance_; }
  VkPhysicalDevice physical() const { return physical_; }
  VkDevice handle() const { return device_; }
  VkQueue queue() const { return queue_; }
  std::uint32_t queue_family() const { return queue_family_; }
  /// The queue for a backend that computes on this device, and its family. It may be the graphics queue.
  VkQueue compute_queue() const { return compute_queue_; }
  std::uint32_t compute_family() const { return compute_family_; }
  /// Held while work is submitted to one of the queues, and while the host waits for all of them.
  std::mutex& queue_mutex() const { return queue_mutex_; }
  const ComputeSupport& compute() const { return compute_; }
  const DeviceInfo& info() const { return info_; }
  const VkPhysicalDeviceLimits& limits() const { return limits_; }
  bool is_cpu() const { return info_.type == VK_PHYSICAL_DEVICE_TYPE_CPU; }
  bool external_memory() const { return external_memory_; }
  /// The data by which CUDA's context joins this device (CUctxCigParam); empty where it cannot.
  std::vector<std::byte> external_queue() const {
    return external_queue_ ? external_queue_->data() : std::vector<std::byte>{};
  }
  float max_anisotropy() const;

  /// The index of a memory type out of `allowed_bits` that has the `required` properties and, where possible,
  /// the `preferred` ones too. Throws core::Error where no type has the required ones.
  std::uint32_t memory_type(std::uint32_t allowed_bits, VkMemoryPropertyFlags required,
                            VkMemoryPropertyFlags preferred = 0) const;
  VkMemoryPropertyFlags memory_flags(std::uint32_t type) const {
    return memory_.memoryTypes[type].propertyFlags;
  }

  /// Counts memory before it is allocated. Throws core::Error with `name` where the device cannot hold
  /// `bytes` more: a driver that runs on the processor would allocate until the system kills the program.
  /// Thread-safe, as are the other counters.
  void reserve(std::uint64_t bytes, const char* name, MemoryOwner owner) const;
  void release(std::uint64_t bytes, MemoryOwner owner) const {
    allocated_ -= bytes;
    owned_[static_cast<std::size_t>(owner)] -= bytes;
  }
  std::uint64_t allocated() const { return allocated_; }
  std::uint64_t allocated(MemoryOwner owner) const { return owned_[static_cast<std::size_t>(owner)]; }
  HeapUse heap_use() const;

  /// Blocks until all queues have finished everything. Throws DeviceLost.
  void wait_idle() const;
  Made made() const { return {allocations_, pipelines_, waits_}; }
  void count_pipeline() const { ++pipelines_; }

  /// Reads both clocks by VK_EXT_calibrated_timestamps; nothing where the device does not have that
  /// extension.
  std::optional<Clocks> clocks() const;

  /// The number of warnings and errors of the validation layer since the start. Tests and --validation demand
  /// 0.
  std::uint32_t validation_messages() const;
  /// Throws core::Error with the first message where the validation layer has reported any.
  void expect_valid() const;

  PFN_vkGetMemoryFdKHR get_memory_fd = nullptr;  ///< null without external_memory()
  PFN_vkGetSemaphoreFdKHR get_semaphore_fd = nullptr;
  PFN_vkCmdPushDescriptorSetKHR push_descriptors = nullptr;
  PFN_vkWaitForPresentKHR wait_for_present = nullptr;      ///< null without a window or VK_KHR_present_wait
  PFN_vkCmdBeginDebugUtilsLabelEXT begin_label = nullptr;  ///< null without VK_EXT_debug_utils
  PFN_vkCmdEndDebugUtilsLabelEXT end_label = nullptr;
  PFN_vkSetDebugUtilsObjectNameEXT set_name = nullptr;

 private:
  struct Messages;
  void create_instance(const DeviceOptions& options);
  void create_device(const DeviceOptions& options);
  void load_functions(bool calibrated);
  void destroy();
  std::uint64_t memory_budget() const;

  std::unique_ptr<Messages> messages_;
  VkInstance instance_ = VK_NULL_HANDLE;
  VkDebugUtilsMessengerEXT messenger_ = VK_NULL_HANDLE;
  VkPhysicalDevice physical_ = VK_NULL_HANDLE;
  VkDevice device_ = VK_NULL_HANDLE;
  VkQueue queue_ = VK_NULL_HANDLE, compute_queue_ = VK_NULL_HANDLE;
  std::optional<ExternalQueue> external_queue_;
  std::uint32_t queue_family_ = 0, compute_family_ = 0;
  mutable std::mutex queue_mutex_;
  ComputeSupport compute_;
  DeviceInfo info_;
  VkPhysicalDeviceLimits limits_{};
  VkPhysicalDeviceMemoryProperties memory_{};
  std::uint64_t budget_ = 0;  ///< bytes
  mutable std::atomic<std::uint64_t> allocated_ = 0;
  mutable std::array<std::atomic<std::uint64_t>, memory_owners> owned_{};
  mutable std::atomic<std::uint64_t> allocations_ = 0, pipelines_ = 0, waits_ = 0;
  PFN_vkGetCalibratedTimestampsEXT get_calibrated_timestamps_ = nullptr;
  bool heap_budgets_ = false, external_memory_ = false, presents_ = false, debug_utils_ = false,
       present_wait_ = false;
};

}  // namespace gpu
