#pragma once
// A synthetic frame's buffers in a backend's memory, and its output back on the host.

#include <map>
#include <memory>
#include <vector>

#include "../synthetic_scene.h"
#include "neural/upscaler.h"

namespace synthetic {

class DeviceFrames {
 public:
  DeviceFrames(neural::Backend& backend, neural::Size most_output) : backend_(backend) {
    const std::size_t pixels =
        static_cast<std::size_t>(most_output.width) * static_cast<std::size_t>(most_output.height);
    color_ = backend.allocate(8 * pixels);
    depth_ = backend.allocate(4 * pixels);
    motion_ = backend.allocate(4 * pixels);
    reactive_ = backend.allocate(pixels);
    for (auto& output : outputs_) output = backend.allocate(8 * pixels);
  }
  /// Uploads the frame; its output goes to the slot of its number, its history comes from the other.
  neural::FrameIo io(const Frame& frame) {
    backend_.copy_in(color_->data(), frame.color.data(), frame.color.size() * 2);
    backend_.copy_in(depth_->data(), frame.depth.data(), frame.depth.size() * 4);
    backend_.copy_in(motion_->data(), frame.motion.data(), frame.motion.size() * 2);
    backend_.copy_in(reactive_->data(), frame.reactive.data(), frame.reactive.size());
    const std::size_t slot = frame.info.frame_index % 2;
    return {frame.info,
            static_cast<const neural::f16*>(color_->data()),
            static_cast<const float*>(depth_->data()),
            static_cast<const neural::f16*>(motion_->data()),
            static_cast<const std::uint8_t*>(reactive_->data()),
            static_cast<const neural::f16*>(outputs_[1 - slot]->data()),
            frame.info.output,
            static_cast<neural::f16*>(outputs_[slot]->data())};
  }
  std::vector<neural::f16> output(const neural::FrameInfo& info) {
    std::vector<neural::f16> picture(static_cast<std::size_t>(info.output.width) *
                                     static_cast<std::size_t>(info.output.height) * 4);
    backend_.copy_out(picture.data(), outputs_[info.frame_index % 2]->data(), picture.size() * 2);
    return picture;
  }

 private:
  neural::Backend& backend_;
  std::unique_ptr<neural::Memory> color_, depth_, motion_, reactive_, outputs_[2];
};

/// The network's start with noise in the head, so that every layer counts.
inline neural::Weights noisy_weights() {
  neural::Weights weights = neural::initial_weights(3);
  for (std::size_t i = 0; i < weights.values.size(); ++i)
    weights.values[i] += 0.02f * (static_cast<float>((i * 7919) % 101) / 50 - 1);
  return weights;
}

}  // namespace synthetic
