#pragma once
// The renderer's side of the hand-off: the contract's buffers in two slots, and the two timeline semaphores.
// For frame n, `rendered` and `generated` each reach n + 1; neither is ever reset.

#include "neural/frame_io.h"
#include "renderer/frame_context.h"

namespace renderer {

class SharedFrame {
 public:
  /// Host-visible, host-cached buffers: what a CPU backend reads and writes. On a discrete GPU the copy into
  /// them is the transfer.
  SharedFrame(const gpu::Device& device, neural::Size output);
  /// New buffers; the semaphores and their values stay. The device is idle.
  void resize(neural::Size output);

  /// Records the copies from the render targets into the slot's buffers, and makes them visible to the host.
  void record_fill(VkCommandBuffer commands, const FrameContext& frame) const;
  /// Records the copy of the slot's generated output into the frame's output image.
  void record_take(VkCommandBuffer commands, const FrameContext& frame) const;

  /// The frame as a backend sees it, once `rendered` has reached frame_index + 1.
  neural::FrameIo io(const neural::FrameInfo& info, neural::Size history_size) const;
  /// Output of the slot, for reading back.
  const gpu::Buffer& output(std::uint64_t frame_index) const { return slots_[frame_index % 2].output; }
  /// After the host wrote the output.
  void flush_output(std::uint64_t frame_index) const { slots_[frame_index % 2].output.flush(); }

  VkSemaphore rendered() const { return rendered_.get(); }
  VkSemaphore generated() const { return generated_.get(); }

 private:
  struct Slot {
    gpu::Buffer color, depth, motion, reactive, output;
  };
  const gpu::Device& device_;
  Slot slots_[2];
  gpu::UniqueSemaphore rendered_, generated_;
};

}  // namespace renderer
