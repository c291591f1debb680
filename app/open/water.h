#pragma once
// Chooses what computes a frame's water, by the settings.

#include "app/frame/frame.h"
#include "app/settings/settings.h"

namespace app {

/// Has the frame's water computed on the device that renders, where --backend allows Vulkan there; else the
/// host computes. CUDA's version of the passes is not used yet.
void give_water(Frame& frame, const gpu::Device& device, const Settings& settings);

}  // namespace app
