#pragma once
// Measures the picture's luminance, from which the CPU computes the exposure of a later frame.

#include "renderer/frame_context.h"

namespace renderer {

class ExposurePass {
 public:
  explicit ExposurePass(const gpu::Device& device);
  /// Reads targets.color and writes mean log2 luminance, without the exposure, into the slot's
  /// buffers.luminance.
  void record(VkCommandBuffer commands, const FrameContext& frame) const;

 private:
  gpu::ComputePipeline pipeline_;
};

/// Adapts like an eye: follows the measured luminance with the time constant of the settings.
class AutoExposure {
 public:
  /// `mean_log2_luminance` is the pass's result, `seconds` the length of the frame. `adapted` jumps to the
  /// target at once.
  void update(const ExposureSettings& settings, float mean_log2_luminance, float seconds, bool adapted);
  /// Returns 2^(scene's ev + settings' ev), times the automatic part where that is on.
  float exposure(const ExposureSettings& settings, float scene_ev) const;

 private:
  float ev_ = 0;
};

}  // namespace renderer
