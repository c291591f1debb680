// Reads the results of a frame on the host: its picture and the contract's buffers.

#include "app/frame/frame.h"
#include "renderer/vulkan/picture_copy.h"

namespace app {

std::vector<std::byte> Frame::read_picture() {
  finish();
  gpu::PictureCopy copy;
  gpu::run_once(device_, [&](VkCommandBuffer commands) {
    copy.record(device_, commands, shown_->get(), shown_->extent());
  });
  return copy.rgb();
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
