#include "renderer/vulkan/commands.h"

#include <cstring>
#include <vector>

namespace gpu {
namespace {

struct Scope {
  VkPipelineStageFlags2 stage;
  VkAccessFlags2 access;
};

Scope scope_of(Access access) {
  switch (access) {
    case Access::attachment:
      return {VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT | VK_PIPELINE_STAGE_2_EARLY_FRAGMENT_TESTS_BIT |
                  VK_PIPELINE_STAGE_2_LATE_FRAGMENT_TESTS_BIT,
              VK_ACCESS_2_COLOR_ATTACHMENT_READ_BIT | VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT |
                  VK_ACCESS_2_DEPTH_STENCIL_ATTACHMENT_READ_BIT |
                  VK_ACCESS_2_DEPTH_STENCIL_ATTACHMENT_WRITE_BIT};
    case Access::compute:
      return {VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
              VK_ACCESS_2_SHADER_READ_BIT | VK_ACCESS_2_SHADER_WRITE_BIT};
    case Access::shader_read:
      return {VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT,
              VK_ACCESS_2_SHADER_READ_BIT};
    case Access::transfer:
      return {VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
              VK_ACCESS_2_TRANSFER_READ_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT};
    case Access::host_read:
      return {VK_PIPELINE_STAGE_2_HOST_BIT, VK_ACCESS_2_HOST_READ_BIT};
    case Access::host_write:
      return {VK_PIPELINE_STAGE_2_HOST_BIT, VK_ACCESS_2_HOST_WRITE_BIT};
    case Access::all:
      return {VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
              VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT};
  }
  return {};
}

void image_barrier(VkCommandBuffer commands, std::span<const VkImageMemoryBarrier2> barriers) {
  VkDependencyInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO;
  info.imageMemoryBarrierCount = static_cast<std::uint32_t>(barriers.size());
  info.pImageMemoryBarriers = barriers.data();
  vkCmdPipelineBarrier2(commands, &info);
}

VkImageMemoryBarrier2 layout_change(VkImage image, VkImageAspectFlags aspect, VkImageLayout from,
                                    VkImageLayout to) {
  const Scope all = scope_of(Access::all);
  VkImageMemoryBarrier2 change{};
  change.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2;
  change.srcStageMask = change.dstStageMask = all.stage;
  change.srcAccessMask = VK_ACCESS_2_MEMORY_WRITE_BIT;
  change.dstAccessMask = all.access;
  change.oldLayout = from;
  change.newLayout = to;
  change.srcQueueFamilyIndex = change.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
  change.image = image;
  change.subresourceRange = {aspect, 0, VK_REMAINING_MIP_LEVELS, 0, VK_REMAINING_ARRAY_LAYERS};
  return change;
}

}  // namespace

CommandBuffer::CommandBuffer(const Device& device) : device_(&device) {
  VkCommandPoolCreateInfo pool{};
  pool.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
  pool.queueFamilyIndex = device.queue_family();
  VkCommandPool handle = VK_NULL_HANDLE;
  check(vkCreateCommandPool(device.handle(), &pool, nullptr, &handle), "cannot create a command pool");
  pool_ = UniqueCommandPool(device.handle(), handle);
  VkCommandBufferAllocateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
  info.commandPool = handle;
  info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  info.commandBufferCount = 1;
  check(vkAllocateCommandBuffers(device.handle(), &info, &commands_), "cannot allocate a command buffer");
}

VkCommandBuffer CommandBuffer::begin() {
  check(vkResetCommandPool(device_->handle(), pool_.get(), 0), "cannot reset a command pool");
  VkCommandBufferBeginInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
  info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
  check(vkBeginCommandBuffer(commands_, &info), "cannot begin a command buffer");
  return commands_;
}

void CommandBuffer::end() {
  check(vkEndCommandBuffer(commands_), "cannot record commands");
}

void submit(const Device& device, VkCommandBuffer commands, std::span<const SemaphoreValue> waits,
            std::span<const SemaphoreValue> signals, VkFence fence) {
  const auto infos = [](std::span<const SemaphoreValue> values) {
    std::vector<VkSemaphoreSubmitInfo> result;
    for (const SemaphoreValue& value : values) {
      VkSemaphoreSubmitInfo info{};
      info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO;
      info.semaphore = value.semaphore;
      info.value = value.value;
      info.stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
      result.push_back(info);
    }
    return result;
  };
  const auto wait_infos = infos(waits), signal_infos = infos(signals);
  VkCommandBufferSubmitInfo buffer{};
  buffer.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO;
  buffer.commandBuffer = commands;
  VkSubmitInfo2 info{};
  info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2;
  info.waitSemaphoreInfoCount = static_cast<std::uint32_t>(wait_infos.size());
  info.pWaitSemaphoreInfos = wait_infos.data();
  info.commandBufferInfoCount = 1;
  info.pCommandBufferInfos = &buffer;
  info.signalSemaphoreInfoCount = static_cast<std::uint32_t>(signal_infos.size());
  info.pSignalSemaphoreInfos = signal_infos.data();
  const std::lock_guard lock(device.queue_mutex());
  check(vkQueueSubmit2(device.queue(), 1, &info, fence), "cannot submit a frame");
}

UniqueSemaphore make_timeline(const Device& device, std::uint64_t value, bool exported) {
  VkExportSemaphoreCreateInfo exporting{};
  exporting.sType = VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO;
  exporting.handleTypes = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT;
  VkSemaphoreTypeCreateInfo type{};
  type.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO;
  type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
  type.initialValue = value;
  if (exported) type.pNext = &exporting;
  VkSemaphoreCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO;
  info.pNext = &type;
  VkSemaphore semaphore = VK_NULL_HANDLE;
  check(vkCreateSemaphore(device.handle(), &info, nullptr, &semaphore), "cannot create a timeline semaphore");
  return {device.handle(), semaphore};
}

core::ExportedSemaphore export_timeline(const Device& device, VkSemaphore semaphore) {
  VkSemaphoreGetFdInfoKHR info{};
  info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_GET_FD_INFO_KHR;
  info.semaphore = semaphore;
  info.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT;
  int fd = -1;
  check(device.get_semaphore_fd(device.handle(), &info, &fd), "cannot export a semaphore");
  return {core::UniqueFd(fd)};
}

void signal_timeline(const Device& device, VkSemaphore semaphore, std::uint64_t value) {
  VkSemaphoreSignalInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO, nullptr, semaphore, value};
  check(vkSignalSemaphore(device.handle(), &info), "cannot signal a semaphore");
}

