#pragma once
// Generates with compute shaders on the renderer's own device: in the very buffers that the renderer filled,
// on the device's queue for computing, and between the same two semaphores. Nothing is exported, no buffer
// changes its owner, and nothing waits on the host.

#include <memory>

#include "app/frame/generators/generator.h"
#include "compute/backend.h"
#include "neural/network/weights.h"

namespace app {

/// Runs the network on a backend that was made with BackendOptions::vulkan of the device that renders. Throws
/// core::Error where the backend has no interop().
std::unique_ptr<Generator> make_same_device_generator(std::unique_ptr<compute::Backend> backend,
                                                      neural::Weights weights);

}  // namespace app
