#pragma once
// The renderer's side of the hand-off: the contract's buffers in two slots, and two timeline semaphores. For
// frame n, `rendered` and `generated` each reach n + 1; neither is ever reset.

#include <array>

#include "core/exported.h"
#include "core/frame.h"
#include "renderer/frame_context.h"

namespace renderer {

/// Where the buffers of the shared frame lie. The generator determines this.
enum class Where {
  /// Host-visible, host-cached memory, mapped; on a discrete GPU the copy into it is the transfer. The host
  /// waits for `rendered`, generates, and signals `generated` before the composite is submitted.
  host,
  /// The renderer's own memory, for compute on the renderer's own device: nothing is exported and no
  /// ownership changes. The generator's submission waits for `rendered` and signals `generated`.
  same_device,
  /// Memory of the GPU, exported with both semaphores to another API on the same GPU (CUDA), whose stream
  /// waits and signals. Buffers change their owner at each hand-off; nothing is copied, and no host waits.
  external,
  /// Host-visible memory as for `host`, for another device that shares no memory with Vulkan: it copies into
  /// its own memory and back asynchronously, and signals `generated` when its copy back is done. No host
  /// waits.
  staged
};

/// Returns whether the CPU can read and write the buffers.
constexpr bool mapped(Where where) {
  return where == Where::host || where == Where::staged;
}
/// Returns whether generating occupies the thread that draws; otherwise it is enqueued.
constexpr bool waits_on_host(Where where) {
  return where == Where::host;
}
/// Returns whether another API imports buffers and semaphores.
constexpr bool exported(Where where) {
  return where == Where::external;
}

/// The handles that the other API imports. It must destroy its imports before the renderer frees its memory.
struct ExportedFrame {
  struct Slot {
    core::ExportedMemory color, depth, motion, reactive, output;
    std::array<core::ExportedMemory, core::Between::most> between;  ///< as many as SharedFrame::between()
  };
  std::array<Slot, 2> slots;
  core::ExportedSemaphore rendered, generated;
};

/// The buffers and semaphores of both slots. The thread that draws uses it; failures throw core::Error.
class SharedFrame {
 public:
  /// The buffers of core::FrameIo, each allocated for the whole output size.
  struct Slot {
    gpu::Buffer color, depth, motion, reactive, output;
    std::array<gpu::Buffer, core::Between::most> between;  ///< as many as between()
  };
  /// Both semaphores start at `first_frame`, the number of the next frame.
  SharedFrame(const gpu::Device& device, core::Size output, Where where = Where::host,
              std::uint64_t first_frame = 0);
  /// Makes new buffers; the semaphores keep their values. The device must be idle, and all imports must be
  /// destroyed.
  void resize(core::Size output);
  /// Makes buffers for so many pictures between two frames, under the conditions of resize().
  void hold_between(int count);
  int between() const { return between_; }

  /// Records the copies from the render targets into the slot's buffers, and hands the buffers over.
  void record_fill(VkCommandBuffer commands, const FrameContext& frame) const;
  /// Records the copy of the slot's generated output into the frame's output image.
  void record_take(VkCommandBuffer commands, const FrameContext& frame) const;
  /// The same for picture k of those before this frame; `between` has the image of its own.
  void record_take_between(VkCommandBuffer commands, const FrameContext& between, int k) const;

  /// Records a copy of a frame's inputs into those of `to`, whose buffers the host can read.
  void record_copy_inputs(VkCommandBuffer commands, const SharedFrame& to, std::uint64_t frame_index) const;

  /// Returns the frame as the host sees it where the buffers are mapped. It may be read once `rendered` has
  /// reached frame_index + 1.
  core::FrameIo io(const core::FrameInfo& info, core::Size history_size) const;
  /// Exports descriptors of all buffers and semaphores, for Where::external; the caller owns them.
  ExportedFrame export_frame() const;
  Where where() const { return where_; }
  const gpu::Device& device() const { return device_; }
  /// Returns the buffers of a frame, for a generator on the renderer's own device and for reading back.
  const Slot& slot(std::uint64_t frame_index) const { return slots_[frame_index % 2]; }
  /// Makes the host's writes to the output visible to the device.
  void flush_output(std::uint64_t frame_index) const;

  VkSemaphore rendered() const { return rendered_.get(); }
  VkSemaphore generated() const { return generated_.get(); }

 private:
  gpu::Buffer make_buffer(VkDeviceSize pixel_bytes, const char* name) const;
  void record_copy(VkCommandBuffer commands, const gpu::Buffer& from, const FrameContext& to,
                   bool kept) const;

  const gpu::Device& device_;
  Where where_;
  core::Size output_;
  int between_ = 0;
  Slot slots_[2];
  gpu::UniqueSemaphore rendered_, generated_;
};

}  // namespace renderer