void wait_timeline(const Device& device, VkSemaphore semaphore, std::uint64_t value, double seconds) {
  if (!try_wait_timeline(device, semaphore, value, seconds))
    core::fail("a frame did not finish within {} s", seconds);
}

bool try_wait_timeline(const Device& device, VkSemaphore semaphore, std::uint64_t value, double seconds) {
  VkSemaphoreWaitInfo info{};
  info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO;
  info.semaphoreCount = 1;
  info.pSemaphores = &semaphore;
  info.pValues = &value;
  const VkResult result = vkWaitSemaphores(device.handle(), &info, static_cast<std::uint64_t>(seconds * 1e9));
  check(result, "cannot wait for a frame");
  return result != VK_TIMEOUT;
}

void run_once(const Device& device, const std::function<void(VkCommandBuffer)>& record) {
  CommandBuffer commands(device);
  record(commands.begin());
  commands.end();
  submit(device, commands.get(), {}, {});
  device.wait_idle();
}

void barrier(VkCommandBuffer commands, Access before, Access after) {
  const Scope from = scope_of(before), to = scope_of(after);
  VkMemoryBarrier2 memory{};
  memory.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2;
  memory.srcStageMask = from.stage;
  memory.srcAccessMask =
      from.access & ~(VK_ACCESS_2_SHADER_READ_BIT | VK_ACCESS_2_TRANSFER_READ_BIT |
                      VK_ACCESS_2_HOST_READ_BIT | VK_ACCESS_2_MEMORY_READ_BIT |
                      VK_ACCESS_2_COLOR_ATTACHMENT_READ_BIT | VK_ACCESS_2_DEPTH_STENCIL_ATTACHMENT_READ_BIT);
  memory.dstStageMask = to.stage;
  memory.dstAccessMask = to.access;
  VkDependencyInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO;
  info.memoryBarrierCount = 1;
  info.pMemoryBarriers = &memory;
  vkCmdPipelineBarrier2(commands, &info);
}

