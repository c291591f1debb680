// Reads the results of a frame on the host: its picture and the contract's buffers.

#include <cstring>

#include "app/frame/frame.h"

namespace app {

std::vector<std::byte> Frame::read_picture() {
  finish();
  const auto width = static_cast<std::uint32_t>(targets_->size.width);
  const auto height = static_cast<std::uint32_t>(targets_->size.height);
  const std::size_t pixels = std::size_t{width} * height;
  const gpu::Buffer staging(device_, 4 * pixels, VK_BUFFER_USAGE_TRANSFER_DST_BIT, gpu::MemoryUse::readback,
                            "picture");
  gpu::run_once(device_, [&](VkCommandBuffer commands) {
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageExtent = {width, height, 1};
    vkCmdCopyImageToBuffer(commands, shown_->get(), VK_IMAGE_LAYOUT_GENERAL, staging.get(), 1, &copy);
    gpu::barrier(commands, gpu::Access::transfer, gpu::Access::host_read);
  });
  staging.invalidate();
  std::vector<std::byte> rgb(3 * pixels);
  const auto* source = staging.as<std::byte>();
  for (std::size_t i = 0; i < pixels; ++i) std::memcpy(&rgb[3 * i], source + 4 * i, 3);
  return rgb;
}

core::FrameIo Frame::read_contract() {
  finish();
  const renderer::SharedFrame& shared = left_.shared();
  const bool on_host = mapped(shared.where());
  if (!on_host && !readback_) readback_ = std::make_unique<renderer::SharedFrame>(device_, targets_->size);
  const renderer::SharedFrame& target = on_host ? shared : *readback_;
  const gpu::Buffer& output = target.slot(info().frame_index).output;
  gpu::run_once(device_, [&](VkCommandBuffer commands) {
    if (!on_host) shared.record_copy_inputs(commands, target, info().frame_index);
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageExtent = {static_cast<std::uint32_t>(info().output.width),
                        static_cast<std::uint32_t>(info().output.height), 1};
    vkCmdCopyImageToBuffer(commands, left_.outputs().output[info().frame_index % 2].get(),
                           VK_IMAGE_LAYOUT_GENERAL, output.get(), 1, &copy);
    gpu::barrier(commands, gpu::Access::transfer, gpu::Access::host_read);
  });
  output.invalidate();
  return target.io(info(), info().output);
}

}  // namespace app
