#pragma once
// The setting `overlap`: C(n - 1) is submitted after R(n), so that the GPU renders frame n while frame n - 1
// is generated, for one more frame of latency. Here the frame waits that is rendered and not yet composited.

#include <utility>

#include "app/frame/frame_slot.h"
#include "app/frame/lane.h"

namespace app {

class Overlap {
 public:
  explicit Overlap(const gpu::Device& device) : device_(device), present_(device) {}

  /// Whether this frame's composite may come after the next frame's rendering: its generator enqueues, and
  /// nothing is compared.
  static bool possible(const FrameSlot& slot, const Lane& left, bool comparing) {
    return slot.left_settings.overlap && slot.generated && left.enqueues() && !comparing;
  }
  void hold(FrameSlot& slot) { pending_ = &slot; }
  /// The frame that waits, which waits no longer; null where there is none.
  FrameSlot* take() { return std::exchange(pending_, nullptr); }
  /// A window gets a picture from each draw: where no frame waits yet, the last one once more.
  void present_again(const gpu::Image& shown, const PresentHooks& present);

 private:
  const gpu::Device& device_;
  FrameSlot* pending_ = nullptr;
  gpu::CommandBuffer present_;
};

}  // namespace app