void transfer_ownership(const Device& device, VkCommandBuffer commands,
                        std::initializer_list<const Buffer*> buffers, Transfer direction) {
  const Scope all = scope_of(Access::all);
  const bool release = direction == Transfer::release;
  std::vector<VkBufferMemoryBarrier2> barriers;
  for (const Buffer* buffer : buffers) {
    VkBufferMemoryBarrier2 b{};
    b.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER_2;
    b.srcStageMask = b.dstStageMask = all.stage;
    if (release)
      b.srcAccessMask = VK_ACCESS_2_MEMORY_WRITE_BIT;
    else
      b.dstAccessMask = all.access;
    b.srcQueueFamilyIndex = release ? device.queue_family() : VK_QUEUE_FAMILY_EXTERNAL;
    b.dstQueueFamilyIndex = release ? VK_QUEUE_FAMILY_EXTERNAL : device.queue_family();
    b.buffer = buffer->get();
    b.size = VK_WHOLE_SIZE;
    barriers.push_back(b);
  }
  VkDependencyInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO;
  info.bufferMemoryBarrierCount = static_cast<std::uint32_t>(barriers.size());
  info.pBufferMemoryBarriers = barriers.data();
  vkCmdPipelineBarrier2(commands, &info);
}

void to_general(VkCommandBuffer commands, std::initializer_list<const Image*> images) {
  std::vector<VkImageMemoryBarrier2> changes;
  for (const Image* image : images) {
    changes.push_back(
        layout_change(image->get(), image->aspect(), VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_GENERAL));
  }
  image_barrier(commands, changes);
}

void transition(VkCommandBuffer commands, const Image& image, VkImageLayout from, VkImageLayout to) {
  const auto change = layout_change(image.get(), image.aspect(), from, to);
  image_barrier(commands, {&change, 1});
}

void transition(VkCommandBuffer commands, VkImage image, VkImageLayout from, VkImageLayout to) {
  const auto change = layout_change(image, VK_IMAGE_ASPECT_COLOR_BIT, from, to);
  image_barrier(commands, {&change, 1});
}

void upload_image(const Device& device, const Image& image, std::span<const std::byte> texels) {
  const Buffer staging(device, texels.size(), VK_BUFFER_USAGE_TRANSFER_SRC_BIT, MemoryUse::upload, "staging");
  std::memcpy(staging.mapped(), texels.data(), texels.size());
  staging.flush();
  std::vector<VkBufferImageCopy> copies;
  VkDeviceSize offset = 0;
  for (std::uint32_t level = 0; level < image.desc().levels; ++level) {
    const std::uint32_t width = std::max(1u, image.desc().width >> level);
    const std::uint32_t height = std::max(1u, image.desc().height >> level);
    VkBufferImageCopy copy{};
    copy.bufferOffset = offset;
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level, 0, 1};
    copy.imageExtent = {width, height, std::max(1u, image.desc().depth >> level)};
    copies.push_back(copy);
    offset += VkDeviceSize{4} * width * height * copy.imageExtent.depth;
  }
  if (offset != texels.size()) core::fail("a texture has {} bytes, expected {}", texels.size(), offset);
  run_once(device, [&](VkCommandBuffer commands) {
    transition(commands, image, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
    vkCmdCopyBufferToImage(commands, staging.get(), image.get(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                           static_cast<std::uint32_t>(copies.size()), copies.data());
    transition(commands, image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
               VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  });
}

Buffer upload_buffer(const Device& device, std::span<const std::byte> bytes, VkBufferUsageFlags usage,
                     const char* name) {
  Buffer staging(device, bytes.size(), VK_BUFFER_USAGE_TRANSFER_SRC_BIT, MemoryUse::upload, "staging");
  if (!bytes.empty()) std::memcpy(staging.mapped(), bytes.data(), bytes.size());
  staging.flush();
  Buffer buffer(device, bytes.size(), usage | VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryUse::device, name);
  run_once(device, [&](VkCommandBuffer commands) {
    const VkBufferCopy copy{0, 0, buffer.size()};
    vkCmdCopyBuffer(commands, staging.get(), buffer.get(), 1, &copy);
  });
  return buffer;
}

}  // namespace gpu
