#pragma once
// The setting `overlap` submits C(n - 1) after R(n), so that the GPU renders frame n while frame n - 1 is
// generated, for one more frame of latency. This class holds the frame that is rendered but not yet
// composited.

#include <utility>

#include "app/frame/frame_slot.h"
#include "app/frame/lane.h"

namespace app {

class Overlap {
 public:
  explicit Overlap(const gpu::Device& device) : device_(device), present_(device) {}

  /// Returns whether this frame's composite may come after the next frame's rendering: its generator must
  /// enqueue, and nothing may be compared.
  static bool possible(const FrameSlot& slot, const Lane& left, bool comparing) {
    return slot.left_settings.overlap && slot.generated && left.enqueues() && !comparing;
  }
  /// Keeps a frame that is rendered but not yet composited.
  void hold(FrameSlot& slot) { pending_ = &slot; }
  /// Returns the waiting frame and releases it; null where there is none.
  FrameSlot* take() { return std::exchange(pending_, nullptr); }
  /// Presents the last picture once more. A window needs a picture from each draw, even where no frame waits
  /// yet.
  void present_again(const gpu::Image& shown, const PresentHooks& present);

 private:
  const gpu::Device& device_;
  FrameSlot* pending_ = nullptr;
  gpu::CommandBuffer present_;
};

}  // namespace app
