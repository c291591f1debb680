#include "renderer/shared_frame.h"

namespace renderer {
namespace {

void copy_out(VkCommandBuffer commands, const gpu::Image& image, const gpu::Buffer& buffer,
              std::uint32_t width, std::uint32_t height) {
  VkBufferImageCopy copy{};
  copy.imageSubresource = {image.aspect(), 0, 0, 1};
  copy.imageExtent = {width, height, 1};
  vkCmdCopyImageToBuffer(commands, image.get(), VK_IMAGE_LAYOUT_GENERAL, buffer.get(), 1, &copy);
}

gpu::MemoryUse memory_use(Where where) {
  if (mapped(where)) return gpu::MemoryUse::readback;
  return exported(where) ? gpu::MemoryUse::exported : gpu::MemoryUse::computed;
}

}  // namespace

SharedFrame::SharedFrame(const gpu::Device& device, core::Size output, Where where, std::uint64_t first_frame)
    : device_(device),
      where_(where),
      rendered_(gpu::make_timeline(device, first_frame, exported(where))),
      generated_(gpu::make_timeline(device, first_frame, exported(where))) {
  resize(output);
}

gpu::Buffer SharedFrame::make_buffer(VkDeviceSize pixel_bytes, const char* name) const {
  VkBufferUsageFlags usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT;
  if (where_ == Where::same_device) usage |= VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
  return gpu::Buffer(device_, pixel_bytes * core::area(output_), usage, memory_use(where_), name);
}

void SharedFrame::resize(core::Size output) {
  output_ = output;
  for (Slot& slot : slots_) {
    slot.color = make_buffer(8, "shared colour");
    slot.depth = make_buffer(4, "shared depth");
    slot.motion = make_buffer(4, "shared motion");
    slot.reactive = make_buffer(1, "shared reactive");
    slot.output = make_buffer(8, "shared output");
  }
  hold_between(between_);
}

void SharedFrame::hold_between(int count) {
  between_ = count;
  for (Slot& slot : slots_)
    for (std::size_t k = 0; k < slot.between.size(); ++k)
      slot.between[k] =
          static_cast<int>(k) < count ? make_buffer(8, "shared picture between") : gpu::Buffer();
}

void SharedFrame::flush_output(std::uint64_t frame_index) const {
  const Slot& slot = slots_[frame_index % 2];
  slot.output.flush();
  for (int k = 0; k < between_; ++k) slot.between[static_cast<std::size_t>(k)].flush();
}

void SharedFrame::record_fill(VkCommandBuffer commands, const FrameContext& frame) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "shared frame");
  const Slot& slot = slots_[frame.slot()];
  // The images have the contract's formats already, so a copy fills the buffers and no pass is needed.
  copy_out(commands, frame.targets.color, slot.color, frame.width(), frame.height());
  copy_out(commands, frame.depth(), slot.depth, frame.width(), frame.height());
  copy_out(commands, frame.targets.motion, slot.motion, frame.width(), frame.height());
  copy_out(commands, frame.targets.reactive, slot.reactive, frame.width(), frame.height());
  if (mapped(where_)) return gpu::barrier(commands, gpu::Access::transfer, gpu::Access::host_read);
  if (!exported(where_)) return gpu::barrier(commands, gpu::Access::transfer, gpu::Access::all);
  // No acquire comes before this: the old contents are overwritten and need not be kept.
  gpu::transfer_ownership(frame.device, commands, {&slot.color, &slot.depth, &slot.motion, &slot.reactive},
                          gpu::Transfer::release);
}

void SharedFrame::record_take(VkCommandBuffer commands, const FrameContext& frame) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "take output");
  // Given back to the generator, which reads it as its history in the next frame.
  record_copy(commands, slots_[frame.slot()].output, frame, true);
}

void SharedFrame::record_take_between(VkCommandBuffer commands, const FrameContext& between, int k) const {
  const gpu::PassScope scope(between.device, commands, between.timer, "take picture between");
  record_copy(commands, slots_[between.slot()].between[static_cast<std::size_t>(k)], between, false);
}

/// Records a copy of a generated picture into the output image. Where it is `kept`, it then belongs to the
/// generator again; else that overwrites it without a look.
void SharedFrame::record_copy(VkCommandBuffer commands, const gpu::Buffer& from, const FrameContext& to,
                              bool kept) const {
  VkBufferImageCopy copy{};
  copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  copy.imageExtent = {static_cast<std::uint32_t>(to.info.output.width),
                      static_cast<std::uint32_t>(to.info.output.height), 1};
  if (exported(where_))
    gpu::transfer_ownership(to.device, commands, {&from}, gpu::Transfer::acquire);
  else
    gpu::barrier(commands, mapped(where_) ? gpu::Access::host_write : gpu::Access::all,
                 gpu::Access::transfer);
  // The image may still be read by the picture composited before.
  if (!kept) gpu::barrier(commands, gpu::Access::all, gpu::Access::transfer);
  vkCmdCopyBufferToImage(commands, from.get(), to.output().get(), VK_IMAGE_LAYOUT_GENERAL, 1, &copy);
  if (exported(where_) && kept) gpu::transfer_ownership(to.device, commands, {&from}, gpu::Transfer::release);
  gpu::barrier(commands, gpu::Access::transfer, gpu::Access::all);
}

void SharedFrame::record_copy_inputs(VkCommandBuffer commands, const SharedFrame& to,
                                     std::uint64_t frame_index) const {
  const Slot &from_slot = slots_[frame_index % 2], &to_slot = to.slots_[frame_index % 2];
  // They were given to the generator, which has read them. They are not given back: the next frame overwrites
  // the old contents.
  if (exported(where_))
    gpu::transfer_ownership(device_, commands,
                            {&from_slot.color, &from_slot.depth, &from_slot.motion, &from_slot.reactive},
                            gpu::Transfer::acquire);
  for (const auto member : {&Slot::color, &Slot::depth, &Slot::motion, &Slot::reactive}) {
    const VkBufferCopy copy{0, 0, (from_slot.*member).size()};
    vkCmdCopyBuffer(commands, (from_slot.*member).get(), (to_slot.*member).get(), 1, &copy);
  }
}

core::FrameIo SharedFrame::io(const core::FrameInfo& info, core::Size history_size) const {
  const Slot &slot = slots_[info.frame_index % 2], &before = slots_[(info.frame_index + 1) % 2];
  for (const gpu::Buffer* buffer : {&slot.color, &slot.depth, &slot.motion, &slot.reactive})
    buffer->invalidate();
  core::FrameIo io;
  io.info = info;
  io.color = slot.color.as<core::f16>();
  io.depth = slot.depth.as<float>();
  io.motion = slot.motion.as<core::f16>();
  io.reactive = slot.reactive.as<std::uint8_t>();
  io.history = before.output.as<core::f16>();
  io.history_size = history_size;
  io.output = slot.output.as<core::f16>();
  return io;
}

ExportedFrame SharedFrame::export_frame() const {
  ExportedFrame exported;
  for (std::size_t i = 0; i < 2; ++i) {
    exported.slots[i] = {slots_[i].color.export_memory(),  slots_[i].depth.export_memory(),
                         slots_[i].motion.export_memory(), slots_[i].reactive.export_memory(),
                         slots_[i].output.export_memory(), {}};
    for (std::size_t k = 0; k < static_cast<std::size_t>(between_); ++k)
      exported.slots[i].between[k] = slots_[i].between[k].export_memory();
  }
  exported.rendered = gpu::export_timeline(device_, rendered_.get());
  exported.generated = gpu::export_timeline(device_, generated_.get());
  return exported;
}

}  // namespace renderer
