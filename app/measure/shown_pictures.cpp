#include "app/measure/shown_pictures.h"

#include <cstring>
#include <utility>

namespace app {

void ShownPictures::record(VkCommandBuffer commands, const gpu::Image& picture) {
  const VkExtent2D size = picture.extent();
  const VkDeviceSize bytes = VkDeviceSize{4} * size.width * size.height;
  if (recorded_ == buffers_.size()) buffers_.emplace_back();
  gpu::Buffer& buffer = buffers_[recorded_++];
  if (buffer.size() != bytes)
    buffer = gpu::Buffer(device_, bytes, VK_BUFFER_USAGE_TRANSFER_DST_BIT, gpu::MemoryUse::readback,
                         "shown picture");
  VkBufferImageCopy copy{};
  copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  copy.imageExtent = {size.width, size.height, 1};
  gpu::barrier(commands, gpu::Access::all, gpu::Access::transfer);
  vkCmdCopyImageToBuffer(commands, picture.get(), VK_IMAGE_LAYOUT_GENERAL, buffer.get(), 1, &copy);
  gpu::barrier(commands, gpu::Access::transfer, gpu::Access::host_read);
}

std::vector<std::vector<std::byte>> ShownPictures::take(Frame& frame) {
  frame.finish();
  std::vector<std::vector<std::byte>> pictures;
  const std::size_t count = std::exchange(recorded_, 0);
  for (std::size_t n = 0; n < count; ++n) {
    buffers_[n].invalidate();
    const std::size_t pixels = buffers_[n].size() / 4;
    const auto* source = buffers_[n].as<std::byte>();
    std::vector<std::byte>& rgb = pictures.emplace_back(3 * pixels);
    for (std::size_t i = 0; i < pixels; ++i) std::memcpy(&rgb[3 * i], source + 4 * i, 3);
  }
  return pictures;
}

}  // namespace app
