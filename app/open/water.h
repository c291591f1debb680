#pragma once
// Chooses what computes a frame's water, by the settings.

#include "app/frame/frame.h"
#include "app/settings/settings.h"

namespace app {

/// Has the frame's water computed on the GPU that renders, by the first backend that --backend allows there
/// and that shares its memory (CUDA, Vulkan); else the host computes.
void give_water(Frame& frame, const gpu::Device& device, const Settings& settings);

}  // namespace app
