#pragma once
// The renderer's side of the hand-off: the contract's buffers in two slots, and the two timeline semaphores.
// For frame n, `rendered` and `generated` each reach n + 1; neither is ever reset.

#include <array>

#include "core/exported.h"
#include "core/frame.h"
#include "renderer/frame_context.h"

namespace renderer {

/// Who generates, and so where the buffers lie.
enum class SharedWith {
  host,   ///< host-visible, host-cached. On a discrete GPU the copy into them is the transfer.
  device  ///< exported from the GPU's own memory to another API on it; semaphores too
};

/// What the other API imports. Everything it imported goes before the renderer frees its own.
struct ExportedFrame {
  struct Slot {
    core::ExportedMemory color, depth, motion, reactive, output;
  };
  std::array<Slot, 2> slots;
  core::ExportedSemaphore rendered, generated;
};

class SharedFrame {
 public:
  /// Both semaphores start at `first_frame`, the number of the frame that comes next.
  SharedFrame(const gpu::Device& device, core::Size output, SharedWith with = SharedWith::host,
              std::uint64_t first_frame = 0);
  /// New buffers; the semaphores and their values stay. The device is idle, and nobody holds imports.
  void resize(core::Size output);

  /// Records the copies from the render targets into the slot's buffers, and hands them over.
  void record_fill(VkCommandBuffer commands, const FrameContext& frame) const;
  /// Records the copy of the slot's generated output into the frame's output image.
  void record_take(VkCommandBuffer commands, const FrameContext& frame) const;

  /// Copies a frame's inputs into those of `to`, on the host.
  void record_copy_inputs(VkCommandBuffer commands, const SharedFrame& to, std::uint64_t frame_index) const;

  /// The frame as a backend on the host sees it, once `rendered` has reached frame_index + 1.
  core::FrameIo io(const core::FrameInfo& info, core::Size history_size) const;
  /// Descriptors of everything, for SharedWith::device.
  ExportedFrame export_frame() const;
  SharedWith with() const { return with_; }
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
  SharedWith with_;
  Slot slots_[2];
  gpu::UniqueSemaphore rendered_, generated_;
};

}  // namespace renderer
