#include "renderer/vulkan/picture_copy.h"

#include "renderer/vulkan/commands.h"

namespace gpu {

void PictureCopy::record(const Device& device, VkCommandBuffer commands, VkImage image, VkExtent2D size,
                         VkImageLayout layout) {
  const VkDeviceSize bytes = VkDeviceSize{4} * size.width * size.height;
  if (!buffer_ || buffer_.size() != bytes)
    buffer_ = Buffer(device, bytes, VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryUse::readback, "picture");
  VkBufferImageCopy copy{};
  copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  copy.imageExtent = {size.width, size.height, 1};
  barrier(commands, Access::all, Access::transfer);
  vkCmdCopyImageToBuffer(commands, image, layout, buffer_.get(), 1, &copy);
  barrier(commands, Access::transfer, Access::host_read);
}

std::vector<std::byte> PictureCopy::rgb(bool blue_first) {
  buffer_.invalidate();
  const auto* const bytes = buffer_.as<std::byte>();
  const std::size_t pixels = buffer_.size() / 4, first = blue_first ? 2 : 0;
  std::vector<std::byte> rgb(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    rgb[3 * i] = bytes[4 * i + first];
    rgb[3 * i + 1] = bytes[4 * i + 1];
    rgb[3 * i + 2] = bytes[4 * i + 2 - first];
  }
  return rgb;
}

}  // namespace gpu
