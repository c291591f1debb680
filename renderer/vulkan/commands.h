#pragma once
// Command buffers, submissions and barriers. All functions that submit or wait must be called from the thread
// that uses the device's queue; errors throw core::Error or DeviceLost.

#include <vulkan/vulkan.h>

#include <functional>
#include <initializer_list>
#include <span>

#include "renderer/vulkan/memory.h"

namespace gpu {

/// One resettable command buffer with a pool of its own.
class CommandBuffer {
 public:
  CommandBuffer() = default;
  explicit CommandBuffer(const Device& device);
  /// Resets the buffer and begins recording. The caller has waited for the last submission of it.
  VkCommandBuffer begin();
  void end();
  VkCommandBuffer get() const { return commands_; }

 private:
  const Device* device_ = nullptr;
  UniqueCommandPool pool_;
  VkCommandBuffer commands_ = VK_NULL_HANDLE;
};

struct SemaphoreValue {
  VkSemaphore semaphore = VK_NULL_HANDLE;
  std::uint64_t value = 0;  ///< ignored where the semaphore is a binary one
};

/// Submits one command buffer to the device's queue. The work starts when all `waits` are reached, and
/// reaches all `signals` and `fence` at its end. Does not wait.
void submit(const Device& device, VkCommandBuffer commands, std::span<const SemaphoreValue> waits,
            std::span<const SemaphoreValue> signals, VkFence fence = VK_NULL_HANDLE);

/// Makes a timeline semaphore that starts at `value`. With `exported` another API can import it; the device
/// must then have been opened with external_memory.
UniqueSemaphore make_timeline(const Device& device, std::uint64_t value = 0, bool exported = false);
/// A new descriptor of a semaphore that was made with `exported`. The caller owns it.
core::ExportedSemaphore export_timeline(const Device& device, VkSemaphore semaphore);
/// Signals from the host.
void signal_timeline(const Device& device, VkSemaphore semaphore, std::uint64_t value);
/// Blocks until the semaphore has reached `value`. Throws DeviceLost for a lost device, and Error where
/// `seconds` have passed.
void wait_timeline(const Device& device, VkSemaphore semaphore, std::uint64_t value, double seconds = 120);
/// The same, but returns false where `seconds` have passed.
bool try_wait_timeline(const Device& device, VkSemaphore semaphore, std::uint64_t value, double seconds);

/// Records commands, submits them and waits for them. For loading and tests: it is too slow for frames.
void run_once(const Device& device, const std::function<void(VkCommandBuffer)>& record);

/// How a pass uses memory.
enum class Access { attachment, compute, shader_read, transfer, host_read, host_write, all };

/// Records one memory barrier: everything that was written by uses of kind `before` becomes visible to those
/// of kind `after` that follow.
void barrier(VkCommandBuffer commands, Access before, Access after);

/// Passes ownership of buffers between this queue and another API (VK_QUEUE_FAMILY_EXTERNAL). Record a
/// release after this side's last access and an acquire before its first. Neither is needed where no other
/// API uses the buffers.
enum class Transfer { release, acquire };
void transfer_ownership(const Device& device, VkCommandBuffer commands,
                        std::initializer_list<const Buffer*> buffers, Transfer direction);

/// Records the transition of images from UNDEFINED to GENERAL, which loses their contents. Do it once, after
/// creation.
void to_general(VkCommandBuffer commands, std::initializer_list<const Image*> images);
/// Records the transition of all levels and layers between two layouts.
void transition(VkCommandBuffer commands, const Image& image, VkImageLayout from, VkImageLayout to);
void transition(VkCommandBuffer commands, VkImage image, VkImageLayout from, VkImageLayout to);

/// Fills an image through a staging buffer and waits. `texels` holds all levels, tightly packed, the largest
/// first. The image is then in SHADER_READ_ONLY.
void upload_image(const Device& device, const Image& image, std::span<const std::byte> texels);
/// Makes a device-local buffer with this content, and waits until it is there.
Buffer upload_buffer(const Device& device, std::span<const std::byte> bytes, VkBufferUsageFlags usage,
                     const char* name);

}  // namespace gpu
