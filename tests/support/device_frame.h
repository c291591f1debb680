#pragma once
// Puts a synthetic frame's buffers into a backend's memory and reads its output back.

#include <memory>
#include <vector>

#include "neural/upscale/frame_inputs.h"
#include "neural/upscale/upscaler.h"
#include "tests/support/synthetic_scene.h"

namespace synthetic {

class DeviceFrames {
 public:
  DeviceFrames(compute::Backend& backend, core::Size max_output)
      : backend_(backend), inputs_(backend, max_output) {
    for (auto& output : outputs_) output = backend.allocate(8 * area(max_output));
  }
  /// Uploads the frame. The slot of its number takes the output; the other slot holds the history.
  core::FrameIo io(const Frame& frame) {
    const std::size_t slot = frame.info.frame_index % 2;
    core::FrameIo io = inputs_.upload(frame.io(nullptr, nullptr));
    io.history = static_cast<const core::f16*>(outputs_[1 - slot]->data());
    io.history_size = frame.info.output;
    io.output = static_cast<core::f16*>(outputs_[slot]->data());
    return io;
  }
  std::vector<core::f16> output(const core::FrameInfo& info) {
    std::vector<core::f16> picture(4 * area(info.output));
    backend_.copy_out(picture.data(), outputs_[info.frame_index % 2]->data(), picture.size() * 2);
    return picture;
  }

 private:
  compute::Backend& backend_;
  neural::FrameInputs inputs_;
  std::unique_ptr<compute::Memory> outputs_[2];
};

/// The network's initial weights with noise in the last layer, so that every layer has an effect.
inline neural::Weights noisy_weights() {
  neural::Weights weights = neural::initial_weights(3);
  for (std::size_t i = 0; i < weights.values.size(); ++i)
    weights.values[i] += 0.02f * (static_cast<float>((i * 7919) % 101) / 50 - 1);
  return weights;
}

}  // namespace synthetic
