#pragma once
// The renderer's side of the hand-off: the contract's buffers in two slots, and the two timeline semaphores.
// For frame n, `rendered` and `generated` each reach n + 1; neither is ever reset.

#include <array>

#include "core/exported.h"
#include "core/frame.h"
#include "renderer/frame_context.h"

namespace renderer {

/// Where the buffers of the shared frame lie, which follows from who generates.
enum class Where {
  /// Host-visible, host-cached memory, mapped; on a discrete GPU the copy into it is the transfer. The host
  /// waits for `rendered`, generates, and signals `generated` before the composite is submitted.
  host,
  /// The renderer's own memory, for compute on the renderer's own device: nothing is exported and no
  /// ownership changes. The generator's submission waits for `rendered` and signals `generated`.
  same_device,
  /// Exported from the GPU's memory, with both semaphores, to another API on the same GPU (CUDA), whose
  /// stream waits and signals. Buffers change their owner at each hand-off; nobody copies, and no host waits.
  external,
  /// Host-visible memory as for `host`, for another device that shares none with Vulkan: it copies into
  /// memory of its own and back, asynchronously, and signals `generated` when its copy back has landed. No
  /// host waits.
  staged
};

/// Whether the CPU can read and write the buffers.
constexpr bool mapped(Where where) {
  return where == Where::host || where == Where::staged;
}
/// Whether generating occupies the thread that draws; where it does not, it is enqueued.
constexpr bool waits_on_host(Where where) {
  return where == Where::host;
}
/// Whether another API imports buffers and semaphores.
constexpr bool exported(Where where) {
  return where == Where::external;
}

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
  /// The buffers of core::FrameIo, each for the whole output size.
  struct Slot {
    gpu::Buffer color, depth, motion, reactive, output;
  };
  /// Both semaphores start at `first_frame`, the number of the frame that comes next.
  SharedFrame(const gpu::Device& device, core::Size output, Where where = Where::host,
              std::uint64_t first_frame = 0);
  /// New buffers; the semaphores and their values stay. The device is idle, and nobody holds imports.
  void resize(core::Size output);

  /// Records the copies from the render targets into the slot's buffers, and hands them over.
  void record_fill(VkCommandBuffer commands, const FrameContext& frame) const;
  /// Records the copy of the slot's generated output into the frame's output image.
  void record_take(VkCommandBuffer commands, const FrameContext& frame) const;

  /// Copies a frame's inputs into those of `to`, on the host.
  void record_copy_inputs(VkCommandBuffer commands, const SharedFrame& to, std::uint64_t frame_index) const;

  /// The frame as the host sees it where the buffers are mapped, once `rendered` has reached frame_index + 1.
  core::FrameIo io(const core::FrameInfo& info, core::Size history_size) const;
  /// Descriptors of everything, for Where::external.
  ExportedFrame export_frame() const;
  Where where() const { return where_; }
  const gpu::Device& device() const { return device_; }
  /// The buffers of a frame, for a generator on the renderer's own device and for reading back.
  const Slot& slot(std::uint64_t frame_index) const { return slots_[frame_index % 2]; }
  /// After the host wrote the output.
  void flush_output(std::uint64_t frame_index) const { slots_[frame_index % 2].output.flush(); }

  VkSemaphore rendered() const { return rendered_.get(); }
  VkSemaphore generated() const { return generated_.get(); }

 private:
  const gpu::Device& device_;
  Where where_;
  Slot slots_[2];
  gpu::UniqueSemaphore rendered_, generated_;
};

}  // namespace renderer
