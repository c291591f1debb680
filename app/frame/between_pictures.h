#pragma once
// The pictures between two frames, from the generator's buffers to the display: when there are any, what the
// cameras say of them, and their composite.

#include <memory>

#include "app/frame/frame_camera.h"
#include "app/frame/frame_slot.h"
#include "app/frame/lane.h"
#include "app/frame/output_passes.h"

namespace app {

/// The thread that draws calls all functions.
class BetweenPictures {
 public:
  explicit BetweenPictures(const gpu::Device& device) : device_(device) {}

  /// How many pictures the lane's buffers shall hold for these settings: none without a generator that is in
  /// use.
  static int held_for(const renderer::RenderSettings& settings, const Lane& lane);
  /// Makes an output of its own at this size, or frees it where nothing is held. The device must be idle.
  /// Throws core::Error.
  void prepare(core::Size output, int held);

  /// The pictures before this frame: none at a cut and while something else than the generated picture is
  /// shown. Call it after camera.begin() and before camera.end().
  static core::Between before(const FrameSlot& slot, const FrameCamera& camera, int held);

  /// Records bloom, composite and panels of picture `k` and submits them. `waits` are for the generator's
  /// signal.
  void composite(FrameSlot& slot, int k, renderer::Targets& targets, const Lane& lane,
                 const OutputPasses& passes, const PresentHooks* present,
                 std::vector<gpu::SemaphoreValue> waits);

 private:
  const gpu::Device& device_;
  std::unique_ptr<renderer::Outputs> outputs_;
};

}  // namespace app
