#pragma once
// Command buffers, submissions and barriers.

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
  /// Resets and begins; the caller has waited for the last submission.
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
  std::uint64_t value = 0;  ///< ignored for binary ones
};

void submit(const Device& device, VkCommandBuffer commands, std::span<const SemaphoreValue> waits,
            std::span<const SemaphoreValue> signals, VkFence fence = VK_NULL_HANDLE);

/// `exported`: another API can import it; the device was opened with external memory.
UniqueSemaphore make_timeline(const Device& device, std::uint64_t value = 0, bool exported = false);
core::ExportedSemaphore export_timeline(const Device& device, VkSemaphore semaphore);
/// By the host.
void signal_timeline(const Device& device, VkSemaphore semaphore, std::uint64_t value);
/// Throws DeviceLost, or Error after `seconds`.
void wait_timeline(const Device& device, VkSemaphore semaphore, std::uint64_t value, double seconds = 120);
/// False where `seconds` were not enough.
bool try_wait_timeline(const Device& device, VkSemaphore semaphore, std::uint64_t value, double seconds);

/// Records, submits and waits: for loading and tests, not for frames.
void run_once(const Device& device, const std::function<void(VkCommandBuffer)>& record);

/// What a pass did or is about to do with memory.
enum class Access { attachment, compute, shader_read, transfer, host_read, host_write, all };

/// One memory barrier: everything that `before` wrote is visible to `after`.
void barrier(VkCommandBuffer commands, Access before, Access after);

/// Hands buffers between this queue and another API (VK_QUEUE_FAMILY_EXTERNAL): a release after the last
/// access of this side, an acquire before the first. Where there is no other API neither is needed.
enum class Transfer { release, acquire };
void transfer_ownership(const Device& device, VkCommandBuffer commands,
                        std::initializer_list<const Buffer*> buffers, Transfer direction);

/// UNDEFINED to GENERAL (contents are lost): once after creation, for any number of images.
void to_general(VkCommandBuffer commands, std::initializer_list<const Image*> images);
void transition(VkCommandBuffer commands, const Image& image, VkImageLayout from, VkImageLayout to);
void transition(VkCommandBuffer commands, VkImage image, VkImageLayout from, VkImageLayout to);

/// Fills an image by a staging copy; `texels` holds all levels, packed. Leaves it in SHADER_READ_ONLY.
void upload_image(const Device& device, const Image& image, std::span<const std::byte> texels);
/// A device-local buffer with this content.
Buffer upload_buffer(const Device& device, std::span<const std::byte> bytes, VkBufferUsageFlags usage,
                     const char* name);

}  // namespace gpu
