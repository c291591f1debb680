#pragma once
// Brings a picture of 8 bits a channel to the host.

#include <cstddef>
#include <vector>

#include "renderer/vulkan/memory.h"

namespace gpu {

/// Its buffer is kept for the next picture of the same size.
class PictureCopy {
 public:
  /// Records a copy of the image (four bytes a pixel, with TRANSFER_SRC), which is in `layout` and was
  /// written by anything before.
  void record(const Device& device, VkCommandBuffer commands, VkImage image, VkExtent2D size,
              VkImageLayout layout = VK_IMAGE_LAYOUT_GENERAL);
  /// Returns [height][width][3] bytes once the commands are done.
  std::vector<std::byte> rgb(bool blue_first = false);
  explicit operator bool() const { return static_cast<bool>(buffer_); }

 private:
  Buffer buffer_;
};

}  // namespace gpu
